import { anything, checkOptions, ofKind, optionTable } from '../errors/index.ts'
import { CLOCK_KIND, type Clock } from './clock.ts'
import { EvictingTable } from './evicting-table.ts'
import { KeepingTable } from './keeping-table.ts'
import type { KeyValueStore } from './key-value-store.ts'
import { PortArgumentError, PortClosedError } from './port-error.ts'
import { assertPositive } from './key-value-argument.ts'
import { kStoreScope, type ScopingStore } from './scoped-store.ts'
import type { MakeTable, StoreTable } from './store-table.ts'
import { systemClock } from './system-clock.ts'
import { TableStore } from './table-store.ts'

/** Options of {@link createMemoryStore} and {@link createMemoryCacheStore}. */
export interface MemoryStoreOptions {
  /**
   * Most bytes kept at once, including keys, about 480 bytes for each entry, and the shares of scopes, which are set
   * aside from it. Memory is allocated as needed. Default 134_217_728 (128 MiB).
   */
  readonly maxBytes?: number | undefined
  /** Says when keys expire. Default: that of the system. */
  readonly clock?: Clock | undefined
}

const DEFAULT_MAX_BYTES = 134_217_728

/**
 * The in-process {@link KeyValueStore}: has all operations and keeps every key until it expires. A full store refuses what
 * does not fit with `ERR_CORE_STORE_FULL`; expired keys take no room, and no timer runs. Its data are lost when the process ends.
 *
 * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` when `maxBytes` is not a positive whole number
 * @example
 * const sessions = createMemoryStore({ maxBytes: 256 * 1024 * 1024 })
 * await sessions.set('s:1', new TextEncoder().encode('1 ann'), { ttlMs: 60_000 })
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): KeyValueStore {
  checkOptions(MEMORY_STORE_OPTIONS, options, { name: 'createMemoryStore', below: createMemoryStore })
  return new MemoryStore(
    toRoom(options, (maxBytes, clock) => new KeepingTable(maxBytes, clock)),
    true,
  )
}

/**
 * The in-process {@link KeyValueStore} for what can be computed again: a full store evicts what was not used for longest.
 * Otherwise like {@link createMemoryStore}; not for sessions, locks or limits.
 *
 * @throws {PortArgumentError} `ERR_CORE_PORT_ARGUMENT` when `maxBytes` is not a positive whole number
 * @example
 * const pages = createMemoryCacheStore({ maxBytes: 32 * 1024 * 1024 })
 */
export function createMemoryCacheStore(options: MemoryStoreOptions = {}): KeyValueStore {
  const place = { name: 'createMemoryCacheStore', below: createMemoryCacheStore }
  checkOptions(MEMORY_STORE_OPTIONS, options, place)
  return new MemoryCacheStore(
    toRoom(options, (maxBytes, clock) => new EvictingTable(maxBytes, clock)),
    false,
  )
}

/** The size is checked below. */
const MEMORY_STORE_OPTIONS = optionTable<MemoryStoreOptions>({
  maxBytes: anything('Most bytes kept at once; default 134,217,728.'),
  clock: ofKind(CLOCK_KIND, 'Says when keys expire. Default: that of the system.'),
})

function toRoom(
  { maxBytes = DEFAULT_MAX_BYTES, clock = systemClock }: MemoryStoreOptions,
  make: (maxBytes: number, clock: Clock) => StoreTable,
): Room {
  assertPositive('maxBytes', maxBytes)
  return new Room(maxBytes, (size) => make(size, clock))
}

/** A number of bytes, divided between a table for keys without a scope and the tables of scopes. */
class Room {
  readonly table: StoreTable
  readonly #maxBytes: number
  readonly #make: MakeTable
  readonly #shares = new Map<string, number>()

  constructor(maxBytes: number, make: MakeTable) {
    this.#maxBytes = maxBytes
    this.#make = make
    this.table = make(maxBytes)
  }

  /** Sets bytes aside. @throws {PortArgumentError} when not enough remain */
  share(name: string, maxBytes: number): StoreTable {
    const shares = [...this.#shares, [name, maxBytes] as const]
    const rest = shares.reduce((left, [, share]) => left - share, this.#maxBytes)
    if (rest < 1) {
      const list = shares.map(([scope, share]) => `${scope} ${share}`).join(', ')
      throw new PortArgumentError(
        `The shares of the scopes (${list}) use up the store's maxBytes, ${this.#maxBytes}. Raise it: createApp({ ports: { store: createMemoryStore({ maxBytes }) } }).`,
      )
    }
    this.#shares.set(name, maxBytes)
    this.table.resize(rest)
    return this.#make(maxBytes)
  }
}

class MemoryStore extends TableStore implements ScopingStore {
  readonly #room: Room
  readonly #scopes = new Map<string, TableStore>()

  constructor(room: Room, keeps: boolean) {
    super(room.table, keeps)
    this.#room = room
  }

  [kStoreScope](name: string, maxBytes: number): KeyValueStore {
    const known = this.#scopes.get(name)
    if (known !== undefined) return known
    if (this.isClosed) throw new PortClosedError('The store is closed.')
    const scope = new TableStore(this.#room.share(name, maxBytes), this.capabilities.keeps)
    this.#scopes.set(name, scope)
    return scope
  }

  override async close(): Promise<void> {
    await super.close()
    for (const scope of this.#scopes.values()) await scope.close()
  }
}

/** For messages, which name a store by its class. */
class MemoryCacheStore extends MemoryStore {}
