import { SetupError, type Clock, type KeyValueStore, type StoreCallOptions } from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import { UserRecords } from '../user-records/index.ts'
import type { ApiKeyStore, StoredApiKey } from './contract.ts'

/**
 * Keeps API keys in the scope `api-keys` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the process forgets all keys
 * when it ends, so in production it is one that is [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const keys = new ApiKeys(keyValueApiKeyStore(createMemoryStore(), systemClock), systemClock)
 */
export function keyValueApiKeyStore(store: KeyValueStore, clock: Clock): ApiKeyStore {
  const problems = requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place: 'ApiKeys' })
  if (problems.length > 0) throw new SetupError(problems)
  return new KeyValueApiKeyStore(new UserRecords(scopedStore(store, 'api-keys'), clock, 'key'))
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
