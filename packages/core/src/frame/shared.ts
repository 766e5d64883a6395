// What all copies of this package in one process have in common: a library and the application that uses it may each have
// brought theirs along, and a frame that one opens is the one that the other asks for.
import { SHARED, VERSION_LINE } from '@keelson/contract/frame'

const kLines = Symbol.for('keelson.core.lines')

interface Global {
  [SHARED]?: Record<string, unknown>
  [kLines]?: Map<string, string>
}

/**
 * Something that there is once in the process, whichever copy asks for it.
 *
 * @param make - called by the first copy alone
 */
export function shared<T>(name: string, make: () => T): T {
  const all = ((globalThis as Global)[SHARED] ??= {})
  if (!Object.hasOwn(all, name)) all[name] = make()
  return all[name] as T
}

function lines(): Map<string, string> {
  return ((globalThis as Global)[kLines] ??= new Map())
}

lines().set(VERSION_LINE, import.meta.url)

/** Versions of this package that are loaded and do not share, with a file of each; none where all is well. */
export function foreignLines(): readonly { readonly line: string; readonly file: string }[] {
  return [...lines()]
    .filter(([line]) => line !== VERSION_LINE)
    .map(([line, file]) => ({ line, file: file.replace(/^file:\/\//, '') }))
}
