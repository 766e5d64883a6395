// The text of a migration's file.
import type { Draft } from './draft.ts'

/** Marks the line by which a later comparison knows that names were given, while the old ones are there again. */
const RENAMES = '-- renames: '

/** The file of a draft: heads, the statements, and what takes them back. */
export function draftText({ up, down, lost, marks, notes, rebuilds }: Draft): string {
  const heads = [
    ...(rebuilds ? ['-- foreign keys: off'] : []),
    ...marks.map((mark) => `${RENAMES}${mark}`),
    ...notes.map((sentence) => `-- ${sentence}.`),
  ]
  const losses = lost.map((sentence) => `-- Not given back: ${sentence}.`)
  return [
    ...(heads.length === 0 ? [] : [heads.join('\n')]),
    ...up.map((text) => `${text};`),
    ['-- down', ...losses].join('\n'),
    ...down.map((text) => `${text};`),
  ]
    .join('\n\n')
    .concat('\n')
}

/** The renames that the text of a file says. */
export function renamesIn(text: string): string[] {
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith(RENAMES) ? [line.slice(RENAMES.length).trim()] : []))
}
