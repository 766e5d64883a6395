import { SetupError, type KeyValueStore } from '@keelson/core'
import { checkOptions, flag, ofKind, optionTable, text, withMethods } from '@keelson/core/options'
import type { Adapter } from '../adapter/index.ts'
import { DatabaseSession, Pool, QueryWatch, type Session } from '../session/index.ts'
import { DatabaseStore } from './key-value-store.ts'
import { StoreRows, type StorePlace } from './store-rows.ts'
import { MAX_PREFIX_BYTES } from './store-table.ts'

/** Options of `db.keyValueStore`. */
export interface KeyValueStoreOptions {
  /**
   * Whether it writes within the transaction around, which idempotency of a `transaction()` route takes. Default false: what it writes
   * stays when the transaction is rolled back.
   */
  readonly joins?: boolean | undefined
  /** Another database for its table. SQLite and PGlite need one where it does not join: theirs has one writer. */
  readonly adapter?: Adapter | undefined
  /**
   * What its keys begin with, as its table is one for all apps of the database: apps that are to share what they keep say the same. Default: that
   * of the app, `keelson:shop:` of one with the name `shop`; outside of an app none.
   */
  readonly prefix?: string | undefined
}

/** The database of a store. */
export interface StoreHost {
  readonly name: string
  readonly adapter: Adapter
  /** What keys of its app begin with. */
  readonly prefix: string
  /** @throws before the database was opened */
  readonly session: Session
}

const STORE_OPTIONS = optionTable<KeyValueStoreOptions>({
  joins: flag('Whether it writes within the transaction around.', { default: false }),
  adapter: ofKind(withMethods('an adapter', ['connect', 'dialect']), 'Another database for its table.'),
  prefix: text('What its keys begin with.'),
})

/** Makes `db.keyValueStore`. */
export function createKeyValueStore(host: StoreHost): (options?: KeyValueStoreOptions) => KeyValueStore {
  return function keyValueStore(options: KeyValueStoreOptions = {}): KeyValueStore {
    checkOptions(STORE_OPTIONS, options, { name: 'keyValueStore', below: keyValueStore })
    const { joins = false, adapter, prefix = host.prefix } = options
    if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES)
      throw problem(
        `Its keys begin with ${Buffer.byteLength(prefix)} bytes; ${MAX_PREFIX_BYTES} are the most.`,
        "Give the app a shorter name, or say keyValueStore({ prefix: 'shop:' }).",
      )
    if (joins && adapter !== undefined)
      throw problem(
        'A store that joins the transaction around is in its database.',
        'Omit adapter, or joins.',
      )
    if (adapter !== undefined) return inOwnDatabase(host, adapter, prefix)
    const hasWriters = host.adapter.lanes === 'equal'
    if (!joins && !hasWriters)
      throw problem(
        `${host.adapter.name} has one writer, which a transaction holds while the store would write beside it.`,
        "Give it a file of its own, keyValueStore({ adapter: sqlite('shop-store.db') }), or say joins: true.",
      )
    const place = (): Promise<StorePlace> =>
      Promise.resolve({ session: joins ? host.session : host.session.apart, joins, hasWriters })
    const store = new DatabaseStore(new StoreRows(place, prefix), () => Promise.resolve())
    return joins ? joiningStore(store, host) : store
  }
}

/** A store each of whose calls is an operation of the transaction around. */
function joiningStore(store: DatabaseStore, host: StoreHost): KeyValueStore {
  const joining = <K extends keyof DatabaseStore>(name: K): DatabaseStore[K] => {
    const member = store[name] as (...args: readonly unknown[]) => Promise<unknown>
    const call = (...args: readonly unknown[]): Promise<unknown> =>
      host.session.operation(`keyValueStore.${name}`, call, () => member.apply(store, [...args]))
    return call as DatabaseStore[K]
  }
  return {
    capabilities: store.capabilities,
    get: joining('get'),
    set: joining('set'),
    add: joining('add'),
    compareAndSet: joining('compareAndSet'),
    increment: joining('increment'),
    take: joining('take'),
    touch: joining('touch'),
    delete: joining('delete'),
    getMany: joining('getMany'),
    setMany: joining('setMany'),
    deleteMany: joining('deleteMany'),
    close: () => store.close(),
  }
}

function problem(message: string, remedy: string): SetupError {
  return new SetupError([{ code: 'ERR_CORE_OPTION', place: 'keyValueStore()', message, remedy }])
}

/** A store with connections of its own, opened at its first use. */
function inOwnDatabase(host: StoreHost, adapter: Adapter, prefix: string): KeyValueStore {
  const pool = new Pool(adapter, `${host.name}, key-value store`)
  let opening: Promise<StorePlace> | undefined
  const open = async (): Promise<StorePlace> => {
    pool.release(await pool.acquire(false, { label: 'keyValueStore', site: undefined, frame: undefined }))
    const { clock, random } = host.session
    const watch = new QueryWatch({
      database: host.name,
      logger: undefined,
      slowQueryMs: Infinity,
      counts: false,
      maxRepeats: Infinity,
      maxQueries: Infinity,
    })
    const parts = { name: host.name, adapter, pool, watch, clock, random, logger: undefined, hasSites: false }
    return { session: new DatabaseSession(parts).apart, joins: false, hasWriters: adapter.lanes === 'equal' }
  }
  const place = (): Promise<StorePlace> =>
    (opening ??= open().catch((error: unknown) => {
      opening = undefined
      throw error
    }))
  return new DatabaseStore(new StoreRows(place, prefix), async () => {
    await pool.close()
    await adapter.close?.()
  })
}
