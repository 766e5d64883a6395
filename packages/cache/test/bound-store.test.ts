// The cache over what the app has for it: `ports.cacheStore`, or what a plugin binds to CACHE_STORE.
import { bind, BUS, CACHE_STORE, createApp, plugin, route, type Bus } from '@keelson/core'
import { createMemoryBus, createMemoryCacheStore } from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { cache, cached, invalidates, type CacheOptions } from '../src/index.ts'
import { Counter, open, seen } from './http-support.ts'
import { countingStore } from './support.ts'

const keep = { ttlMs: 60_000, tags: ['orders'] }

function sharedBus(): Bus {
  const bus = createMemoryBus()
  return {
    capabilities: { shared: true },
    publish: bus.publish.bind(bus),
    subscribe: bus.subscribe.bind(bus),
    close: bus.close.bind(bus),
  }
}

function routesOf(made: Counter) {
  return {
    list: route.get('/', { ...open, use: [cached(keep)] }, () => ({ n: made.next() })),
    add: route.post('/', { ...open, use: [invalidates('orders')] }, () => 1),
  }
}

describe('cache() without a tier of its own', () => {
  it.each(['as ports', 'by a plugin'])('takes the store and the bus of the app, bound %s', async (how) => {
    const [store, bus, made] = [countingStore(createMemoryCacheStore()), sharedBus(), new Counter()]
    const engines = plugin({
      name: 'engines',
      setup: (app) => app.provide(bind(CACHE_STORE, { make: () => store }), bind(BUS, { value: bus })),
    })
    const start = () =>
      testApp({
        routes: routesOf(made),
        ...(how === 'as ports'
          ? { ports: { cacheStore: store, bus }, plugins: [cache()] }
          : { plugins: [engines, cache()] }),
      })
    await using one = await start()
    await using other = await start()
    expect(await seen(one.request('GET', '/'))).toEqual([200, '{"n":1}'])
    expect(await seen(other.request('GET', '/'))).toEqual([200, '{"n":1}'])
    expect(store.calls).toContain('compareAndSet')
    // The other has it in memory: the bus tells it.
    await one.request('POST', '/')
    await new Promise(setImmediate)
    expect(await seen(other.request('GET', '/'))).toEqual([200, '{"n":2}'])
  })

  it('is memory alone above a store of this process', async () => {
    const store = createMemoryCacheStore()
    const made = new Counter()
    await using app = await testApp({
      routes: routesOf(made),
      ports: { cacheStore: store },
      plugins: [cache()],
    })
    await app.request('GET', '/')
    await using other = await testApp({
      routes: routesOf(made),
      ports: { cacheStore: store },
      plugins: [cache()],
    })
    expect(await seen(other.request('GET', '/'))).toEqual([200, '{"n":2}'])
  })

  it('is no problem of a deployment of several processes where they share the store', async () => {
    const codesOf = async (cacheStore: ReturnType<typeof createMemoryCacheStore>, options?: CacheOptions) => {
      const app = createApp({
        name: 'shop',
        routes: {},
        ports: { cacheStore },
        plugins: [cache(options)],
        mode: 'test',
        log: false,
      })
      const signal = new AbortController().signal
      const { problems } = await app['~internal'].inspect({ isOffline: true, replicas: 2, signal })
      return problems.map(({ code }) => code)
    }
    expect(await codesOf(countingStore(createMemoryCacheStore()))).toEqual([])
    expect(await codesOf(createMemoryCacheStore())).toEqual(['ERR_CACHE_ALONE'])
    expect(await codesOf(createMemoryCacheStore(), { isPerProcess: true })).toEqual([])
  })
})
