import { createFakeClock, createMemoryCacheStore, createMemoryStore, systemClock } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { keyValueSessionStore, type StoredSession } from '@keelson/auth/sessions'
import { sessionStoreSuite } from '@keelson/auth/suites'
import { describeStores } from './stores.ts'

describeStores((name, make) =>
  sessionStoreSuite(
    { describe, it, expect },
    {
      name,
      make: async () => {
        const { store, dispose } = await make()
        return { store: keyValueSessionStore(store, systemClock), dispose }
      },
    },
  ),
)

const NOW = 1_800_000_000_000
const HOUR_MS = 3_600_000

function sessionOf(id: string, begun: number): StoredSession {
  const times = { createdAt: begun, authenticatedAt: begun, lastSeenAt: begun }
  const ends = { expiresAt: begun + HOUR_MS, endsAt: begun + 24 * HOUR_MS }
  const rest = { userId: 'ada', factors: [], secretHash: id, previous: [], revision: 1, isPersistent: false }
  return { id, ...times, ...ends, ...rest }
}

describe('sessions in a key-value store', () => {
  const setUp = () => {
    const clock = createFakeClock({ now: NOW })
    return { clock, store: keyValueSessionStore(createMemoryStore({ clock }), clock) }
  }

  it('are forgotten when they end', async () => {
    const { clock, store } = setUp()
    await store.write(sessionOf('a', NOW))
    await clock.advance(HOUR_MS - 1)
    expect(await store.read('a')).toBeDefined()
    await clock.advance(1)
    expect(await store.read('a')).toBeUndefined()
    expect(await store.listByUser('ada')).toEqual([])
  })

  it('are in the list as long as they are kept alive, whatever ended before', async () => {
    const { clock, store } = setUp()
    let session = sessionOf('a', NOW)
    await store.write(session)
    await store.write(sessionOf('b', NOW))
    await store.destroy('b', 'ada')
    for (let at = 1; at < 20; at++) {
      await clock.advance(HOUR_MS - 1)
      session = { ...session, revision: at + 1, expiresAt: clock.now() + HOUR_MS }
      expect(await store.rotate(session)).toBe(true)
    }
    expect((await store.listByUser('ada')).map(({ id }) => id)).toEqual(['a'])
    expect(await store.destroyByUser('ada')).toEqual(['a'])
    expect(await store.read('a')).toBeUndefined()
  })

  it('leave the list when they have ended, so that it does not grow', async () => {
    const clock = createFakeClock({ now: NOW })
    const kept = createMemoryStore({ clock })
    const store = keyValueSessionStore(kept, clock)
    for (let at = 0; at < 50; at++) {
      await store.write(sessionOf(`s${at}`, clock.now()))
      await clock.advance(HOUR_MS)
    }
    await store.write(sessionOf('last', clock.now()))
    const list = await kept.get(`session:user:${await hashOf('ada')}`)
    expect(Buffer.from(list ?? []).toString()).toBe('1 ["last"]')
  })

  it('need a store that keeps, and replaces in one step', () => {
    const evicting = createMemoryCacheStore()
    expect(() => keyValueSessionStore(evicting, systemClock)).toThrow('"keeps"')
    const plain = {
      ...createMemoryStore(),
      capabilities: { ...evicting.capabilities, keeps: true, compareAndSet: false },
    }
    expect(() => keyValueSessionStore(plain as never, systemClock)).toThrow('"compareAndSet"')
  })
})

async function hashOf(text: string): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(text))).toString('base64url')
}
