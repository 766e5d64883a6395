// On the request path: a server that was restarted, or has taken over, may have what was invalidated since. All it has is a miss then.
import type { Clock, KeyValueStore, Random } from '@keelson/core'
import { newStamp, readStamp } from './stamp.ts'
import { EVERYTHING, stampKey } from './store-keys.ts'

/** What is known of the servers that hold a store. */
export interface AskedServers {
  readonly ids: readonly string[]
  readonly count: number
  readonly connections: number
}

/** Which servers hold a store. */
export interface StoreServers {
  /** Another number after each connection that was made to one. */
  readonly connections: number
  /** Ids of those to which there is a connection, how many there are, and the number as it was when they were asked. */
  ask(): Promise<AskedServers>
}

/** What is needed. */
export interface SealParts {
  readonly servers: StoreServers
  readonly clock: Clock
  readonly random: Random
  /** Called when all that the store has was made a miss. */
  readonly onOther: () => void
}

/** What was read or written while a connection was made: nobody knows on which server. */
export class OtherServerError extends Error {}

/** Stamps live at least so long, ms. */
const TTL_MS = 3_600_000
/** Connections or processes that change meanwhile, in a row, after which it is given up. */
const MAX_TRIES = 5

/** Of a store that tells which servers hold it; others have none. */
export function serversOf(store: KeyValueStore): StoreServers | undefined {
  return (store as { readonly '~internal'?: { readonly servers?: StoreServers } })['~internal']?.servers
}

/**
 * The servers that hold the store, as the stamp that all entries carry names them. A server that it does not name is another one than before, and
 * the stamp is written anew: so all processes agree, in whatever order they see it. No reply of a connection counts that was not looked at.
 */
export class ServerSeal {
  readonly #parts: SealParts
  /** The number of connections that were looked at. */
  #sealed: number | undefined
  #sealing: Promise<void> | undefined
  #named: readonly string[] = []

  constructor(parts: SealParts) {
    this.#parts = parts
  }

  /** Ids of servers that were looked at, for a stamp. */
  get named(): string {
    return this.#named.join(',')
  }

  /** Does some work, on servers that were looked at before it. @throws {OtherServerError} where others came in meanwhile */
  async around<T>(store: KeyValueStore, work: (store: KeyValueStore) => Promise<T>): Promise<T> {
    const { servers } = this.#parts
    if (servers.connections !== this.#sealed) await this.#seal(store)
    const before = this.#sealed
    const result = await work(store)
    if (servers.connections === before) return result
    throw new OtherServerError('A connection to the shared store was made meanwhile.')
  }

  #seal(store: KeyValueStore): Promise<void> {
    return (this.#sealing ??= this.#sealNow(store).finally(() => {
      this.#sealing = undefined
    }))
  }

  async #sealNow(store: KeyValueStore): Promise<void> {
    const { servers } = this.#parts
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const asked = await servers.ask()
      const isNamed = await this.#name(store, asked)
      if (!isNamed || servers.connections !== asked.connections) continue
      this.#sealed = asked.connections
      return
    }
    throw new Error('The servers of the shared store change all the time.')
  }

  /** @returns false where another process has changed the stamp meanwhile */
  async #name(store: KeyValueStore, { ids, count }: AskedServers): Promise<boolean> {
    const { random, clock, onOther } = this.#parts
    const key = stampKey(EVERYTHING)
    const stamp = readStamp(await store.get(key))
    const named = stamp?.servers.split(',').filter((id) => id !== '') ?? []
    // Twice as many as there are: those of a process that sees others are not lost at once.
    this.#named = [...new Set([...ids, ...named])].slice(0, Math.max(ids.length, 2 * count))
    // Without it all is a miss; who makes it names them.
    if (stamp === undefined || ids.every((id) => named.includes(id))) return true
    const next = newStamp(random, { now: clock.now(), ttlMs: TTL_MS, servers: this.named })
    const change = { expected: stamp.bytes, next: next.bytes, ttlMs: TTL_MS }
    if (!(await store.compareAndSet(key, change))) return false
    onOther()
    return true
  }
}
