import { describeValue, isPlain } from '@keelson/core/options'
import { CacheValueError } from '../contract/index.ts'

/** Deeper values refer to themselves, or are not meant. */
const MAX_DEPTH = 200

/**
 * Refuses what JSON would drop, change or not write. An `undefined` member is as good as none.
 *
 * @param name - of the namespace, for the message
 * @throws {CacheValueError} with the place of the first such part
 */
export function assertJson(value: unknown, name: string): void {
  checkPart(value, [], name)
}

function checkPart(part: unknown, path: (string | number)[], name: string): void {
  if (typeof part === 'string' || typeof part === 'boolean' || part === null) return
  if (typeof part === 'number' && Number.isFinite(part)) return
  if (typeof part !== 'object') throw refusal(part, path, name)
  if (path.length === MAX_DEPTH)
    throw new CacheValueError({
      message: `A value of '${name}' is deeper than ${MAX_DEPTH} levels, or refers to itself. Keep ids instead of what they stand for.`,
    })
  if (!Array.isArray(part) && !isPlain(part)) throw refusal(part, path, name)
  checkShape(part, path, name)
  checkAll(Array.isArray(part) ? part.entries() : membersOf(part), path, name)
}

/** JSON writes what is enumerable and has a name, and of a list its items. What else is there would be shared, unfrozen, in one process alone. */
function checkShape(part: object, path: (string | number)[], name: string): void {
  const names = Object.keys(part)
  const hidden = Array.isArray(part) ? 1 : 0
  const isWhole =
    Reflect.ownKeys(part).length === names.length + hidden &&
    (Array.isArray(part) ? names.length <= part.length : names.every((one) => isData(part, one)))
  if (isWhole) return
  throw new CacheValueError({
    message: `${placeOf(path)} of '${name}' has members that JSON does not write: a getter, a symbol, one that is not enumerable, or a name on a list. Keep plain members, or give the namespace a serializer.`,
  })
}

function isData(part: object, name: string): boolean {
  return Object.getOwnPropertyDescriptor(part, name)?.get === undefined
}

function placeOf(path: readonly (string | number)[]): string {
  return path.length === 0 ? 'A value' : `What is at /${path.join('/')} in a value`
}

function checkAll(
  parts: Iterable<readonly [string | number, unknown]>,
  path: (string | number)[],
  name: string,
): void {
  for (const [at, part] of parts) {
    path.push(at)
    checkPart(part, path, name)
    path.pop()
  }
}

function membersOf(part: object): [string, unknown][] {
  return Object.entries(part).filter(([, one]) => one !== undefined)
}

function refusal(
  part: unknown,
  path: readonly (string | number)[],
  name: string,
): InstanceType<typeof CacheValueError> {
  const what = typeof part === 'object' && part?.constructor === Object ? ' with a prototype of its own' : ''
  return new CacheValueError({
    message: `${placeOf(path)} of '${name}' is ${describeValue(part)}${what}, which JSON cannot hold. Keep a text, a number, a list or a plain object instead; for a row with hidden columns give the namespace a schema; or give it a serializer.`,
  })
}

/** Freezes a value that is JSON, and all that is in it. */
export function deepFreeze(value: unknown): void {
  freeze(value, undefined)
}

/** The same of what a serializer writes: it may refer to itself, and what is not plain data stays as it is. */
export function freezePlain(value: unknown): void {
  freeze(value, new Set())
}

function freeze(value: unknown, seen: Set<object> | undefined): void {
  if (typeof value !== 'object' || value === null || seen?.has(value) === true) return
  if (!Array.isArray(value) && !isPlain(value)) return
  seen?.add(value)
  Object.freeze(value)
  for (const part of Object.values(value)) freeze(part, seen)
}
