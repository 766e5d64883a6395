// On the request path: checks that every store makes of its arguments, so that all refuse the same.
import { describeValue, nearestName } from '../errors/index.ts'
import { MAX_KEY_BYTES, MAX_STORED_KEY_BYTES, MAX_TTL_MS } from './key-value-store.ts'
import { PortArgumentError } from './port-error.ts'

// Tabs, line ends and the like break line-based protocols and logs.
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\0-\x1f\x7f]|\p{Surrogate}/u

/**
 * For adapters: refuses a key that a store may not take.
 *
 * @throws {PortArgumentError} when it is empty, has more than `MAX_STORED_KEY_BYTES`, or has control characters
 */
export function assertKey(key: string): void {
  assertKeyBytes(key, 'key', MAX_STORED_KEY_BYTES)
}

/**
 * For adapters: refuses a topic that a bus may not take.
 *
 * @throws {PortArgumentError} when it is empty, has more than `MAX_KEY_BYTES`, or has control characters
 */
export function assertTopic(topic: string): void {
  assertKeyBytes(topic, 'topic', MAX_KEY_BYTES)
}

/** @throws {PortArgumentError} when it is empty, too long, or has control characters */
export function assertKeyBytes(key: string, what: string, maxBytes: number): void {
  if (typeof key !== 'string' || key === '')
    throw new PortArgumentError(`A ${what} must be a string that is not empty.`)
  // A UTF-16 unit is at most three bytes, so short keys need no count.
  if (key.length * 3 > maxBytes && Buffer.byteLength(key) > maxBytes) {
    throw new PortArgumentError(`A ${what} has at most ${maxBytes} bytes in UTF-8; hash the long part.`)
  }
  if (FORBIDDEN.test(key)) {
    throw new PortArgumentError(`A ${what} must not contain control characters or lone surrogates.`)
  }
}

/**
 * For adapters: refuses a time to live that is neither left out nor in range.
 *
 * @throws {PortArgumentError} when it is no whole number of ms from 1 to `MAX_TTL_MS`
 */
export function assertTtl(ttlMs: number | undefined): void {
  if (ttlMs === undefined) return
  if (!Number.isInteger(ttlMs) || ttlMs < 1 || ttlMs > MAX_TTL_MS) {
    throw new PortArgumentError(`ttlMs must be a whole number from 1 to ${MAX_TTL_MS}, not ${String(ttlMs)}.`)
  }
}

/**
 * For adapters: refuses a value that is not bytes.
 *
 * @throws {PortArgumentError} when it is no `Uint8Array`
 */
export function assertBytes(value: Uint8Array, what = 'value'): void {
  if (!(value instanceof Uint8Array)) throw new PortArgumentError(`A ${what} must be a Uint8Array.`)
}

/**
 * For adapters: refuses an amount that a counter cannot add, and a `max` that it cannot reach.
 *
 * @throws {PortArgumentError} when it is no safe whole number
 */
export function assertAmount(by: number, what = 'amount'): void {
  if (!Number.isSafeInteger(by))
    throw new PortArgumentError(`The ${what} of increment is a whole number, not ${String(by)}.`)
}

/**
 * For adapters: refuses options of a call with a name that the operation does not have. A `ttl` that nobody reads would keep a
 * key for ever.
 *
 * @param known - names that the operation has
 * @throws {PortArgumentError} for another name, and for what is no object
 * @example
 * assertCallOptions({ ttlMs: 1000 }, ['signal', 'ttlMs'])
 */
export function assertCallOptions(options: object | undefined, known: readonly string[]): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null)
    throw new PortArgumentError(
      `Options are an object, like { ${known.at(-1)} }, not ${describeValue(options)}.`,
    )
  for (const name in options) if (!known.includes(name)) throw new PortArgumentError(unknownName(name, known))
}

function unknownName(name: string, known: readonly string[]): string {
  const meant = nearestName(name, known)
  const remedy = meant === undefined ? `The options are ${known.join(', ')}.` : `Did you mean '${meant}'?`
  return `There is no option '${name}'. ${remedy}`
}

/** @throws {PortArgumentError} for what is no list */
export function assertList(list: readonly unknown[], what: string): void {
  if (!Array.isArray(list)) throw new PortArgumentError(`The ${what} are a list, not ${describeValue(list)}.`)
}

const SHORT_NAME = /^[a-z0-9-]{1,32}$/

/** @throws {PortArgumentError} when a name of a scope or a purpose is not 1 to 32 of `a-z`, `0-9` and `-` */
export function assertShortName(name: string, what: string): void {
  if (typeof name !== 'string' || !SHORT_NAME.test(name)) {
    const given = typeof name === 'string' ? JSON.stringify(name.slice(0, 40)) : String(name)
    throw new PortArgumentError(
      `The name of a ${what} has 1 to 32 of a-z, 0-9 and -, which ${given} has not.`,
    )
  }
}

/** Whether UTF-8 can hold a text: it has no half of a surrogate pair. (`isWellFormed` of ES2024 is not in our library yet.) */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
