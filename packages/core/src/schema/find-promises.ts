// In development and test: promises in a response, which JSON would write as empty objects.
import { isPlain, isPromise, ignore } from '../errors/index.ts'
import { escapePointer } from './json-schema.ts'

/** Whether a value is a promise that nobody awaited, or an awaitable query. A promise that rejects then does not end the process. */
export function isUnawaited(value: unknown): value is PromiseLike<unknown> {
  // A plain object may have a member named `then`.
  if (!isPromise(value) || isPlain(value)) return false
  // Other awaitables may begin their work when `then` is called.
  if (Object.prototype.toString.call(value) === '[object Promise]') value.then(undefined, ignore)
  return true
}

/** JSON Pointers to the promises in a value. Looks into lists and plain objects: members of an instance may not be sent. */
export function findPromises(value: unknown, at = '', seen = new Set<object>()): readonly string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  if (isUnawaited(value)) return [at]
  if (!Array.isArray(value) && !isPlain(value)) return []
  seen.add(value)
  return Object.entries(value).flatMap(([name, member]) =>
    findPromises(member, `${at}/${escapePointer(name)}`, seen),
  )
}
