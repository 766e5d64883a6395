// On the request path: packages keep what they store within a scope of their own.
import { anything, checkArgument, checkOptions, ofKind, optionTable } from '../errors/index.ts'
import {
  assertKeyBytes,
  assertKeySize,
  assertList,
  assertPositive,
  assertShortName,
} from './key-value-argument.ts'
import {
  MAX_KEY_BYTES,
  STORE_KIND,
  type KeyValueCapabilities,
  type KeyValueStore,
  type StoreCallOptions,
  type StoreChange,
  type StoreEntry,
  type StoreIncrementOptions,
  type StoreWriteOptions,
} from './key-value-store.ts'
import { PortArgumentError, PortClosedError } from './port-error.ts'

/** Options of {@link scopedStore}. */
export interface ScopedStoreOptions {
  /**
   * Most bytes of the scope in a store of the process, set aside from the store's own `maxBytes`: others cannot use
   * them. Default: the scope shares what is not set aside. Ignored by stores that are servers.
   */
  readonly maxBytes?: number | undefined
}

/**
 * The method of a store in the process that makes a table for a scope: `(name, maxBytes) => store`. The same
 * name returns the same table.
 */
export const kStoreScope: unique symbol = Symbol.for('keelson.storeScope') as never

/** A store that has separate tables for scopes. */
export interface ScopingStore extends KeyValueStore {
  [kStoreScope](name: string, maxBytes: number): KeyValueStore
}

/** The size of each scope of each store; one table for all copies of this package in a process. */
const kSizes = Symbol.for('keelson.scopeSizes')
type Sizes = WeakMap<KeyValueStore, Map<string, number | undefined>>

/**
 * A part of a store for one user of it, such as a package: it neither sees nor changes keys of other scopes. Keys are
 * prefixed, or kept in a separate table where the store is in the process.
 *
 * A scope is a `KeyValueStore` with the capabilities of its store. Its keys have at most 512 bytes (`MAX_KEY_BYTES`). `close` closes only
 * the scope. A scope of the same name has the same keys.
 *
 * @param name - 1 to 32 of `a-z`, `0-9` and `-`; packages use their own name
 * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` for an invalid name or size, for a scope of a scope, for one scope with two
 *   sizes, and when the shares of all scopes exceed the store
 * @throws {SetupError} `ERR_CORE_OPTION` for an unknown option
 * @example
 * const limits = scopedStore(store, 'rate-limit', { maxBytes: 8 * 1024 * 1024 })
 * await limits.increment('203.0.113.7', 1, { ttlMs: 60_000 })
 */
export function scopedStore(
  store: KeyValueStore,
  name: string,
  options: ScopedStoreOptions = {},
): KeyValueStore {
  const place = { name: 'scopedStore', below: scopedStore }
  checkArgument(STORE_ARGUMENT, store, { ...place, argument: 'The store' })
  checkOptions(SCOPE_OPTIONS, options, place)
  assertShortName(name, 'scope')
  const { maxBytes } = options
  if (maxBytes !== undefined) assertPositive('maxBytes', maxBytes)
  if ((store as { [kIsScope]?: unknown })[kIsScope] === true)
    throw new PortArgumentError(`A scope cannot have scopes: pass the store itself for '${name}'.`)
  const sizes = sizesOf(store)
  if (sizes.has(name)) assertSameSize(name, sizes.get(name), maxBytes)
  const { [kStoreScope]: scope } = store as Partial<ScopingStore>
  const scoped =
    maxBytes !== undefined && scope !== undefined
      ? new ScopedStore(scope.call(store, name, maxBytes), '', name)
      : new ScopedStore(store, `${name}:`, name)
  sizes.set(name, maxBytes)
  return scoped
}

const STORE_ARGUMENT = ofKind(STORE_KIND, 'The store.')

const SCOPE_OPTIONS = optionTable<ScopedStoreOptions>({
  maxBytes: anything('Most bytes of the scope in a store of the process.'),
})

/** The sizes of a store's scopes. */
function sizesOf(store: KeyValueStore): Map<string, number | undefined> {
  const shared = globalThis as { [kSizes]?: Sizes }
  const all = (shared[kSizes] ??= new WeakMap())
  const sizes = all.get(store) ?? new Map<string, number | undefined>()
  all.set(store, sizes)
  return sizes
}

/** On every store, so that development and production find the same problems. */
function assertSameSize(name: string, there: number | undefined, asked: number | undefined): void {
  if (there !== asked)
    throw new PortArgumentError(
      `The scope '${name}' has ${wordFor(there)} already, not ${wordFor(asked)}. Use one size, or another name.`,
    )
}

function wordFor(maxBytes: number | undefined): string {
  return maxBytes === undefined ? 'no maxBytes' : `${maxBytes} bytes`
}

const kIsScope = Symbol.for('keelson.scopedStore')

class ScopedStore implements KeyValueStore {
  readonly #store: KeyValueStore
  readonly #prefix: string
  readonly #name: string
  readonly take: KeyValueStore['take']
  #isClosed = false

  constructor(store: KeyValueStore, prefix: string, name: string) {
    this.#store = store
    this.take = store.take && ((key, quota) => store.take!(this.#keyOf(key), quota))
    this.#prefix = prefix
    this.#name = name
  }

  get [kIsScope](): true {
    return true
  }

  get capabilities(): KeyValueCapabilities {
    return this.#store.capabilities
  }

  async get(key: string, options?: StoreCallOptions): Promise<Uint8Array | undefined> {
    return this.#store.get(this.#keyOf(key), options)
  }

  async set(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<void> {
    return this.#store.set(this.#keyOf(key), value, options)
  }

  async add(key: string, value: Uint8Array, options?: StoreWriteOptions): Promise<boolean> {
    return this.#store.add(this.#keyOf(key), value, options)
  }

  async compareAndSet(key: string, change: StoreChange): Promise<boolean> {
    return this.#store.compareAndSet(this.#keyOf(key), change)
  }

  async increment(key: string, by: number, options?: StoreIncrementOptions): Promise<number> {
    return this.#store.increment(this.#keyOf(key), by, options)
  }

  async touch(key: string, ttlMs: number, options?: StoreCallOptions): Promise<boolean> {
    return this.#store.touch(this.#keyOf(key), ttlMs, options)
  }

  async delete(key: string, options?: StoreCallOptions): Promise<boolean> {
    return this.#store.delete(this.#keyOf(key), options)
  }

  async getMany(keys: readonly string[], options?: StoreCallOptions): Promise<(Uint8Array | undefined)[]> {
    return this.#store.getMany(this.#keysOf(keys), options)
  }

  async setMany(entries: readonly StoreEntry[], options?: StoreCallOptions): Promise<void> {
    this.#assertOpen()
    assertList(entries, 'entries')
    const prefixed = entries.map((entry) => ({ ...entry, key: this.#keyOf(entry?.key) }))
    return this.#store.setMany(prefixed, options)
  }

  async deleteMany(keys: readonly string[], options?: StoreCallOptions): Promise<number> {
    return this.#store.deleteMany(this.#keysOf(keys), options)
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #keysOf(keys: readonly string[]): string[] {
    this.#assertOpen()
    assertList(keys, 'keys')
    return keys.map((key) => this.#keyOf(key))
  }

  #keyOf(key: string): string {
    this.#assertOpen()
    // A table of its own looks at the characters, which takes as long as all else that a quota in the process does.
    if (this.#prefix === '') assertKeySize(key, 'key', MAX_KEY_BYTES)
    else assertKeyBytes(key, 'key', MAX_KEY_BYTES)
    return this.#prefix + key
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PortClosedError(`The scope '${this.#name}' of the store is closed.`)
  }
}
