// Sessions in the store of the app: a record for each session, and for each user a list of ids that is changed by compare-and-set.
import cluster from 'node:cluster'
import { hash } from 'node:crypto'
import {
  ServiceUnavailableError,
  SetupError,
  type Clock,
  type KeyValueStore,
  type SetupProblem,
  type StoreCallOptions,
} from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import type { DestroyByUserOptions, SessionStore, StoredSession } from './contract.ts'

/** Version of the format of records and lists. */
const VERSION = '1 '
/** So many sign-ins of one user at once are not made by people. */
const MAX_TRIES = 20

/**
 * Keeps sessions in the scope `session` of a key-value store. It needs `add`, `compareAndSet` and `keeps`. A store in the process forgets all sessions
 * when it ends, and in a worker of `node:cluster` it is refused, since the others would not know them: in production take one that is
 * [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const store = keyValueSessionStore(createMemoryStore(), systemClock)
 */
export function keyValueSessionStore(store: KeyValueStore, clock: Clock): SessionStore {
  const problems = problemsOf(store)
  if (problems.length > 0) throw new SetupError(problems)
  return new KeyValueSessionStore(scopedStore(store, 'session'), clock)
}

function problemsOf(store: KeyValueStore): readonly SetupProblem[] {
  const problems = requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place: 'Sessions' })
  if (!cluster.isWorker) return problems
  const remedy =
    'This process is a worker of node:cluster, and the others would not know its sessions: bind a shared store to KEY_VALUE_STORE.'
  return [...problems, ...requireCapabilities(store, ['shared'], { place: 'Sessions', remedy })]
}

class KeyValueSessionStore implements SessionStore {
  readonly #store: KeyValueStore
  readonly #clock: Clock

  constructor(store: KeyValueStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async read(id: string, options: StoreCallOptions = {}): Promise<StoredSession | undefined> {
    return decode<StoredSession>(await this.#store.get(recordOf(id), options))
  }

  async write(session: StoredSession, options: StoreCallOptions = {}): Promise<boolean> {
    // The record first: who changes the list drops ids that have none. A session that is in no list was never handed out.
    const ttlMs = this.#ttlOf(session.expiresAt)
    if (!(await this.#store.add(recordOf(session.id), encode(session), { ...options, ttlMs }))) return false
    await this.#changeList(session.userId, (ids) => [...ids, session.id], options)
    return true
  }

  async rotate(next: StoredSession, options: StoreCallOptions = {}): Promise<boolean> {
    const expected = await this.#store.get(recordOf(next.id), options)
    if (decode<StoredSession>(expected)?.revision !== next.revision - 1) return false
    const ttlMs = this.#ttlOf(next.expiresAt)
    return this.#store.compareAndSet(recordOf(next.id), { ...options, expected, next: encode(next), ttlMs })
  }

  async destroy(id: string, userId: string, options: StoreCallOptions = {}): Promise<boolean> {
    const session = await this.read(id, options)
    if (session?.userId !== userId) return false
    const isRemoved = await this.#store.delete(recordOf(id), options)
    await this.#changeList(userId, (ids) => ids.filter((one) => one !== id), options)
    return isRemoved
  }

  async listByUser(userId: string, options: StoreCallOptions = {}): Promise<readonly StoredSession[]> {
    const ids = decode<string[]>(await this.#store.get(listOf(userId), options)) ?? []
    const sessions = await this.#sessionsOf(ids, options)
    return sessions.filter((one) => one.userId === userId)
  }

  async destroyByUser(userId: string, options: DestroyByUserOptions = {}): Promise<readonly string[]> {
    const { except, ...rest } = options
    const sessions = (await this.listByUser(userId, rest)).filter(({ id }) => id !== except)
    const ids = sessions.map(({ id }) => id)
    if (ids.length === 0) return ids
    await this.#store.deleteMany(ids.map(recordOf), rest)
    await this.#changeList(userId, (kept) => kept.filter((id) => !ids.includes(id)), rest)
    return ids
  }

  /** Ids of sessions that have ended leave the list with the next change. The list lasts as long as the longest of them may. */
  async #changeList(
    userId: string,
    change: (ids: readonly string[]) => readonly string[],
    options: StoreCallOptions,
  ): Promise<void> {
    const list = listOf(userId)
    for (let at = 0; at < MAX_TRIES; at++) {
      const expected = await this.#store.get(list, options)
      const changed = change(decode<string[]>(expected) ?? [])
      const sessions = await this.#sessionsOf(changed, options)
      const next = sessions.length === 0 ? undefined : encode(sessions.map(({ id }) => id))
      const ttlMs = this.#ttlOf(Math.max(0, ...sessions.map(({ endsAt }) => endsAt)))
      if (await this.#store.compareAndSet(list, { ...options, expected, next, ttlMs })) return
    }
    throw new ServiceUnavailableError('The sessions of the user are being changed by others.', {
      retryAfterSeconds: 1,
    })
  }

  async #sessionsOf(ids: readonly string[], options: StoreCallOptions): Promise<readonly StoredSession[]> {
    const found = ids.length === 0 ? [] : await this.#store.getMany(ids.map(recordOf), options)
    return found.flatMap((value) => decode<StoredSession>(value) ?? [])
  }

  #ttlOf(end: number): number {
    return Math.max(1, Math.ceil(end - this.#clock.now()))
  }
}

function recordOf(id: string): string {
  return `id:${id}`
}

/** Ids of users may be of any length. */
function listOf(userId: string): string {
  return `user:${hash('sha256', userId, 'base64url')}`
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(VERSION + JSON.stringify(value))
}

function decode<T>(value: Uint8Array | undefined): T | undefined {
  const text = Buffer.from(value ?? []).toString()
  return text.startsWith(VERSION) ? (JSON.parse(text.slice(VERSION.length)) as T) : undefined
}
