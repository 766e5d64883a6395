// A Redis that forgets what it has answered: it starts from a snapshot, or another takes over that is behind.
import { afterEach, describe, expect, it } from 'vitest'
import { createCache, type Cache, type Namespace } from '../src/index.ts'
import { keySlot } from '../src/redis/key-slot.ts'
import { redis, type DriverName, type RedisSource, type RedisTier } from '../src/redis/index.ts'
import { openCluster } from './own-cluster.ts'
import { openRedis, until, whyNoServer } from './own-redis.ts'
import { openSentinel } from './own-sentinel.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'

const reason = whyNoServer()
const opened: Cache[] = []

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})

interface Process {
  readonly cache: Cache
  readonly prices: Namespace<number>
}

/** A process that reads the store each time. */
function start(source: RedisSource, options: { readonly driver?: DriverName } = {}): Process {
  const tier: RedisTier = redis(source, { ...PATIENT, isRequired: false, ...options })
  const cache = createCache({ shared: tier, memoryTtlMs: 0, storeTimeoutMs: 30_000 })
  opened.push(cache)
  return {
    cache,
    prices: cache.namespace<number>('prices', { ttlMs: 600_000, jitter: 0, tags: ['product'] }),
  }
}

/** Until the store answers, which a value that is there shows. */
async function answers({ cache }: Process): Promise<void> {
  const probe = cache.namespace<number>('probe', { ttlMs: 600_000 })
  await until(async () => {
    await probe.set('a', 1)
    return (await probe.get('a')) === 1
  }, 'the store does not answer')
}

describe.skipIf(reason !== '').each(DRIVERS)('a server that has lost writes, by %s', (driver) => {
  it('has nothing for any process after it was started from a snapshot', async () => {
    await using server = await openRedis()
    const before = start(server.url, { driver })
    await before.prices.set('p1', 1)
    expect(await start(server.url, { driver }).prices.get('p1')).toBe(1)
    await server.ask('SAVE')
    await before.cache.invalidate('product')
    await server.kill()
    await server.start()
    expect(await server.ask('EXISTS', 'keelson:cache:v:prices:p1')).toBe(1)
    const after = start(server.url, { driver })
    expect(await after.prices.get('p1')).toBeUndefined()
    await answers(before)
    expect(await before.prices.get('p1')).toBeUndefined()
    // What is stored from now on is there for both.
    await before.prices.set('p1', 2)
    expect(await after.prices.get('p1')).toBe(2)
    expect(await start(server.url, { driver }).prices.get('p1')).toBe(2)
  })

  it('has nothing after a replica has taken over that was behind', async () => {
    await using servers = await openSentinel()
    const before = start(servers.client(driver))
    await before.prices.set('p1', 1)
    const { master, replica } = servers
    await until(
      async () => (await replica.ask('EXISTS', 'keelson:cache:v:prices:p1')) === 1,
      'the replica has nothing',
    )
    // From here on it gets nothing more.
    await replica.ask('REPLICAOF', '127.0.0.1', '1')
    await before.cache.invalidate('product')
    await master.kill()
    await replica.ask('REPLICAOF', 'NO', 'ONE')
    const after = start(replica.url, { driver })
    expect(await after.prices.get('p1')).toBeUndefined()
    await answers(before)
    expect(await before.prices.get('p1')).toBeUndefined()
  })

  it('has nothing in a cluster whose one node was started from a snapshot', async () => {
    await using cluster = await openCluster()
    const before = start(cluster.client(driver))
    await answers(before)
    await before.prices.set('p1', 1)
    expect(await start(cluster.client(driver)).prices.get('p1')).toBe(1)
    const holders = await Promise.all(
      cluster.nodes.map(async (node) => {
        const count = await node.ask('CLUSTER', 'COUNTKEYSINSLOT', String(keySlot('keelson:cache:t:product')))
        return count === 1
      }),
    )
    const holder = cluster.nodes[holders.indexOf(true)]
    await holder?.ask('SAVE')
    await before.cache.invalidate('product')
    await holder?.kill()
    await holder?.start()
    await until(
      async () => String(await holder?.ask('CLUSTER', 'INFO')).includes('cluster_state:ok'),
      'the cluster is not whole',
    )
    const after = start(cluster.client(driver))
    await answers(after)
    expect(await after.prices.get('p1')).toBeUndefined()
    await answers(before)
    expect(await before.prices.get('p1')).toBeUndefined()
    await before.prices.set('p1', 2)
    expect(await after.prices.get('p1')).toBe(2)
  })
})

describe.skipIf(reason !== '')('a server that is the same', () => {
  it('keeps what it has for a process that connects anew, and for one that starts', async () => {
    await using server = await openRedis()
    const one = start(server.url)
    await one.prices.set('p1', 1)
    await server.ask('CLIENT', 'KILL', 'TYPE', 'normal')
    await answers(one)
    expect(await one.prices.get('p1')).toBe(1)
    expect(await start(server.url).prices.get('p1')).toBe(1)
  })

  it('is another one at each connection where it does not tell which it is', async () => {
    await using server = await openRedis('--rename-command', 'INFO', '')
    const one = start(server.url)
    await one.prices.set('p1', 1)
    expect(await one.prices.get('p1')).toBe(1)
    expect(await start(server.url).prices.get('p1')).toBeUndefined()
  })

  it('costs a hit no further command', async () => {
    await using server = await openRedis()
    const { prices } = start(server.url)
    await prices.set('p1', 1)
    await prices.get('p1')
    await server.ask('CONFIG', 'RESETSTAT')
    for (let times = 0; times < 10; times++) expect(await prices.get('p1')).toBe(1)
    const stats = String(await server.ask('INFO', 'commandstats'))
    expect(stats).toMatch(/cmdstat_mget:calls=10,/)
    expect(stats).not.toMatch(/cmdstat_(get|evalsha):/)
  })
})
