// The cache of an app over Redis: how it starts, and what its health says.
import { createApp } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { CACHE, cache } from '../src/index.ts'
import { redis } from '../src/redis/index.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

/** What a busy machine does not reach. */
const LIMITS = { storeTimeoutMs: 30_000 }

const options = { mode: 'test', routes: {}, log: { level: 'silent' } } as const

describe.each(DRIVERS)('a cache over Redis by %s', (driver) => {
  it('does not start without it, and says where it is', async () => {
    const app = createApp({
      ...options,
      plugins: [cache(redis('redis://127.0.0.1:1', { driver, ...PATIENT }))],
    })
    await expect(app.start()).rejects.toThrow(/redis:\/\/127\.0\.0\.1:1\/0.*ECONNREFUSED/s)
    await app.stop()
  })

  it('does not start with a database that the server does not have', async () => {
    await using server = await openRedis()
    const at = (database: number) =>
      createApp({ ...options, plugins: [cache(redis(`${server.url}/${database}`, { driver, ...PATIENT }))] })
    const [there, missing] = [at(15), at(99)]
    await there.start()
    await there.stop()
    await expect(missing.start()).rejects.toThrow(/\/99.*DB index is out of range/s)
    await missing.stop()
  })

  it('starts without it by choice, computes meanwhile, and shares once it is there', async () => {
    await using server = await openRedis()
    await server.kill()
    const apps = await Promise.all(
      Array.from({ length: 2 }, () =>
        testApp({
          ...options,
          plugins: [
            cache({ shared: redis(server.url, { driver, ...PATIENT, isRequired: false }), ...LIMITS }),
          ],
        }),
      ),
    )
    const [first, second] = apps.map((app) =>
      app.resolve(CACHE).namespace<string>('names', { ttlMs: 60_000 }),
    )
    expect(await first?.getOrSet('a', () => 'ann')).toBe('ann')
    await server.start()
    await until(async () => {
      await first?.set('b', 'bob')
      return (await second?.get('b')) === 'bob'
    }, 'it was not shared')
    await Promise.all(apps.map((app) => app.close()))
  })

  it('of two processes forgets at once what the other has invalidated', async () => {
    await using server = await openRedis()
    const apps = await Promise.all(
      Array.from({ length: 2 }, () =>
        testApp({
          ...options,
          plugins: [cache({ shared: redis(server.url, { driver, ...PATIENT }), ...LIMITS })],
        }),
      ),
    )
    const [one, other] = apps.map((app) => app.resolve(CACHE))
    const names = [one, other].map((made) =>
      made?.namespace<string>('names', { ttlMs: 60_000, tags: ['people'] }),
    )
    await names[0]?.set('a', 'ann')
    expect(await names[1]?.get('a')).toBe('ann')
    // Where the news of the write comes after the read, it takes one more.
    const isKept = async () => (await names[1]?.get('a')) === 'ann' && names[1]?.peek('a') === 'ann'
    await until(isKept, 'it was not kept')
    await one?.invalidate('people')
    await until(() => names[1]?.peek('a') === undefined, 'it was not forgotten')
    expect(await names[1]?.get('a')).toBe(undefined)
    await Promise.all(apps.map((app) => app.close()))
  })
})
