// What all copies of this package in one process share: a library and the application that uses it may each have
// one, and the frame that one copy opens must be current for the other.
import { SHARED, VERSION_LINE } from '@keelson/contract/frame'

const kLines = Symbol.for('keelson.core.lines')

interface Global {
  [SHARED]?: Record<string, unknown>
  [kLines]?: Map<string, string>
}

/**
 * A value that exists once in the process, for all copies.
 *
 * @param make - called by the first copy only
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

/** Loaded versions of this package that cannot share with this one, with a file of each. */
export function otherVersionLines(): readonly { readonly line: string; readonly file: string }[] {
  return [...lines()]
    .filter(([line]) => line !== VERSION_LINE)
    .map(([line, file]) => ({ line, file: file.replace(/^file:\/\//, '') }))
}
