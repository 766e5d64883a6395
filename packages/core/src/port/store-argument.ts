// On the request path: checks of what calls of a store are given besides a key.
import { describeValue } from '../errors/index.ts'
import {
  assertBytes,
  assertCallOptions,
  assertKey,
  assertList,
  assertTtl,
  isObject,
} from './key-value-argument.ts'
import type { StoreChange, StoreEntry } from './key-value-store.ts'
import { PortArgumentError } from './port-error.ts'

const CALL = ['signal']
const WRITE = [...CALL, 'ttlMs']

/**
 * For adapters: names of the options of a store's operations, for `assertCallOptions`. `set` and `add` are writes, `compareAndSet` is a change;
 * what has no other name is a call.
 *
 * @example
 * assertCallOptions({ ttlMs: 1000 }, STORE_OPTIONS.write)
 */
export const STORE_OPTIONS = Object.freeze({
  call: Object.freeze(CALL),
  write: Object.freeze(WRITE),
  change: Object.freeze([...WRITE, 'expected', 'next']),
  increment: Object.freeze([...WRITE, 'max']),
})

const ENTRY = ['key', 'value', 'ttlMs']

/**
 * For adapters: refuses what is not a list of keys, or has an invalid one.
 *
 * @throws {PortArgumentError} as `assertKey`, and for another kind of value
 */
export function assertKeys(keys: readonly string[]): void {
  assertList(keys, 'keys')
  for (const key of keys) assertKey(key)
}

/**
 * For adapters: refuses what is not a list of entries for `setMany`, or has an invalid one. None is to be stored then.
 *
 * @throws {PortArgumentError} for a key, value or `ttlMs` that `set` refuses, another property, and another kind of value
 */
export function assertEntries(entries: readonly StoreEntry[]): void {
  assertList(entries, 'entries')
  for (const entry of entries) {
    if (!isObject(entry))
      throw new PortArgumentError(`An entry must be { key, value }, not ${describeValue(entry)}.`)
    assertCallOptions(entry, ENTRY)
    assertKey(entry.key)
    assertBytes(entry.value)
    assertTtl(entry.ttlMs)
  }
}

/**
 * For adapters: refuses an invalid change for `compareAndSet`. The names of its properties are those of options.
 *
 * @throws {PortArgumentError} for a value that is not bytes, an invalid `ttlMs`, and another kind of value
 */
export function assertChange(change: StoreChange): void {
  if (!isObject(change))
    throw new PortArgumentError(`compareAndSet needs { expected, next }, not ${describeValue(change)}.`)
  const { expected, next, ttlMs } = change
  if (expected !== undefined) assertBytes(expected, 'expected value')
  if (next !== undefined) assertBytes(next)
  assertTtl(ttlMs)
}

/**
 * For adapters: refuses a time for `touch` that is omitted or out of range.
 *
 * @throws {PortArgumentError} when it is not a whole number of ms from 1 to `MAX_TTL_MS`
 */
export function assertTouch(ttlMs: number): void {
  if (ttlMs === undefined) throw new PortArgumentError("touch needs a ttlMs: touch('key', 60_000).")
  assertTtl(ttlMs)
}
