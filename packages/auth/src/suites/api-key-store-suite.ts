import { callable, ofKind, optionTable, required, withMethods } from '@keelson/core/options'
import { defineSuite, type Suite, type SuiteCases } from '@keelson/core/suites'
import type { ApiKeyStore, StoredApiKey } from '../api-keys/index.ts'

/** An empty store that no other case uses. */
export interface ApiKeyStoreSubject {
  readonly store: ApiKeyStore
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const KEY: StoredApiKey = {
  id: 'AbCdEfGh1234',
  userId: 'ada',
  name: 'nightly import',
  abilities: ['orders:read', 'orders:write'],
  createdAt: 1_800_000_000_000,
  hash: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
}

const SUBJECT = optionTable<ApiKeyStoreSubject>({
  store: required(
    ofKind(
      withMethods('a store of API keys', ['add', 'find', 'listByUser', 'touch', 'remove']),
      'An empty store.',
    ),
  ),
  dispose: callable('Called after each case.'),
})

const CASES: SuiteCases<ApiKeyStoreSubject> = {
  'finds a key as it was added': async ({ store }, expect) => {
    const ends = { ...KEY, id: 'AbCdEfGh1235', expiresAt: 4_100_000_000_000, lastUsedAt: 1_800_000_000_001 }
    expect(await store.add(KEY)).toEqual(true)
    expect(await store.add(ends)).toEqual(true)
    expect(await store.find(KEY.id)).toEqual(KEY)
    expect(await store.find(ends.id)).toEqual(ends)
  },
  'finds nothing that was not added, also in another case': async ({ store }, expect) => {
    await store.add(KEY)
    expect(await store.find('ZZZZZZZZZZZZ')).toEqual(undefined)
    expect(await store.find(KEY.id.toLowerCase())).toEqual(undefined)
    expect(await store.listByUser('Ada')).toEqual([])
    expect(await store.listByUser('ada ')).toEqual([])
  },
  'adds no second key of an id': async ({ store }, expect) => {
    await store.add(KEY)
    expect(await store.add({ ...KEY, userId: 'eve', hash: 'other' })).toEqual(false)
    expect(await store.find(KEY.id)).toEqual(KEY)
    expect(await store.listByUser('eve')).toEqual([])
  },
  'lists the keys of a user, also those that were added at once': async ({ store }, expect) => {
    const ids = ['AbCdEfGh0001', 'AbCdEfGh0002', 'AbCdEfGh0003', 'AbCdEfGh0004']
    await store.add({ ...KEY, userId: 'eve' })
    await Promise.all(ids.map((id) => store.add({ ...KEY, id })))
    const listed = await store.listByUser('ada')
    expect(listed.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(listed.find(({ id }) => id === ids[0])).toEqual({ ...KEY, id: ids[0] })
  },
  'notes the last use': async ({ store }, expect) => {
    await store.add(KEY)
    await store.touch(KEY.id, 1_800_000_060_000)
    expect(await store.find(KEY.id)).toEqual({ ...KEY, lastUsedAt: 1_800_000_060_000 })
  },
  'removes a key of its user alone': async ({ store }, expect) => {
    await store.add(KEY)
    expect(await store.remove(KEY.id, 'eve')).toEqual(false)
    expect(await store.find(KEY.id)).toEqual(KEY)
    expect(await store.remove(KEY.id, 'ada')).toEqual(true)
    expect(await store.remove(KEY.id, 'ada')).toEqual(false)
    expect(await store.find(KEY.id)).toEqual(undefined)
    expect(await store.listByUser('ada')).toEqual([])
  },
  'does not bring a removed key back by its use': async ({ store }, expect) => {
    await store.add(KEY)
    await Promise.all([store.remove(KEY.id, 'ada'), store.touch(KEY.id, 1_800_000_060_000)])
    await store.touch(KEY.id, 1_800_000_120_000)
    expect(await store.find(KEY.id)).toEqual(undefined)
  },
  'takes ids of users of any characters': async ({ store }, expect) => {
    const users = ['é', 'user:7', '7\n8', 'x'.repeat(200), '🌳']
    for (const [at, userId] of users.entries()) await store.add({ ...KEY, id: `AbCdEfGh000${at}`, userId })
    for (const userId of users) {
      const listed = await store.listByUser(userId)
      expect(listed.map((one) => one.userId)).toEqual([userId])
    }
  },
}

/**
 * Proves that a store of API keys does what {@link ApiKeyStore} promises.
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * const make = () => ({ store: keyValueApiKeyStore(createMemoryStore(), systemClock) })
 * apiKeyStoreSuite({ describe, it, expect }, { name: 'in the process', make })
 */
export const apiKeyStoreSuite: Suite<ApiKeyStoreSubject> = defineSuite<ApiKeyStoreSubject>({
  name: 'apiKeyStoreSuite',
  subject: SUBJECT,
  cases: CASES,
})
