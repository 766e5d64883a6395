// The text of a migration's file.
import type { Draft } from './draft.ts'

/** Marks the line by which a later comparison knows that names were swapped. */
const SWAPS = '-- swaps: '

/** The file of a draft: heads, the statements, and what takes them back. */
export function draftText({ up, down, lost, swaps, rebuilds }: Draft): string {
  const heads = [...(rebuilds ? ['-- foreign keys: off'] : []), ...swaps.map((swap) => `${SWAPS}${swap}`)]
  const notes = lost.map((sentence) => `-- Not given back: ${sentence}.`)
  return [
    ...(heads.length === 0 ? [] : [heads.join('\n')]),
    ...up.map((text) => `${text};`),
    ['-- down', ...notes].join('\n'),
    ...down.map((text) => `${text};`),
  ]
    .join('\n\n')
    .concat('\n')
}

/** The swaps that the text of a file says. */
export function swapsIn(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith(SWAPS) ? [line.slice(SWAPS.length).trim()] : []))
}
