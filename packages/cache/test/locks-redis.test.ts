// Locks of several processes, which are several connections here, over a real Redis.
import { setTimeout as sleep } from 'node:timers/promises'
import { KEY_VALUE_STORE } from '@keelson/core'
import { createFakeClock } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { createLocks, LOCKS, locks, LockLostError } from '../src/index.ts'
import { redisBus, redisPorts, redisStore } from '../src/redis/index.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

describe.each(DRIVERS)('locks over Redis by %s', (driver) => {
  it('let one at a time do what loses updates when two do it', async () => {
    await using server = await openRedis()
    const processes = Array.from({ length: 5 }, () => {
      const [store, bus] = [
        redisStore(server.url, { prefix: 'test:', driver, ...PATIENT }),
        redisBus(server.url, { prefix: 'test:', driver, ...PATIENT }),
      ]
      return { locks: createLocks({ store, bus }), close: () => Promise.all([store.close(), bus.close()]) }
    })
    let counted = 0
    const fences: (number | undefined)[] = []
    const work = processes.flatMap(({ locks: own }) =>
      Array.from({ length: 4 }, () =>
        own.run(
          'count',
          async ({ fence }) => {
            const before = counted
            fences.push(fence)
            await sleep(1)
            counted = before + 1
          },
          { waitMs: 50_000 },
        ),
      ),
    )
    await Promise.all(work)
    expect(counted).toBe(20)
    expect(fences).toEqual(fences.toSorted((a, b) => Number(a) - Number(b)))
    expect(new Set(fences).size).toBe(20)
    await Promise.all(processes.map(({ close }) => close()))
  })

  it('are lost within their time when Redis dies, and taken by another when it is back without them', async () => {
    await using server = await openRedis()
    const store = redisStore(server.url, { prefix: 'test:', driver, ...PATIENT })
    const clock = createFakeClock()
    const own = createLocks({ store, clock })
    const lock = await own.lock('import', { ttlMs: 1000 })
    await server.kill()
    await clock.advance(1000)
    expect(lock.signal.aborted).toBe(true)
    expect(LockLostError.is(lock.signal.reason)).toBe(true)
    await server.start()
    await until(async () => (await own.lock('import'), true), 'it was not taken')
    await store.close()
  })
})

describe('the plugin of locks', () => {
  it('is over the store and the bus of the app', async () => {
    await using server = await openRedis()
    const options = { mode: 'test', routes: {}, log: { level: 'silent' } } as const
    const one = await testApp({ ...options, plugins: [redisPorts(server.url, PATIENT), locks()] })
    const other = await testApp({ ...options, plugins: [redisPorts(server.url, PATIENT), locks()] })
    const lock = await one.resolve(LOCKS).lock('import')
    expect(lock.fence).toBe(1)
    await expect(other.resolve(LOCKS).lock('import')).rejects.toMatchObject({ code: 'ERR_CACHE_LOCK_TAKEN' })
    expect(one.resolve(KEY_VALUE_STORE).capabilities.keeps).toBe(true)
    await one.close()
    expect(lock.signal.aborted).toBe(true)
    await expect(other.resolve(LOCKS).lock('import')).resolves.toMatchObject({ fence: 2 })
    await other.close()
  })
})
