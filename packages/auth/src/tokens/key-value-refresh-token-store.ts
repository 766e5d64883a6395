import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { recordScope, UserRecords } from '../user-records/index.ts'
import type { RefreshFamily, RefreshTokenStore } from './contract.ts'

const PLACE = { place: 'Tokens', what: 'refresh tokens', scope: 'refresh-tokens' }

/**
 * Keeps families of refresh tokens in the scope `refresh-tokens` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the
 * process signs all users out when it ends, and in a worker of `node:cluster` it is refused, since the others would not know them: in production it is one that is
 * [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const store = keyValueRefreshTokenStore(createMemoryStore(), systemClock)
 */
export function keyValueRefreshTokenStore(store: KeyValueStore, clock: Clock): RefreshTokenStore {
  return new KeyValueRefreshTokenStore(recordScope(store, PLACE), clock, 'family')
}

class KeyValueRefreshTokenStore extends UserRecords<RefreshFamily> implements RefreshTokenStore {
  replace(family: RefreshFamily, expectedHash: string, options?: StoreCallOptions): Promise<boolean> {
    const replaced = ({ hash }: RefreshFamily) => (hash === expectedHash ? family : undefined)
    return this.change(family.id, replaced, options)
  }
}
