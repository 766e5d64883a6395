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
  if (Array.isArray(part)) checkAll(part.entries(), path, name)
  else if (isPlain(part)) checkAll(membersOf(part), path, name)
  else throw refusal(part, path, name)
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
  const at = path.length === 0 ? 'A value' : `What is at /${path.join('/')} in a value`
  const what = typeof part === 'object' && part !== null ? `, a ${part.constructor?.name}` : ''
  return new CacheValueError({
    message: `${at} of '${name}' is ${describeValue(part)}${what}, which JSON cannot hold. Keep a text, a number, a list or a plain object instead, or give the namespace a serializer.`,
  })
}

/** Freezes a value and all that is in it; what is not plain data stays as it is. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value) && !isPlain(value)) return
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
}
