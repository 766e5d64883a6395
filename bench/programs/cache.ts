// What a hit costs: `node dist/programs/cache.js [rounds]` reads the same 1,000 keys in the same order from each cache, in turn, in one process. First
// without a promise beside lru-cache, then awaited beside an empty asynchronous function around it; at last bytes of the heap for each entry.
import { createCache } from '@keelson/cache'
import { createMemoryCacheStore } from '@keelson/core/ports'
import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { createCache as createCacheManager } from 'cache-manager'
import { Cacheable } from 'cacheable'
import { LRUCache } from 'lru-cache'
import { inTurns, type Work } from './in-turns.ts'

interface Item {
  readonly id: string
  readonly name: string
  readonly price: number
}

const KEYS = 1_000
const TTL_MS = 3_600_000
/** Reads in one run of a work, so that the loop around it does not count. */
const TIMES = 1_000

const keys = Array.from({ length: KEYS }, (_, at) => `product:${at}`)
/** The same order for all; 7919 is prime. */
const order = Array.from({ length: TIMES }, (_, at) => keys[(at * 7919) % KEYS]!)
const make = (id: string): Item => ({ id, name: 'An item of the shop', price: 9.5 })

function sync(read: (key: string) => unknown): Work {
  const work = (): void => {
    for (const key of order) if (read(key) === undefined) throw new Error(`${key} is not there`)
  }
  return Object.assign(work, { times: TIMES })
}

function awaited(read: (key: string) => Promise<unknown>): Work {
  const work = async (): Promise<void> => {
    for (const key of order) if ((await read(key)) === undefined) throw new Error(`${key} is not there`)
  }
  return Object.assign(work, { times: TIMES })
}

const options = { ttlMs: TTL_MS, memoryTtlMs: TTL_MS, tags: ['products', 'shop'] }
const memory = createCache().namespace<Item>('products', options)
const tiered = createCache({ shared: { store: createMemoryCacheStore() } }).namespace<Item>(
  'products',
  options,
)
const lru = new LRUCache<string, Item>({ max: 10_000 })
const lruTtl = new LRUCache<string, Item>({ max: 10_000, ttl: TTL_MS })
const bento = new BentoCache({
  default: 'memory',
  stores: { memory: bentostore().useL1Layer(memoryDriver({ maxItems: 10_000 })) },
})
const manager = createCacheManager({ ttl: TTL_MS })
const cacheable = new Cacheable({ ttl: TTL_MS })

for (const key of keys) {
  lru.set(key, make(key))
  lruTtl.set(key, make(key))
  await Promise.all([memory.getOrSet(key, () => make(key)), tiered.getOrSet(key, () => make(key))])
  await bento.getOrSet({ key, ttl: TTL_MS, factory: () => make(key) })
  await manager.wrap(key, () => make(key), TTL_MS)
  await cacheable.getOrSet(key, async () => make(key), { ttl: TTL_MS })
}

const rounds = Number(process.argv[2] ?? 15)
await inTurns(
  {
    'lru.get': sync((key) => lru.get(key)),
    'lru.get with ttl': sync((key) => lruTtl.get(key)),
    'keelson peek': sync((key) => memory.peek(key)),
    'keelson peek, two tiers': sync((key) => tiered.peek(key)),
  },
  { title: 'A hit without a promise', concurrency: 1, rounds },
)
await inTurns(
  {
    'async () => lru.get': awaited(async (key) => lru.get(key)),
    'keelson getOrSet': awaited((key) => memory.getOrSet(key, () => make(key))),
    'keelson getOrSet, two tiers': awaited((key) => tiered.getOrSet(key, () => make(key))),
    bentocache: awaited((key) => bento.getOrSet({ key, ttl: TTL_MS, factory: () => make(key) })),
    'cache-manager': awaited((key) => manager.wrap(key, () => make(key), TTL_MS)),
    cacheable: awaited((key) => cacheable.getOrSet(key, async () => make(key), { ttl: TTL_MS })),
  },
  { title: 'An awaited hit', concurrency: 1, rounds },
)

/** Bytes of the heap for each of so many entries. */
async function bytesOf(count: number, fill: (key: string) => unknown): Promise<number> {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (let at = 0; at < count; at++) await fill(`heap:${at}`)
  globalThis.gc?.()
  return Math.round((process.memoryUsage().heapUsed - before) / count)
}

if (globalThis.gc !== undefined) {
  const count = 100_000
  const large = new LRUCache<string, Item>({ max: count })
  const own = createCache({ maxBytes: 1024 ** 3 }).namespace<Item>('heap', options)
  const ofLru = await bytesOf(count, (key) => large.set(key, make(key)))
  const ofOurs = await bytesOf(count, (key) => own.set(key, make(key)))
  console.log(
    `Heap for an entry: lru-cache ${ofLru} bytes, keelson ${ofOurs} bytes (${large.size}, ${own.peek('heap:0')?.id})`,
  )
}
await bento.disconnectAll()
await cacheable.disconnect()
