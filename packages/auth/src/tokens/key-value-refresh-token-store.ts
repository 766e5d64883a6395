import { SetupError, type Clock, type KeyValueStore, type StoreCallOptions } from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import { UserRecords } from '../user-records/index.ts'
import type { RefreshFamily, RefreshTokenStore } from './contract.ts'

/**
 * Keeps families of refresh tokens in the scope `refresh-tokens` of a key-value store. It needs `add`, `compareAndSet` and `keeps`; a store in the
 * process signs all users out when it ends, so in production it is one that is
 * [durable and shared](https://github.com/keelson/keelson/blob/main/docs/guides/stores.md).
 *
 * @throws {SetupError} `ERR_CORE_PORT_CAPABILITY` for a store that cannot do it
 * @example
 * const store = keyValueRefreshTokenStore(createMemoryStore(), systemClock)
 */
export function keyValueRefreshTokenStore(store: KeyValueStore, clock: Clock): RefreshTokenStore {
  const problems = requireCapabilities(store, ['add', 'compareAndSet', 'keeps'], { place: 'Tokens' })
  if (problems.length > 0) throw new SetupError(problems)
  return new KeyValueRefreshTokenStore(new UserRecords(scopedStore(store, 'refresh-tokens'), clock, 'family'))
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
