// What `keelson cache stats` counts in a shared store.
import { createMemoryCacheStore } from '@keelson/core/ports'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it } from 'vitest'
import { createCache, type Cache } from '@keelson/cache'
import { redis } from '@keelson/cache/redis'
import { countStored, storedText } from '../src/commands/stored.ts'
import type { LiveCache } from '../src/namespace/index.ts'
import { openRedis, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'
import { deletePrefix, findRedis, testPrefix } from './redis-server.ts'

const { url = '', reason } = await findRedis()
const noServer = whyNoServer()
const { signal } = new AbortController()
const LIMITS = { maxMs: 60_000, maxEntries: 1_000 }
const SETTINGS = { ttlMs: 60_000 }

/** A cache, as commands see it. */
function live(options: Parameters<typeof createCache>[0]): { cache: Cache; stored: LiveCache } {
  const cache = createCache(options)
  return { cache, stored: cache as LiveCache }
}

const many = (count: number, value: string): { key: string; value: string }[] =>
  Array.from({ length: count }, (_, at) => ({ key: `n${at}`, value }))

describe.each(DRIVERS)('what Redis holds, by %s', (driver) => {
  beforeEach(({ skip }) => skip(url === '', reason))

  it('is counted by namespace, by the prefix alone', async () => {
    // What a pattern would take for more than itself.
    const own = testPrefix()
    const prefix = `${own}[a]*?\\`
    const shared = redis(url, { driver, prefix, ...PATIENT })
    const { cache, stored } = live({ shared })
    await using _end = cache
    const others = new Redis(url)
    try {
      const [names, prices] = [
        cache.namespace<string>('names', SETTINGS),
        cache.namespace('prices', SETTINGS),
      ]
      await names.setMany(many(300, 'x'.repeat(100)))
      await prices.set('p:1', 12)
      await cache.invalidate(['some'])
      await others.set(`${own}a-b\\cache:v:names:other`, 'x', 'PX', 60_000)
      const { namespaces, stoppedBy } = (await stored.usage(LIMITS, signal)) ?? {}
      expect(stoppedBy).toBeUndefined()
      expect(namespaces).toEqual({
        names: { entries: 300, bytes: expect.any(Number) },
        prices: { entries: 1, bytes: expect.any(Number) },
      })
      const [key] = await others.keys(`${own}*cache:v:prices:*`)
      expect(namespaces?.['prices']?.bytes).toBe(await others.strlen(String(key)))
      expect(namespaces?.['names']?.bytes).toBeGreaterThan(300 * 100)
    } finally {
      others.disconnect()
      await deletePrefix(url, own)
    }
  })

  it('is counted up to a number of entries', async () => {
    const prefix = testPrefix()
    const { cache, stored } = live({ shared: redis(url, { driver, prefix, ...PATIENT }) })
    await using _end = cache
    try {
      const names = cache.namespace<string>('names', SETTINGS)
      await names.setMany(many(50, 'x'))
      const count = async (maxEntries: number) => {
        const { namespaces, stoppedBy } = (await stored.usage({ ...LIMITS, maxEntries }, signal)) ?? {}
        return [stoppedBy, namespaces?.['names']?.entries]
      }
      expect(await count(50)).toEqual([undefined, 50])
      expect(await count(49)).toEqual(['entries', 49])
    } finally {
      await deletePrefix(url, prefix)
    }
  })

  it('ends with the signal of who asks', async () => {
    const { cache, stored } = live({ shared: redis(url, { driver, prefix: testPrefix(), ...PATIENT }) })
    await using _end = cache
    const given = AbortSignal.abort(new Error('enough'))
    await expect(stored.usage(LIMITS, given)).rejects.toThrow('enough')
    await expect(countStored(stored, given)).rejects.toThrow('enough')
  })

  it('is counted for a time', async ({ skip }) => {
    skip(noServer !== '', noServer)
    await using server = await openRedis()
    const { cache, stored } = live({ shared: redis(server.url, { driver, ...PATIENT }) })
    await cache.namespace<string>('names', SETTINGS).set('a', 'x')
    server.pause()
    const usage = await stored.usage({ ...LIMITS, maxMs: 50 }, signal)
    server.resume()
    expect(usage).toEqual({ namespaces: {}, stoppedBy: 'time' })
    await cache.close()
  })

  it('is not known where the server forbids it', async ({ skip }) => {
    skip(noServer !== '', noServer)
    await using server = await openRedis()
    await server.ask('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all', '-scan')
    const own = server.url.replace('redis://', 'redis://app:secret@')
    const { cache, stored } = live({ shared: redis(own, { driver, ...PATIENT }) })
    await using _end = cache
    expect(storedText(await countStored(stored, signal))).toMatch(/^stored {8}not known: .*scan/)
  })
})

describe('what a store holds, as text', () => {
  it('is a line for each namespace, the largest first', () => {
    const namespaces = { prices: { entries: 1, bytes: 1 }, 'http.list': { entries: 12, bytes: 3456 } }
    expect(storedText({ namespaces, stoppedBy: undefined })).toBe(
      'stored        http.list: 12 entries, 3456 bytes\nstored        prices: 1 entry, 1 byte\n',
    )
    expect(storedText({ namespaces: {}, stoppedBy: undefined })).toBe('stored        nothing\n')
    expect(storedText({ namespaces: {}, stoppedBy: 'time' })).toContain(
      'Stopped after 10 s: there may be more.',
    )
    expect(storedText({ namespaces: {}, stoppedBy: 'entries' })).toContain(
      'Stopped after 1,000,000 entries: there are more.',
    )
  })

  it('is not known of a store that does not list', async () => {
    const { cache, stored } = live({ shared: { store: createMemoryCacheStore() } })
    await using _end = cache
    expect(storedText(await countStored(stored, signal))).toBe(
      'stored        not known: this store does not list what it holds\n',
    )
  })
})
