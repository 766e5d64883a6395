// In development and test: promises within a response, of which JSON would make empty objects.
import { isPlain, isPromise, ignore } from '../errors/index.ts'
import { escapePointer } from './json-schema.ts'

/** Whether a value is a promise that nobody awaited, or what a query builder has people await. Its failure then ends no process. */
export function isUnawaited(value: unknown): value is PromiseLike<unknown> {
  // What is written as a literal has at most a member of that name.
  if (!isPromise(value) || isPlain(value)) return false
  // Others may begin their work when they are listened to.
  if (Object.prototype.toString.call(value) === '[object Promise]') value.then(undefined, ignore)
  return true
}

/** Where promises are in a value, by JSON Pointer. Looks at lists and literals: what a class holds may not be meant to be sent. */
export function findPromises(value: unknown, at = '', seen = new Set<object>()): readonly string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  if (isUnawaited(value)) return [at]
  if (!Array.isArray(value) && !isPlain(value)) return []
  seen.add(value)
  return Object.entries(value).flatMap(([name, member]) =>
    findPromises(member, `${at}/${escapePointer(name)}`, seen),
  )
}
