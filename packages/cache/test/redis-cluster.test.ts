// One cluster for all cases: three servers take seconds to find each other.
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeyValueStore } from '@keelson/core'
import { scopedStore } from '@keelson/core/ports'
import { keyValueStoreSuite } from '@keelson/core/suites'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createCache } from '../src/index.ts'
import type { LiveCache } from '../src/namespace/index.ts'
import { redis, redisBus, redisStore, type DriverName } from '../src/redis/index.ts'
import { openCluster, type OwnCluster } from './own-cluster.ts'
import { until, whyNoServer } from './own-redis.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'
import { testPrefix, TIMER_MS, TTL_UNIT_MS } from './redis-server.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

let cluster: OwnCluster
/** One for all cases of a driver, which have scopes of it: connecting to a cluster is much of the work. */
const stores = new Map<DriverName, KeyValueStore>()
let cases = 0
const MAX_SCOPED_KEY_BYTES = 512
beforeAll(async () => {
  if (reason !== '') return
  cluster = await openCluster()
  for (const driver of DRIVERS)
    stores.set(driver, redisStore(cluster.client(driver), { prefix: testPrefix(), ...PATIENT }))
  await Promise.all([...stores.values()].map((store) => store.get('warm')))
})
afterAll(async () => {
  await Promise.all([...stores.values()].map((store) => store.close()))
  await cluster?.[Symbol.asyncDispose]()
})

const value = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

// All at once, since they wait for times of the server.
for (const driver of DRIVERS)
  keyValueStoreSuite(
    { describe: describe.concurrent, it, expect },
    {
      name: `redisStore on a cluster by ${driver}`,
      make: () => ({
        store: scopedStore(stores.get(driver) as KeyValueStore, `case-${++cases}`),
        advance: (ms) => sleep(ms + TIMER_MS),
        ttlUnitMs: TTL_UNIT_MS,
        maxKeyBytes: MAX_SCOPED_KEY_BYTES,
      }),
      skip: { 'when full, refuses new keys and drops none': 'the server sets the limit' },
    },
  )

for (const driver of DRIVERS)
  describe(`a cluster by ${driver}`, () => {
    it('takes all that comes before its nodes are connected', async () => {
      await using tier = redis(cluster.client(driver), { prefix: testPrefix(), ...PATIENT })
      const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`)
      await Promise.all([
        ...keys.map((key) => tier.store.set(key, value(key))),
        ...keys.map((key) => tier.bus.publish(key, value(key))),
      ])
      expect((await tier.store.getMany(keys)).map(text)).toEqual(keys)
    })

    it('takes a batch of keys of all nodes, and keeps keys of one hash tag together', async () => {
      const store = redisStore(cluster.client(driver, 'app:'), { prefix: testPrefix(), ...PATIENT })
      const keys = Array.from({ length: 300 }, (_, at) => `key ${at}`)
      await store.setMany(keys.map((key) => ({ key, value: value(key) })))
      expect((await store.getMany(keys)).map(text)).toEqual(keys)
      expect(await store.deleteMany(keys)).toBe(300)
      const tagged = ['{order:7}:lines', '{order:7}:price']
      await store.setMany(tagged.map((key) => ({ key, value: value(key) })))
      const clients = cluster.nodes.map(({ url }) => new Redis(url))
      const monitors = await Promise.all(clients.map((client) => client.monitor()))
      let commands = 0
      for (const monitor of monitors)
        monitor.on(
          'monitor',
          (_, [name]: string[]) => void (commands += name?.toLowerCase() === 'mget' ? 1 : 0),
        )
      expect((await store.getMany(tagged)).map(text)).toEqual(tagged)
      await store.get('a')
      await until(() => commands > 0, 'nothing was seen')
      expect(commands).toBe(1)
      for (const client of [...monitors, ...clients]) client.disconnect()
      await store.close()
    })

    it('counts the entries of all nodes', async () => {
      const prefix = testPrefix()
      const cache = createCache({ shared: redis(cluster.client(driver), { prefix, ...PATIENT }) })
      const names = cache.namespace<string>('names', { ttlMs: 60_000 })
      await names.setMany(Array.from({ length: 90 }, (_, at) => ({ key: `n${at}`, value: 'x' })))
      const { signal } = new AbortController()
      const usage = await (cache as LiveCache).usage({ maxMs: 30_000, maxEntries: 1_000 }, signal)
      expect(usage).toMatchObject({ namespaces: { names: { entries: 90 } }, stoppedBy: undefined })
      await cache.close()
    })

    it('delivers what one publishes on one node to who listens on any other, in order', async () => {
      const prefix = testPrefix()
      const buses = Array.from({ length: 4 }, () => redisBus(cluster.client(driver), { prefix, ...PATIENT }))
      const [publisher] = buses as [(typeof buses)[0]]
      const got = buses.map((): string[] => [])
      await Promise.all(
        buses.map((bus, at) => bus.subscribe('a', (payload) => void got[at]?.push(text(payload)))),
      )
      const sent = Array.from({ length: 200 }, (_, at) => String(at))
      await Promise.all(sent.map((one) => publisher.publish('a', value(one))))
      await until(() => got.every((list) => list.length === 200), 'messages were lost')
      expect(got).toEqual(got.map(() => sent))
      await Promise.all(buses.map((bus) => bus.close()))
    })

    it('goes on with the other nodes when one dies, and with all when it is back', async () => {
      const store = redisStore(cluster.client(driver), { prefix: testPrefix(), commandTimeoutMs: 2000 })
      const keys = Array.from({ length: 60 }, (_, at) => `key ${at}`)
      const tried = async (): Promise<number> => {
        const outcomes = await Promise.allSettled(keys.map((key) => store.set(key, value(key))))
        const failed = outcomes.filter((one) => one.status === 'rejected')
        expect(failed.map(({ reason: { code } }) => code)).toEqual(
          failed.map(() => 'ERR_CACHE_REDIS_UNAVAILABLE'),
        )
        return outcomes.filter(({ status }) => status === 'fulfilled').length
      }
      await until(async () => (await tried()) === 60, 'not all nodes were used')
      const [, second] = cluster.nodes
      second?.pause()
      // Each call ends, and those of the other nodes well.
      await until(async () => [0, 60].includes(await tried()) === false, 'the others were not used')
      second?.resume()
      await until(async () => (await tried()) === 60, 'the node was not used again')
      await store.close()
    })
  })
