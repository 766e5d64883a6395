import { createFakeClock, createMemoryCacheStore, createMemoryStore, systemClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { refreshTokenStoreSuite } from '@keelson/auth/suites'
import { keyValueRefreshTokenStore } from '@keelson/auth/tokens'
import { describeStores } from './stores.ts'

describeStores((name, make) =>
  refreshTokenStoreSuite(
    { describe, it, expect },
    {
      name,
      make: async () => {
        const { store, dispose } = await make()
        return { store: keyValueRefreshTokenStore(store, systemClock), dispose }
      },
    },
  ),
)

const FAMILY = {
  id: 'a',
  userId: 'ada',
  clientId: 'app',
  createdAt: 1_800_000_000_000,
  usedAt: 1_800_000_000_000,
  expiresAt: 1_800_000_060_000,
  authenticatedAt: 1_800_000_000_000,
  hash: 'hash 0',
}

describe('refresh tokens in a key-value store', () => {
  it('are forgotten when they end, which each use puts off', async () => {
    const clock = createFakeClock({ now: FAMILY.createdAt })
    const store = keyValueRefreshTokenStore(createMemoryStore({ clock }), clock)
    await store.add(FAMILY)
    await clock.advance(59_999)
    await store.replace({ ...FAMILY, hash: 'hash 1', expiresAt: FAMILY.expiresAt + 60_000 }, 'hash 0')
    await clock.advance(60_000)
    expect(await store.find('a')).toBeDefined()
    expect(await store.listByUser('ada')).toHaveLength(1)
    await clock.advance(1)
    expect(await store.find('a')).toBeUndefined()
    expect(await store.listByUser('ada')).toEqual([])
  })

  it('need a store that keeps, and replaces in one step', () => {
    const evicting = createMemoryCacheStore()
    expect(() => keyValueRefreshTokenStore(evicting, systemClock)).toThrow('"keeps"')
    const plain = {
      ...createMemoryStore(),
      capabilities: { ...evicting.capabilities, keeps: true, compareAndSet: false },
    }
    expect(() => keyValueRefreshTokenStore(plain as never, systemClock)).toThrow('"compareAndSet"')
  })
})
