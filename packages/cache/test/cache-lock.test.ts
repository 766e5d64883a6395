import { createMemoryCacheStore, createMemoryBus, createFakeClock } from '@keelson/core/ports'
import { Keyv } from 'keyv'
import { describe, expect, it } from 'vitest'
import { createCache, LockLostError } from '../src/index.ts'
import { keyvStore } from '../src/keyv/index.ts'

describe('a lock of a cache', () => {
  it('is in the shared store, for all processes', async () => {
    const clock = createFakeClock()
    const shared = { store: createMemoryCacheStore({ clock }), bus: createMemoryBus() }
    const [one, other] = [createCache({ shared, clock }), createCache({ shared, clock })]
    const lock = await one.lock('import', { ttlMs: 5000 })
    await expect(other.lock('import')).rejects.toMatchObject({ code: 'ERR_CACHE_LOCK_TAKEN' })
    expect(lock.fence).toBe(undefined)
    await lock.release()
    const theirs = await other.lock('import')
    await other.close()
    expect(LockLostError.is(theirs.signal.reason)).toBe(true)
    await expect(other.lock('import')).rejects.toMatchObject({ code: 'ERR_CORE_PORT_CLOSED' })
  })

  it('is in the process where there is nothing behind the cache', async () => {
    const cache = createCache()
    const lock = await cache.lock('import')
    await expect(cache.lock('import')).rejects.toMatchObject({ code: 'ERR_CACHE_LOCK_TAKEN' })
    expect(lock.fence).toBe(1)
    await cache.close()
  })

  it('is refused over a store without atomic operations', async () => {
    const cache = createCache({ shared: { store: keyvStore(new Keyv()) } })
    await expect(cache.lock('import')).rejects.toThrow('ERR_CORE_PORT_CAPABILITY')
    await cache.close()
  })
})
