import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { recordScope, UserRecords } from '../user-records/index.ts'
import type { DestroyByUserOptions, SessionStore, StoredSession } from './contract.ts'

const PLACE = { place: 'Sessions', what: 'sessions', scope: 'session' }

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
  return new KeyValueSessionStore(new UserRecords(recordScope(store, PLACE), clock, 'id'))
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
