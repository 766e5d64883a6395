import type {
  KeyValueCapabilities,
  KeyValueStore,
  StoreCallOptions,
  StoreEntry,
  StoreWriteOptions,
} from '@keelson/core'
import {
  assertBytes,
  assertCallOptions,
  assertEntries,
  assertKey,
  assertKeys,
  assertTtl,
  PortClosedError,
  PortUnsupportedError,
  STORE_OPTIONS,
  waitUntil,
} from '@keelson/core/ports'
import { KeyvWriteError } from './errors.ts'
import { decodeValue, encodeValue } from './keyv-value.ts'

/** What a `Keyv` reads and writes by: its storage adapter, as version 6 makes one of every store. */
export interface KeyvAdapterLike {
  /** `expires`: it takes the instant at which a value ends, ms since 1970; those of version 5 take a duration. */
  readonly capabilities?: { readonly expires?: boolean | undefined } | undefined
  get(key: string): Promise<unknown>
  getMany(keys: string[]): Promise<unknown[]>
  set(key: string, value: string, expires?: number): Promise<boolean>
  setMany(
    entries: { key: string; value: string; expires?: number }[],
  ): Promise<readonly boolean[] | undefined>
  delete(key: string): Promise<boolean>
  deleteMany(keys: string[]): Promise<readonly boolean[]>
}

/** A `Keyv` of version 6. */
export interface KeyvLike {
  readonly store: KeyvAdapterLike
  /** Only version 6 has it. */
  setRaw(key: string, value: never): Promise<boolean>
  disconnect(): Promise<void>
}

/** What the engine behind a `Keyv` is. */
export interface KeyvEngine {
  readonly keyv: KeyvLike
  readonly shared: boolean
  readonly durable: boolean
  readonly keeps: boolean
  readonly now: () => number
}

const { call: CALL, write: WRITE } = STORE_OPTIONS

/**
 * A store on a `Keyv`, by its storage adapter: the `Keyv` itself turns errors into misses where somebody listens to its `error`. Keyv has no atomic
 * operations, and so has this.
 */
export class KeyvStore implements KeyValueStore {
  readonly capabilities: KeyValueCapabilities
  readonly #keyv: KeyvLike
  readonly #now: () => number
  #isClosed = false

  constructor({ keyv, now, ...facts }: KeyvEngine) {
    const { shared, durable, keeps } = facts
    const lacking = { add: false, compareAndSet: false, increment: false, touch: false }
    this.capabilities = Object.freeze({ ...lacking, batch: true, shared, durable, keeps })
    this.#keyv = keyv
    this.#now = now
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    assertKey(key)
    return this.#call(options, CALL, async ({ store }) => decodeValue(await store.get(key), this.#now()))
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    const entry = this.#toEntry(key, value, options?.ttlMs)
    await this.#call(options, WRITE, async ({ store }) => {
      if (!(await store.set(key, entry.value, entry.expires))) throw new KeyvWriteError()
    })
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    assertKeys(keys)
    return this.#call(options, CALL, async ({ store }) => {
      const found = keys.length === 0 ? [] : await store.getMany([...keys])
      const now = this.#now()
      return keys.map((_, at) => decodeValue(found[at], now))
    })
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    assertEntries(entries)
    const encoded = entries.map(({ key, value, ttlMs }) => this.#toEntry(key, value, ttlMs))
    // Adapters differ in what they do with a key that comes twice.
    const last = [...new Map(encoded.map((entry) => [entry.key, entry])).values()]
    await this.#call(options, CALL, async ({ store }) => {
      if (last.length === 0) return
      if ((await store.setMany(last))?.includes(false) === true) throw new KeyvWriteError()
    })
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    return (await this.deleteMany([key], options)) === 1
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    assertKeys(keys)
    return this.#call(options, CALL, async ({ store }) => {
      const unique = [...new Set(keys)]
      if (unique.length === 0) return 0
      // An adapter may say of a key whose time is over that it was there.
      const now = this.#now()
      const found = await store.getMany(unique)
      const there = unique.filter((_, at) => decodeValue(found[at], now) !== undefined)
      const deleted = await store.deleteMany(unique)
      // Of an engine that refused it says the same as of what was not there.
      const doubtful = there.filter((key) => deleted[unique.indexOf(key)] !== true)
      const left = doubtful.length === 0 ? [] : await store.getMany(doubtful)
      if (left.some((value) => decodeValue(value, now) !== undefined)) throw new KeyvWriteError()
      return there.length
    })
  }

  add(): Promise<boolean> {
    return refused('add')
  }

  compareAndSet(): Promise<boolean> {
    return refused('compareAndSet')
  }

  increment(): Promise<number> {
    return refused('increment')
  }

  touch(): Promise<boolean> {
    return refused('touch')
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await this.#keyv.disconnect()
  }

  async #call<T>(
    options: StoreCallOptions | undefined,
    known: readonly string[],
    work: (keyv: KeyvLike) => Promise<T>,
  ): Promise<T> {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    assertCallOptions(options, known)
    const signal = options?.signal
    signal?.throwIfAborted()
    return signal === undefined ? work(this.#keyv) : waitUntil(() => work(this.#keyv), { signal })
  }

  #toEntry(key: string, value: Uint8Array, ttlMs: number | undefined) {
    assertKey(key)
    assertBytes(value)
    assertTtl(ttlMs)
    const expires = ttlMs === undefined ? undefined : this.#now() + ttlMs
    return { key, value: encodeValue(value, expires), ...(expires === undefined ? {} : { expires }) }
  }
}

async function refused(operation: string): Promise<never> {
  throw new PortUnsupportedError(`Keyv has no atomic operations, and so not ${operation}.`)
}
