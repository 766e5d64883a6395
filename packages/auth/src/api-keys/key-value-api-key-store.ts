import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { userRecordsIn, type UserRecords } from '../user-records/index.ts'
import type { ApiKeyStore, StoredApiKey } from './contract.ts'

/**
 * Keeps API keys in the scope `api-keys` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the process forgets all keys
 * when it ends, and in a worker of `node:cluster` it is refused, since the others would not know them: in production it is one that is [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const keys = new ApiKeys(keyValueApiKeyStore(createMemoryStore(), systemClock), systemClock)
 */
export function keyValueApiKeyStore(store: KeyValueStore, clock: Clock): ApiKeyStore {
  const place = { place: 'ApiKeys', what: 'API keys', scope: 'api-keys', kind: 'key' }
  return new KeyValueApiKeyStore(userRecordsIn(store, clock, place))
}

class KeyValueApiKeyStore implements ApiKeyStore {
  readonly #records: UserRecords<StoredApiKey>

  constructor(records: UserRecords<StoredApiKey>) {
    this.#records = records
  }

  add(key: StoredApiKey, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.add(key, options)
  }

  find(id: string, options?: StoreCallOptions): Promise<StoredApiKey | undefined> {
    return this.#records.find(id, options)
  }

  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly StoredApiKey[]> {
    return this.#records.listByUser(userId, options)
  }

  async touch(id: string, lastUsedAt: number, options?: StoreCallOptions): Promise<void> {
    // A caller that changed it meanwhile has used it, too, or has revoked it.
    await this.#records.change(id, (key) => ({ ...key, lastUsedAt }), options)
  }

  remove(id: string, userId: string, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.remove(id, userId, options)
  }
}
