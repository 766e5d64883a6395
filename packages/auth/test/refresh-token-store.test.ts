import { hash } from 'node:crypto'
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
  endsAt: 1_800_000_600_000,
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

  it('leave nothing behind when the last of a user has ended', async () => {
    const clock = createFakeClock({ now: FAMILY.createdAt })
    const kept = createMemoryStore({ clock })
    const store = keyValueRefreshTokenStore(kept, clock)
    const list = `refresh-tokens:user:${hash('sha256', 'ada', 'base64url')}`
    await store.add(FAMILY)
    await store.add({ ...FAMILY, id: 'b', expiresAt: FAMILY.endsAt + 1, endsAt: FAMILY.endsAt + 1 })
    await clock.advance(600_000)
    expect(await kept.get(list)).toBeDefined()
    expect(await store.listByUser('ada')).toHaveLength(1)
    await clock.advance(1)
    expect(await kept.get(list)).toBeUndefined()
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
