import type { AnyMiddleware } from '@keelson/core'
import { callSite } from '@keelson/core/options'

/** A middleware whose place is where the app wrote it, for `keelson explain` and messages: the caller of `below`. */
export function writtenAt<T extends AnyMiddleware>(made: T, below: Function): T {
  const source = callSite(below as never)
  const own = { ...Object.getOwnPropertyDescriptors(made), source: { get: source, enumerable: true } }
  return Object.freeze(Object.defineProperties({}, own)) as T
}
