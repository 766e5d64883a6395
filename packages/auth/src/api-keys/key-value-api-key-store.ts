import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { recordScope, UserRecords } from '../user-records/index.ts'
import type { ApiKeyStore, StoredApiKey } from './contract.ts'

const PLACE = { place: 'ApiKeys', what: 'API keys', scope: 'api-keys' }

/**
 * Keeps API keys in the scope `api-keys` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the process forgets all keys
 * when it ends, and in a worker of `node:cluster` it is refused, since the others would not know them: in production it is one that is [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const providers = [ApiKeys.bind({ store: () => keyValueApiKeyStore(createMemoryStore(), systemClock) })]
 */
export function keyValueApiKeyStore(store: KeyValueStore, clock: Clock): ApiKeyStore {
  return new KeyValueApiKeyStore(recordScope(store, PLACE), clock, 'key')
}

class KeyValueApiKeyStore extends UserRecords<StoredApiKey> implements ApiKeyStore {
  async touch(id: string, lastUsedAt: number, options?: StoreCallOptions): Promise<void> {
    // A caller that changed it meanwhile has used it, too, or has revoked it.
    await this.change(id, (key) => ({ ...key, lastUsedAt }), options)
  }
}
