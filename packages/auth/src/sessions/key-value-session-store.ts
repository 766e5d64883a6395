import cluster from 'node:cluster'
import {
  SetupError,
  type Clock,
  type KeyValueStore,
  type SetupProblem,
  type StoreCallOptions,
} from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import { UserRecords } from '../user-records/index.ts'
import type { DestroyByUserOptions, SessionStore, StoredSession } from './contract.ts'

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
  return new KeyValueSessionStore(new UserRecords(scopedStore(store, 'session'), clock, 'id'))
}

function problemsOf(store: KeyValueStore): readonly SetupProblem[] {
  const problems = requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place: 'Sessions' })
  if (!cluster.isWorker) return problems
  const remedy =
    'This process is a worker of node:cluster, and the others would not know its sessions: bind a shared store to KEY_VALUE_STORE.'
  return [...problems, ...requireCapabilities(store, ['shared'], { place: 'Sessions', remedy })]
}

class KeyValueSessionStore implements SessionStore {
  readonly #records: UserRecords<StoredSession>

  constructor(records: UserRecords<StoredSession>) {
    this.#records = records
  }

  read(id: string, options?: StoreCallOptions): Promise<StoredSession | undefined> {
    return this.#records.find(id, options)
  }

  write(session: StoredSession, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.add(session, options)
  }

  rotate(next: StoredSession, options?: StoreCallOptions): Promise<boolean> {
    const isBefore = ({ revision }: StoredSession): boolean => revision === next.revision - 1
    return this.#records.change(next.id, (session) => (isBefore(session) ? next : undefined), options)
  }

  destroy(id: string, userId: string, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.remove(id, userId, options)
  }

  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly StoredSession[]> {
    return this.#records.listByUser(userId, options)
  }

  destroyByUser(userId: string, options?: DestroyByUserOptions): Promise<readonly string[]> {
    return this.#records.removeAll(userId, options)
  }
}
