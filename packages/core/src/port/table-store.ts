// On the request path where no other store is configured: sessions, rate limits and caches read it per request.
import { assertAmount, assertBytes, assertCallOptions, assertKey, assertTtl } from './key-value-argument.ts'
import type {
  KeyValueCapabilities,
  KeyValueStore,
  StoreCallOptions,
  StoreChange,
  StoreEntry,
  StoreIncrementOptions,
  StoreQuota,
  StoreTaken,
  StoreWriteOptions,
} from './key-value-store.ts'
import { PortClosedError, StoreCounterError } from './port-error.ts'
import { assertQuota } from './quota-argument.ts'
import { QuotaBucket } from './quota-bucket.ts'
import { assertChange, assertEntries, assertKeys, assertTouch, STORE_OPTIONS } from './store-argument.ts'
import { addToCounter } from './store-counter.ts'
import type { StoreTable } from './store-table.ts'
import { bucketParts } from './token-bucket.ts'

const KEEPING: KeyValueCapabilities = Object.freeze({
  add: true,
  compareAndSet: true,
  increment: true,
  touch: true,
  batch: true,
  shared: false,
  durable: false,
  keeps: true,
})
const EVICTING: KeyValueCapabilities = Object.freeze({ ...KEEPING, keeps: false })

const { call: CALL, write: WRITE, change: CHANGE, increment: INCREMENT } = STORE_OPTIONS

/** The contract of a store over a table. No message has a key: the key of a session is a credential. */
// Every method but `take` is `async` though nothing is awaited, so that invalid arguments reject, as over a network.
export class TableStore implements KeyValueStore {
  readonly capabilities: KeyValueCapabilities
  readonly #table: StoreTable
  #isClosed = false

  constructor(table: StoreTable, keeps: boolean) {
    this.#table = table
    this.capabilities = keeps ? KEEPING : EVICTING
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    this.#begin(options, CALL)
    assertKey(key)
    return copyOf(this.#table.get(key))
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    this.#begin(options, WRITE)
    this.#put(key, value, options?.ttlMs)
  }

  async add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean> {
    this.#begin(options, WRITE)
    assertBytes(value)
    return this.#change(key, { ...options, expected: undefined, next: value })
  }

  async compareAndSet(key: string, change: StoreChange): Promise<boolean> {
    assertChange(change)
    this.#begin(change, CHANGE)
    return this.#change(key, change)
  }

  async increment(key: string, by: number, options: StoreIncrementOptions = {}): Promise<number> {
    this.#begin(options, INCREMENT)
    const { ttlMs, max } = options
    assertKey(key)
    assertAmount(by)
    assertTtl(ttlMs)
    if (max !== undefined) assertAmount(max, 'max')
    const before = this.#table.get(key)
    const { sum, next } = addToCounter(before, by, max)
    if (next === undefined) return sum
    if (before === undefined) this.#table.put(key, next, ttlMs)
    else this.#table.replace(key, next)
    return sum
  }

  /** At once: a promise would cost more than what is done here, and each request of a limited route waits for it. */
  readonly take = (key: string, quota: StoreQuota): StoreTaken => {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertKey(key)
    assertQuota(quota)
    const now = Math.floor(this.#table.begin())
    const kept = this.#table.get(key)
    const bucket = kept ?? new QuotaBucket()
    if (!(bucket instanceof QuotaBucket)) throw new StoreCounterError('The value is not a quota.')
    const parts = bucketParts(quota)
    const taken = bucket.take(quota, parts, now)
    const ttlMs = bucket.keep(parts, now)
    // A whole quota is not kept: looking at it, or giving back, takes no room.
    if (kept === undefined) {
      if (quota.amount > 0) this.#table.put(key, bucket, ttlMs)
    } else if (ttlMs !== undefined) this.#table.touch(key, ttlMs)
    return taken
  }

  async touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean> {
    this.#begin(options, CALL)
    assertKey(key)
    assertTouch(ttlMs)
    return this.#table.touch(key, ttlMs)
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    this.#begin(options, CALL)
    assertKey(key)
    return this.#table.delete(key)
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    this.#begin(options, CALL)
    assertKeys(keys)
    return keys.map((key) => copyOf(this.#table.get(key)))
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    this.#begin(options, CALL)
    assertEntries(entries)
    for (const { key, value, ttlMs } of entries) this.#put(key, value, ttlMs)
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    this.#begin(options, CALL)
    assertKeys(keys)
    return keys.filter((key) => this.#table.delete(key)).length
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#table.clear()
  }

  #begin(options: StoreCallOptions | undefined, known: readonly string[]): void {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertCallOptions(options, known)
    options?.signal?.throwIfAborted()
    this.#table.begin()
  }

  #change(key: string, { expected, next, ttlMs }: StoreChange): boolean {
    assertKey(key)
    if (expected !== undefined) assertBytes(expected, 'expected value')
    if (next !== undefined) assertBytes(next)
    assertTtl(ttlMs)
    if (!isSame(this.#table.get(key), expected)) return false
    if (next === undefined) this.#table.delete(key)
    else this.#put(key, next, ttlMs)
    return true
  }

  #put(key: string, value: Uint8Array, ttlMs: number | undefined): void {
    assertKey(key)
    assertBytes(value)
    assertTtl(ttlMs)
    this.#table.put(key, new Uint8Array(value), ttlMs)
  }
}

/** A copy, as plain bytes: `slice` of a Buffer would share the memory. */
function copyOf(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new Uint8Array(value)
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}
