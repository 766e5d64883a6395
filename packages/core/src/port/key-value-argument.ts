// On the request path: checks of arguments that all stores share.
import { describeValue, nearestName } from '../errors/index.ts'
import { MAX_KEY_BYTES, MAX_STORED_KEY_BYTES, MAX_TTL_MS } from './key-value-store.ts'
import { PortArgumentError } from './port-error.ts'

// Tabs, line ends and the like break line-based protocols and logs.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\0-\x1f\x7f]|\p{Surrogate}/u

/**
 * For adapters: refuses an invalid key.
 *
 * @throws {PortArgumentError} when it is empty, has more than `MAX_STORED_KEY_BYTES`, or has control characters
 */
export function assertKey(key: string): void {
  assertKeyBytes(key, 'key', MAX_STORED_KEY_BYTES)
}

/**
 * For adapters: refuses an invalid topic.
 *
 * @throws {PortArgumentError} when it is empty, has more than `MAX_KEY_BYTES`, or has control characters
 */
export function assertTopic(topic: string): void {
  assertKeyBytes(topic, 'topic', MAX_KEY_BYTES)
}

/** @throws {PortArgumentError} when it is empty, too long, or has control characters */
export function assertKeyBytes(key: string, what: string, maxBytes: number): void {
  assertKeySize(key, what, maxBytes)
  if (FORBIDDEN.test(key)) {
    throw new PortArgumentError(`A ${what} must not contain control characters or lone surrogates.`)
  }
}

/** @throws {PortArgumentError} when it is empty or too long */
export function assertKeySize(key: string, what: string, maxBytes: number): void {
  if (typeof key !== 'string' || key === '')
    throw new PortArgumentError(`A ${what} must be a string, and not empty.`)
  // A UTF-16 unit is at most three bytes, so short keys need no count.
  if (key.length * 3 > maxBytes && Buffer.byteLength(key) > maxBytes) {
    throw new PortArgumentError(`A ${what} must have at most ${maxBytes} bytes in UTF-8; hash the long part.`)
  }
}

/**
 * For adapters: refuses a time to live out of range; it may be omitted.
 *
 * @throws {PortArgumentError} when it is not a whole number of ms from 1 to `MAX_TTL_MS`
 */
export function assertTtl(ttlMs: number | undefined): void {
  if (ttlMs !== undefined) assertWholeNumber('ttlMs', ttlMs, TTL_RANGE)
}

const TTL_RANGE = [1, MAX_TTL_MS] as const

/** @throws {PortArgumentError} when a value is not a whole number in the range */
export function assertWholeNumber(what: string, value: number, [from, to]: readonly [number, number]): void {
  if (!Number.isInteger(value) || value < from || value > to)
    throw new PortArgumentError(`${what} must be a whole number from ${from} to ${to}, not ${String(value)}.`)
}

/** @throws {PortArgumentError} when a limit is not a positive whole number */
export function assertPositive(what: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new PortArgumentError(`${what} must be a positive whole number, not ${String(value)}.`)
}

/**
 * For adapters: refuses a value that is not bytes.
 *
 * @throws {PortArgumentError} when it is not a `Uint8Array`
 */
export function assertBytes(value: Uint8Array, what = 'value'): void {
  if (!(value instanceof Uint8Array)) throw new PortArgumentError(`A ${what} must be a Uint8Array.`)
}

/**
 * For adapters: refuses an amount that is not a safe whole number, also as `max`.
 *
 * @throws {PortArgumentError} when it is not a safe whole number
 */
export function assertAmount(by: number, what = 'amount'): void {
  if (!Number.isSafeInteger(by))
    throw new PortArgumentError(`The ${what} of increment must be a whole number, not ${String(by)}.`)
}

/**
 * For adapters: refuses options of a call with a name that the operation does not have. With a misspelt `ttl` a key would
 * never expire.
 *
 * @param known - names that the operation has
 * @throws {PortArgumentError} for another name, and for a value that is not an object
 * @example
 * assertCallOptions({ ttlMs: 1000 }, ['signal', 'ttlMs'])
 */
export function assertCallOptions(options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return
  if (!isObject(options))
    throw new PortArgumentError(
      `The options must be an object, like { ${known.at(-1)} }, not ${describeValue(options)}.`,
    )
  for (const name in options) if (!known.includes(name)) throw new PortArgumentError(unknownName(name, known))
}

function unknownName(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known)
  const remedy = meant === undefined ? `The options are ${known.join(', ')}.` : `Did you mean '${meant}'?`
  return `There is no option '${name}'. ${remedy}`
}

/** Whether it has properties to read; of a primitive value none would be there, and none refused. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** @throws {PortArgumentError} for a value that is not a list */
export function assertList(list: readonly unknown[], what: string): void {
  if (!Array.isArray(list))
    throw new PortArgumentError(`The ${what} must be a list, not ${describeValue(list)}.`)
}

const SHORT_NAME = /^[a-z0-9-]{1,32}$/

/** @throws {PortArgumentError} when a name of a scope or a purpose is not 1 to 32 of `a-z`, `0-9` and `-` */
export function assertShortName(name: string, what: string): void {
  if (typeof name !== 'string' || !SHORT_NAME.test(name)) {
    const given = typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : String(name)
    throw new PortArgumentError(`The name of a ${what} must be 1 to 32 of a-z, 0-9 and -, not ${given}.`)
  }
}

/** Whether UTF-8 can hold a text, which must not have half a surrogate pair. (TypeScript's ES2023 library lacks `isWellFormed`.) */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
