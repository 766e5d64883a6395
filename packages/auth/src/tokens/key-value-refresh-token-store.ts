import type { Clock, KeyValueStore, StoreCallOptions } from '@keelson/core'
import { userRecordsIn, type UserRecords } from '../user-records/index.ts'
import type { RefreshFamily, RefreshTokenStore } from './contract.ts'

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
  const place = { place: 'Tokens', what: 'refresh tokens', scope: 'refresh-tokens', kind: 'family' }
  return new KeyValueRefreshTokenStore(userRecordsIn(store, clock, place))
}

class KeyValueRefreshTokenStore implements RefreshTokenStore {
  readonly #records: UserRecords<RefreshFamily>

  constructor(records: UserRecords<RefreshFamily>) {
    this.#records = records
  }

  add(family: RefreshFamily, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.add(family, options)
  }

  find(id: string, options?: StoreCallOptions): Promise<RefreshFamily | undefined> {
    return this.#records.find(id, options)
  }

  replace(family: RefreshFamily, expectedHash: string, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.change(
      family.id,
      ({ hash }) => (hash === expectedHash ? family : undefined),
      options,
    )
  }

  listByUser(userId: string, options?: StoreCallOptions): Promise<readonly RefreshFamily[]> {
    return this.#records.listByUser(userId, options)
  }

  remove(id: string, userId: string, options?: StoreCallOptions): Promise<boolean> {
    return this.#records.remove(id, userId, options)
  }
}
