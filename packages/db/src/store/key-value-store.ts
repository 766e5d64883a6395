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
} from '@keelson/core'
import {
  addToCounter,
  assertAmount,
  assertBytes,
  assertCallOptions,
  assertChange,
  assertEntries,
  assertKey,
  assertKeys,
  assertQuota,
  assertTouch,
  assertTtl,
  PortClosedError,
  STORE_OPTIONS,
  waitUntil,
} from '@keelson/core/ports'
import { takeFrom } from './store-quota.ts'
import type { StoreRows } from './store-rows.ts'
import { NEVER } from './store-table.ts'

const CAPABILITIES: KeyValueCapabilities = Object.freeze({
  add: true,
  compareAndSet: true,
  increment: true,
  touch: true,
  batch: true,
  shared: true,
  durable: true,
  keeps: true,
})

const { call: CALL, write: WRITE, change: CHANGE, increment: INCREMENT } = STORE_OPTIONS

/** A store in a table. No message has a key: the key of a session is a credential. */
export class DatabaseStore implements KeyValueStore {
  readonly capabilities = CAPABILITIES
  readonly #rows: StoreRows
  readonly #close: () => Promise<void>
  #isClosed = false

  constructor(rows: StoreRows, close: () => Promise<void>) {
    this.#rows = rows
    this.#close = close
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    assertKey(key)
    return this.#call(options, CALL, async () => (await this.#rows.get([key])).get(key)?.value)
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    const entry = { key, value, ttlMs: options?.ttlMs }
    assertEntries([entry])
    await this.#set([entry], options, WRITE)
  }

  async add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean> {
    assertBytes(value)
    assertCallOptions(options, WRITE)
    return this.compareAndSet(key, { ...options, expected: undefined, next: value })
  }

  async compareAndSet(key: string, change: StoreChange): Promise<boolean> {
    assertKey(key)
    assertChange(change)
    const { expected, next, ttlMs } = change
    return this.#call(change, CHANGE, () =>
      this.#rows.change(key, (value, now) => {
        if (!isSame(value, expected)) return { result: false, next: 'keep' }
        return { result: true, next: next && { value: next, expiresAt: endOf(ttlMs, now) } }
      }),
    )
  }

  async increment(key: string, by: number, options: StoreIncrementOptions = {}): Promise<number> {
    const { ttlMs, max } = options
    assertKey(key)
    assertAmount(by)
    assertTtl(ttlMs)
    if (max !== undefined) assertAmount(max, 'max')
    return this.#call(options, INCREMENT, () =>
      this.#rows.change(key, (value, now, expiresAt) => {
        const { sum, next } = addToCounter(value, by, max)
        if (next === undefined) return { result: sum, next: 'keep' }
        const end = value === undefined ? endOf(ttlMs, now) : expiresAt
        return { result: sum, next: { value: next, expiresAt: end } }
      }),
    )
  }

  readonly take = async (key: string, quota: StoreQuota): Promise<StoreTaken> => {
    assertKey(key)
    assertQuota(quota)
    return this.#call(undefined, CALL, () =>
      this.#rows.change(key, (value, now) => {
        const { taken, next } = takeFrom(value, quota, now)
        return {
          result: taken,
          next: next === undefined ? 'keep' : { value: next.value, expiresAt: now + next.ttlMs },
        }
      }),
    )
  }

  async touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean> {
    assertKey(key)
    assertTouch(ttlMs)
    return this.#call(options, CALL, async () => this.#rows.touch(key, endOf(ttlMs, await this.#rows.now())))
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    assertKey(key)
    return this.#call(options, CALL, async () => (await this.#rows.delete([key])) > 0)
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    assertKeys(keys)
    return this.#call(options, CALL, async () => {
      const found = await this.#rows.get(keys)
      return keys.map((key) => copyOf(found.get(key)?.value))
    })
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    assertEntries(entries)
    await this.#set(entries, options, CALL)
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    assertKeys(keys)
    return this.#call(options, CALL, () => this.#rows.delete(keys))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#close()
  }

  async #set(
    entries: readonly StoreEntry[],
    options: StoreCallOptions | undefined,
    known: readonly string[],
  ): Promise<void> {
    // A copy, since the caller may change what it gave before the statement runs.
    const copies = entries.map(({ key, value, ttlMs }) => ({ key, value: new Uint8Array(value), ttlMs }))
    await this.#call(options, known, async () => {
      const now = await this.#rows.now()
      await this.#rows.set(copies.map(({ ttlMs, ...rest }) => ({ ...rest, expiresAt: endOf(ttlMs, now) })))
    })
  }

  async #call<T>(
    options: StoreCallOptions | undefined,
    known: readonly string[],
    work: () => Promise<T>,
  ): Promise<T> {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertCallOptions(options, known)
    const signal = options?.signal
    signal?.throwIfAborted()
    return signal === undefined ? work() : waitUntil(work, { signal })
  }
}

function endOf(ttlMs: number | undefined, now: number): number {
  return ttlMs === undefined ? NEVER : now + ttlMs
}

function copyOf(value: Uint8Array | undefined): Uint8Array | undefined {
  return value === undefined ? undefined : new Uint8Array(value)
}

function isSame(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return Buffer.compare(a, b) === 0
}
