import { callable, ofKind, optionTable, required, withMethods } from '@keelson/core/options'
import { defineSuite, type Suite, type SuiteCases } from '@keelson/core/suites'
import type { RefreshFamily, RefreshTokenStore } from '../tokens/index.ts'

/** An empty store that no other case uses. */
export interface RefreshTokenStoreSubject {
  readonly store: RefreshTokenStore
  readonly dispose?: (() => void | Promise<void>) | undefined
}

const FAMILY: RefreshFamily = {
  id: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
  userId: 'ada',
  clientId: 'app',
  createdAt: 1_800_000_000_000,
  usedAt: 1_800_000_000_000,
  expiresAt: 4_100_000_000_000,
  endsAt: 4_102_000_000_000,
  authenticatedAt: 1_799_999_999_000,
  hash: 'hash 0',
}
const NEXT: RefreshFamily = {
  ...FAMILY,
  scopes: ['orders:read', 'orders:write'],
  factors: ['pwd', 'otp'],
  usedAt: 1_800_000_300_000,
  expiresAt: 4_100_000_300_000,
  hash: 'hash 1',
  previous: { hash: 'hash 0', caller: 'caller', usedAt: 1_800_000_300_000, answer: 'x'.repeat(2000) },
}

const SUBJECT = optionTable<RefreshTokenStoreSubject>({
  store: required(
    ofKind(
      withMethods('a store of refresh tokens', ['add', 'find', 'replace', 'listByUser', 'remove']),
      'An empty store.',
    ),
  ),
  dispose: callable('Called after each case.'),
})

const CASES: SuiteCases<RefreshTokenStoreSubject> = {
  'finds a family as it was added': async ({ store }, expect) => {
    const other = { ...NEXT, id: 'another' }
    expect(await store.add(FAMILY)).toEqual(true)
    expect(await store.add(other)).toEqual(true)
    expect(await store.find(FAMILY.id)).toEqual(FAMILY)
    expect(await store.find(other.id)).toEqual(other)
  },
  'finds nothing that was not added, also in another case': async ({ store }, expect) => {
    await store.add(FAMILY)
    expect(await store.find('another')).toEqual(undefined)
    expect(await store.find(FAMILY.id.toLowerCase())).toEqual(undefined)
    expect(await store.listByUser('Ada')).toEqual([])
    expect(await store.listByUser('ada ')).toEqual([])
  },
  'adds no second family of an id': async ({ store }, expect) => {
    await store.add(FAMILY)
    expect(await store.add({ ...FAMILY, userId: 'eve', hash: 'other' })).toEqual(false)
    expect(await store.find(FAMILY.id)).toEqual(FAMILY)
    expect(await store.listByUser('eve')).toEqual([])
  },
  'replaces a family whose token is the expected one': async ({ store }, expect) => {
    await store.add(FAMILY)
    expect(await store.replace(NEXT, 'hash 0')).toEqual(true)
    expect(await store.find(FAMILY.id)).toEqual(NEXT)
    expect(await store.listByUser('ada')).toEqual([NEXT])
  },
  'replaces none whose token is another, also in another case': async ({ store }, expect) => {
    await store.add(FAMILY)
    for (const expected of ['hash 1', 'Hash 0', 'hash 0 ', ''])
      expect(await store.replace(NEXT, expected)).toEqual(false)
    expect(await store.find(FAMILY.id)).toEqual(FAMILY)
  },
  'lets exactly one of several replace at once': async ({ store }, expect) => {
    await store.add(FAMILY)
    const hashes = ['a', 'b', 'c', 'd', 'e']
    const done = await Promise.all(hashes.map((hash) => store.replace({ ...NEXT, hash }, 'hash 0')))
    expect(done.filter(Boolean)).toEqual([true])
    const found = await store.find(FAMILY.id)
    expect(found?.hash).toEqual(hashes[done.indexOf(true)])
  },
  'does not bring a removed family back': async ({ store }, expect) => {
    await store.add(FAMILY)
    await Promise.all([store.remove(FAMILY.id, 'ada'), store.replace(NEXT, 'hash 0')])
    expect(await store.replace({ ...NEXT, hash: 'hash 2' }, 'hash 1')).toEqual(false)
    expect(await store.replace(NEXT, 'hash 0')).toEqual(false)
    expect(await store.find(FAMILY.id)).toEqual(undefined)
    expect(await store.listByUser('ada')).toEqual([])
  },
  'lists the families of a user, also those that were added at once': async ({ store }, expect) => {
    const ids = ['id 1', 'id 2', 'id 3', 'id 4']
    await store.add({ ...FAMILY, userId: 'eve' })
    await Promise.all(ids.map((id) => store.add({ ...FAMILY, id })))
    const listed = await store.listByUser('ada')
    expect(listed.map(({ id }) => id).toSorted()).toEqual(ids)
  },
  'removes a family of its user alone': async ({ store }, expect) => {
    await store.add(FAMILY)
    expect(await store.remove(FAMILY.id, 'eve')).toEqual(false)
    expect(await store.find(FAMILY.id)).toEqual(FAMILY)
    expect(await store.remove(FAMILY.id, 'ada')).toEqual(true)
    expect(await store.remove(FAMILY.id, 'ada')).toEqual(false)
    expect(await store.find(FAMILY.id)).toEqual(undefined)
    expect(await store.listByUser('ada')).toEqual([])
  },
  'takes ids of users of any characters': async ({ store }, expect) => {
    const users = ['é', 'user:7', '7\n8', 'x'.repeat(200), '🌳']
    for (const [at, userId] of users.entries()) await store.add({ ...FAMILY, id: `id ${at}`, userId })
    for (const userId of users) {
      const listed = await store.listByUser(userId)
      expect(listed.map((one) => one.userId)).toEqual([userId])
    }
  },
}

/**
 * Proves that a store of refresh tokens does what {@link RefreshTokenStore} promises.
 *
 * @example
 * import { describe, expect, it } from 'vitest'
 * const make = () => ({ store: keyValueRefreshTokenStore(createMemoryStore(), systemClock) })
 * refreshTokenStoreSuite({ describe, it, expect }, { name: 'in the process', make })
 */
export const refreshTokenStoreSuite: Suite<RefreshTokenStoreSubject> = defineSuite<RefreshTokenStoreSubject>({
  name: 'refreshTokenStoreSuite',
  subject: SUBJECT,
  cases: CASES,
})
