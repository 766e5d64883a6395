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
  /** `getMany`, `setMany` and `deleteMany` cost one round trip instead of one for each key. They exist in any case. */
  readonly batch: boolean
  /** Other processes see the same data. */
  readonly shared: boolean
  /** Data outlives the process. */
  readonly durable: boolean
}

/** What every operation takes. */
export interface StoreCallOptions {
  /**
   * Gives up waiting: the promise rejects with the signal's reason. A write that was under way may have happened.
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

/** What `compareAndSet` takes. */
export interface StoreChange extends StoreWriteOptions {
  /** What must be there; `undefined` stands for "the key is absent". */
  readonly expected: Uint8Array | undefined
  /** What shall be there; `undefined` deletes the key. */
  readonly next: Uint8Array | undefined
}

/** One entry of `setMany`. */
export interface StoreEntry {
  readonly key: string
  readonly value: Uint8Array
  /** As in {@link StoreWriteOptions}. */
  readonly ttlMs?: number | undefined
}

/** Longest key, bytes of UTF-8. */
export const MAX_KEY_BYTES = 512

/** Longest time to live, ms: 100 years. */
export const MAX_TTL_MS = 3_153_600_000_000

/**
 * Keeps bytes under keys, with a time to live. Rate limits, sessions, caches and locks use nothing else.
 *
 * Keys are well-formed strings of 1 to {@link MAX_KEY_BYTES} bytes in UTF-8, without control characters; case counts. Values
 * are bytes: what is stored is a copy, what is returned belongs to the caller. All operations return promises and
 * report every failure by rejecting: wrong arguments with `ERR_CORE_PORT_ARGUMENT`, after `close` with
 * `ERR_CORE_PORT_CLOSED`, a missing capability with `ERR_CORE_PORT_UNSUPPORTED`. A bounded store may forget keys early.
 */
export interface KeyValueStore {
  readonly capabilities: KeyValueCapabilities

  /** The value, or `undefined` when there is none or its time is up. */
  get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined>

  /** Stores a value, whatever was there. Without `ttlMs` an earlier TTL is lifted. */
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
   * call creates the key, and a TTL that is there stays. The value is kept as decimal digits in ASCII.
   *
   * @returns the sum
   * @throws {StoreCounterError} `ERR_CORE_STORE_COUNTER` when the value is no whole number or the sum leaves ±(2^53 − 1)
   */
  increment(key: string, by: number, options?: StoreWriteOptions): Promise<number>

  /** Gives a key a new TTL, counted from now. @returns whether the key is there */
  touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean>

  /** @returns whether the key was there */
  delete(key: string, options?: StoreCallOptions): Promise<boolean>

  /** The values in the order of the keys. Not atomic. */
  getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]>

  /** Stores all entries in order; of a repeated key the last one stays. Not atomic. */
  setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void>

  /** @returns how many keys were there. Not atomic. */
  deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number>

  /** Lets go of everything. Calls after it reject; a second `close` does nothing. */
  close(): Promise<void>
}
