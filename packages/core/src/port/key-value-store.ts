import { withMethods, type OptionKind } from '../errors/index.ts'

/** What a store can do beyond get, set and delete. What needs a capability checks it at start (`requireCapabilities`). */
export interface KeyValueCapabilities {
  /** `add` exists and is atomic. */
  readonly add: boolean
  /** `compareAndSet` exists and is atomic. */
  readonly compareAndSet: boolean
  /** `increment` exists and is atomic. */
  readonly increment: boolean
  /** `touch` exists. */
  readonly touch: boolean
  /** `getMany`, `setMany` and `deleteMany` cost one round trip instead of one for each key. They always exist. */
  readonly batch: boolean
  /** Other processes see the same data. */
  readonly shared: boolean
  /** Data outlives the process. */
  readonly durable: boolean
  /**
   * Every key stays until it expires: a full store refuses new ones. Sessions, locks, limits and idempotency need
   * this; without it the store may drop any key at any time.
   */
  readonly keeps: boolean
}

/** What every operation takes. */
export interface StoreCallOptions {
  /**
   * Ends the wait: the promise rejects with the signal's reason. A write that had begun may have happened.
   */
  readonly signal?: AbortSignal | undefined
}

/** What operations that write a value take. */
export interface StoreWriteOptions extends StoreCallOptions {
  /**
   * Time after which the key is gone, ms: a whole number from 1 to {@link MAX_TTL_MS}. A store may round up to whole
   * seconds, never down. Default: the key stays, also when it had a TTL before.
   */
  readonly ttlMs?: number | undefined
}

/** What `increment` takes. */
export interface StoreIncrementOptions extends StoreWriteOptions {
  /**
   * Largest sum: an addition that would exceed it is not made, and its sum is returned. Amounts of 0 and below
   * are not limited. A whole number up to 2^53 − 1. Default: none.
   */
  readonly max?: number | undefined
}

/** What `compareAndSet` takes. */
export interface StoreChange extends StoreWriteOptions {
  /** What must be there; `undefined` stands for "the key is absent". */
  readonly expected: Uint8Array | undefined
  /** What to store; `undefined` deletes the key. */
  readonly next: Uint8Array | undefined
}

/** One entry of `setMany`. */
export interface StoreEntry {
  readonly key: string
  readonly value: Uint8Array
  /** As in {@link StoreWriteOptions}. */
  readonly ttlMs?: number | undefined
}

/** A quota, and what is taken from it; see `take` of {@link KeyValueStore}. */
export interface StoreQuota {
  /** Units of a window: a whole number from 1 to 2^53 − 1. */
  readonly limit: number
  /** Length of the window, ms: a whole number from 1 to half of {@link MAX_TTL_MS}. */
  readonly windowMs: number
  /** Units to take: a whole number up to `limit`. 0 looks at what is left. Below 0 it gives back what was taken a moment ago. */
  readonly amount: number
}

/** What came of taking from a quota. */
export interface StoreTaken {
  /** Whether it was taken: all of it, or nothing. */
  readonly isTaken: boolean
  /** Whole units that are left. */
  readonly left: number
  /**
   * When there is more, ms, at most a window; 0 where nothing is taken. Where it was refused: when the amount can be taken if nobody
   * else takes any.
   */
  readonly resetMs: number
}

/** Longest key that every store and every scope of one takes, bytes of UTF-8. Longest topic of a bus. */
export const MAX_KEY_BYTES = 512

/** Longest key that an adapter takes, bytes of UTF-8: the longest scope, a colon and `MAX_KEY_BYTES`. */
export const MAX_STORED_KEY_BYTES = 545

/** Longest time to live, ms: 100 years. */
export const MAX_TTL_MS = 3_153_600_000_000

/**
 * Keeps bytes under keys, with a time to live. Rate limits, sessions, caches and locks are built on it.
 *
 * Keys are well-formed strings without control characters; case counts. Users pass 1 to {@link MAX_KEY_BYTES} bytes of
 * UTF-8, and adapters take {@link MAX_STORED_KEY_BYTES}, so that a scope (`scopedStore`) keeps that promise. Values
 * are bytes: what is stored is a copy, what is returned belongs to the caller. All operations return promises and
 * report every failure by rejecting: wrong arguments with `ERR_CORE_PORT_ARGUMENT`, after `close` with
 * `ERR_CORE_PORT_CLOSED`, a missing capability with `ERR_CORE_PORT_UNSUPPORTED`, and what does not fit into a full store that `keeps` keys with
 * `ERR_CORE_STORE_FULL`. Each operation on one key is atomic.
 */
export interface KeyValueStore {
  readonly capabilities: KeyValueCapabilities

  /** The value, or `undefined` when there is none or it has expired. */
  get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined>

  /** Stores a value, and replaces an earlier one. Without `ttlMs` an earlier TTL is removed. */
  set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void>

  /** Stores a value only when the key is absent. Of several at once, exactly one gets `true`. */
  add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean>

  /**
   * Stores `next` only when the value equals `expected`, byte by byte. The TTL is as for `set`: without `ttlMs` there is none.
   *
   * @returns whether it was stored
   */
  compareAndSet(key: string, change: StoreChange): Promise<boolean>

  /**
   * Adds a whole number, which may be negative, to a counter; an absent one counts as 0. `ttlMs` holds only when this
   * call creates the key, and an existing TTL stays. The value is kept as decimal digits in ASCII.
   *
   * With `max` the addition is only made when the sum does not exceed it; check and addition are one step, so that of many
   * at once only those that fit succeed.
   *
   * @returns the sum; above `max` it was not stored
   * @throws {StoreCounterError} `ERR_CORE_STORE_COUNTER` when the value is not a whole number or the sum leaves ±(2^53 − 1)
   * @example
   * const used = await limits.increment(address, 1, { max: 100, ttlMs: 60_000 })
   * if (used > 100) throw new TooManyRequestsError()
   */
  increment(key: string, by: number, options?: StoreIncrementOptions): Promise<number>

  /**
   * Takes from a quota in one step; a store may lack it, and rate limits then count by `increment`. What it holds to is what a token bucket does, by which
   * the stores in the process count: in any time of `part × windowMs` at most `limit × (1 + part)` units are taken, and who takes one
   * each `windowMs / limit` from a whole quota is always admitted. A quota that was not used for a window is whole. What it keeps
   * under the key is its own. Errors are thrown or rejected.
   *
   * @returns at once in the process, else a promise
   */
  readonly take?: ((key: string, quota: StoreQuota) => StoreTaken | Promise<StoreTaken>) | undefined

  /** Sets a new TTL, counted from now. @returns whether the key is there */
  touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean>

  /** @returns whether the key was there */
  delete(key: string, options?: StoreCallOptions): Promise<boolean>

  /** The values in the order of the keys. Not atomic. */
  getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]>

  /** Stores all entries in order; of a repeated key the last one stays. Not atomic. */
  setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void>

  /** @returns how many keys were there. Not atomic. */
  deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number>

  /** Releases everything. Later calls reject; a second `close` does nothing. */
  close(): Promise<void>
}

const METHODS = [
  'get',
  'set',
  'add',
  'compareAndSet',
  'increment',
  'touch',
  'delete',
  'getMany',
  'setMany',
  'deleteMany',
  'close',
]
const WITH_METHODS = withMethods('a KeyValueStore', METHODS)

/** The kind of value that an option takes as a store. */
export const STORE_KIND: OptionKind = {
  ...WITH_METHODS,
  test: (value) => WITH_METHODS.test(value) && isCapable(value),
  remedy: (value) =>
    WITH_METHODS.test(value) && !isCapable(value)
      ? 'It lacks `capabilities`, the object that says what it can do.'
      : WITH_METHODS.remedy?.(value),
}

function isCapable(value: unknown): boolean {
  const { capabilities } = value as { readonly capabilities?: unknown }
  return typeof capabilities === 'object' && capabilities !== null
}
