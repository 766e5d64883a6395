import { cache, cached, createCache, invalidates, type SharedTier } from '@keelson/cache'
import { createApp, route, type App, type KeyValueStore } from '@keelson/core'
import { createMemoryCacheStore } from '@keelson/core/ports'
import { describe, expect, it } from 'vitest'
import { open } from './http-support.ts'

const keep = { ttlMs: 60_000 }

function appOf(routes: object, shared?: SharedTier): App {
  return createApp({
    name: 'shop',
    mode: 'test',
    log: false,
    routes,
    plugins: [cache({ shared })],
  } as never) as App
}

describe('keelson check', () => {
  const warningsOf = async (routes: object) => {
    const { problems, warnings = [] } = await appOf(routes)['~internal'].inspect({
      isOffline: true,
      signal: new AbortController().signal,
    })
    expect(problems).toEqual([])
    return warnings.map(({ code, message }) => `${code}: ${message}`)
  }
  const list = (tags: readonly string[] | (() => string[])) =>
    route.get('/orders', { ...open, use: [cached({ ...keep, tags })] }, () => 1)
  const add = (...tags: [string, ...string[]] | [() => string]) =>
    route.post('/orders', { ...open, use: [invalidates(...(tags as [string]))] }, () => 1)

  it('lists tags that nothing invalidates, and those that nothing carries', async () => {
    expect(await warningsOf({ list: list(['orders', 'prices']), add: add('order') })).toEqual([
      "cache-tag-kept: Its answers carry the tag 'orders', which no route invalidates.",
      "cache-tag-kept: Its answers carry the tag 'prices', which no route invalidates.",
      "cache-tag-unknown: It invalidates the tag 'order', which no answer carries. Did you mean 'orders'?",
    ])
    expect(await warningsOf({ list: list(['orders']), add: add('orders', 'rates') })).toEqual([
      "cache-tag-unknown: It invalidates the tag 'rates', which no answer carries.",
    ])
    expect(await warningsOf({ list: list(['orders']), add: add('orders') })).toEqual([])
  })

  it('says nothing of tags that only a request tells', async () => {
    expect(await warningsOf({ list: list(() => ['orders']), add: add('order') })).toEqual([])
    expect(await warningsOf({ list: list(['orders']), add: add(() => 'order') })).toEqual([])
  })
})

describe('keelson explain', () => {
  it('shows the parts of the key, times and tags', () => {
    const routes = {
      show: route.get(
        '/orders/:id',
        { ...open, use: [cached({ ...keep, graceMs: 5, tags: ['a', 'b'], vary: ['accept-language'] })] },
        () => 1,
      ),
      add: route.post('/orders', { ...open, use: [invalidates('a', 'b')] }, () => 1),
      own: route.get('/own', { ...open, use: [cached({ ...keep, by: () => 'me' })] }, () => 1),
      told: route.get(
        '/told',
        { ...open, use: [cached({ ...keep, tags: () => ['a'] }), invalidates(() => 'a')] },
        () => 1,
      ),
    }
    const app = appOf(routes)
    const explained = (name: string) =>
      app.plans.find((plan) => plan.name === name)?.chain.map(({ describe: { explain } }) => explain)
    expect(explained('show')).toEqual([
      "kept for 60000 ms, then 5 ms more while a new one is made; shared by all callers; key: route, response schemas, host, tenant, params, query, accept-language, accept; tags 'a', 'b'",
    ])
    expect(explained('add')).toEqual(["tags 'a', 'b', after the commit and before the answer"])
    expect(explained('own')).toEqual([
      'kept for 60000 ms; one for each of by; key: route, response schemas, host, tenant, by, query, accept; no tag, so that only its time ends it',
    ])
    const varying = app.plans.map(({ name, chain }) => [
      name,
      chain.find((one) => one.name === 'cached')?.describe.headers,
    ])
    expect(Object.fromEntries(varying)).toMatchObject({
      show: { vary: 'Depends on `accept-language`.' },
      own: {},
    })
    expect(explained('told')).toEqual([
      expect.stringMatching(/; tags told by each request$/),
      'tags told by each request, after the commit and before the answer',
    ])
    const sources = app.plans
      .slice(0, 2)
      .flatMap(({ chain }) => chain.map(({ name, source }) => `${name} ${source}`))
    expect(sources.filter((one) => /^(?:cached|invalidates) /.test(one))).toEqual([
      expect.stringMatching(/^cached .*cache-commands\.test\.ts:\d+$/),
      expect.stringMatching(/^invalidates .*cache-commands\.test\.ts:\d+$/),
    ])
  })
})

describe('keelson cache', () => {
  const run = async (app: App, name: string, args: object = {}) => {
    const { command, plugin } = app['~internal'].commands.find((one) => one.name === name)!
    const said: string[] = []
    const io = {
      cwd: '/',
      out: (text: string) => said.push(text),
      err: (text: string) => said.push(`! ${text}`),
    }
    try {
      await app['~internal'].startForCommand()
      const code = await command.run({
        app: app['~internal'].appOf(plugin),
        args: args as never,
        io,
        signal: new AbortController().signal,
      })
      return [code, said.join('')]
    } finally {
      await app.stop()
    }
  }

  it('invalidate makes a miss of what carries a tag, for all who share the store', async () => {
    const store = createMemoryCacheStore()
    const other = createCache({ shared: { store } })
    const prices = other.namespace<number>('prices', { ...keep, tags: ['prices'], memoryTtlMs: 0 })
    await prices.set('a', 1)
    expect(await prices.get('a')).toBe(1)
    expect(await run(appOf({}, { store }), 'cache invalidate', { tags: ['prices'] })).toEqual([
      0,
      'invalidated  prices\n',
    ])
    expect(await prices.get('a')).toBeUndefined()
    await other.close()
  })

  it('invalidate says that it can do nothing where there is no shared store, or it is gone', async () => {
    expect(await run(appOf({}), 'cache invalidate', { tags: ['a'] })).toEqual([
      1,
      '! The cache of this app is memory alone: each process has its own, and no other can reach it. With cache(redis(url)) all share one.\n',
    ])
    expect(await run(appOf({}, { store: gone() }), 'cache invalidate', { tags: ['a'] })).toEqual([
      1,
      '! The shared store did not take it: nothing is invalidated.\n',
    ])
  })

  it('invalidate says which tags nothing carries, and takes the others', async () => {
    const store = createMemoryCacheStore()
    const list = route.get('/orders', { ...open, use: [cached({ ...keep, tags: ['orders'] })] }, () => 1)
    const other = createCache({ shared: { store } })
    const prices = other.namespace<number>('prices', { ...keep, graceMs: 1_000, tags: () => ['price:7'] })
    await prices.set('a', 1)
    const routes = { list }
    const invalidate = (tags: string[], soft = false) =>
      run(appOf(routes, { store }), 'cache invalidate', { tags, soft })
    expect(await invalidate(['orders', 'ordres', 'price:7'])).toEqual([
      1,
      "invalidated  orders\ninvalidated  price:7\n! Nothing carries the tag 'ordres': no route or namespace declares it, and nothing in the shared store has it. Did you mean 'orders'?\n",
    ])
    expect(await invalidate(['orders'], true)).toEqual([0, 'made stale   orders\n'])
    await other.close()
  })

  it('invalidate knows a tag that nothing carries no better the second time, and one that a value has since', async () => {
    const store = createMemoryCacheStore()
    const other = createCache({ shared: { store } })
    const prices = other.namespace<number>('prices', { ...keep, memoryTtlMs: 0, tags: () => ['price:7'] })
    const invalidate = (soft: boolean) =>
      run(appOf({}, { store }), 'cache invalidate', { tags: ['price:7'], soft })
    const unknown = [1, expect.stringContaining("Nothing carries the tag 'price:7'")]
    expect(await invalidate(false)).toEqual(unknown)
    expect(await invalidate(true)).toEqual(unknown)
    expect(await invalidate(false)).toEqual(unknown)
    expect(await prices.getOrSet('a', () => 1)).toBe(1)
    expect(await prices.getOrSet('a', () => 2)).toBe(1)
    expect(await invalidate(false)).toEqual([0, 'invalidated  price:7\n'])
    expect(await prices.getOrSet('a', () => 3)).toBe(3)
    await other.close()
  })

  it('invalidate --soft leaves what grace serves', async () => {
    const store = createMemoryCacheStore()
    const other = createCache({ shared: { store } })
    const prices = other.namespace<number>('prices', {
      ...keep,
      graceMs: 60_000,
      memoryTtlMs: 0,
      tags: ['prices'],
    })
    await prices.set('a', 1)
    const call = (soft: boolean) => run(appOf({}, { store }), 'cache invalidate', { tags: ['prices'], soft })
    await call(true)
    expect(await prices.getOrSet('a', () => 2)).toBe(1)
    await call(false)
    expect(await prices.getOrSet('a', () => 3)).toBe(3)
    await other.close()
  })

  it('stats as JSON is one line, and fails where the store does not answer', async () => {
    const [code, text] = await run(appOf({}, { store: gone() }), 'cache stats', { json: true })
    expect([code, JSON.parse(text as string)]).toEqual([
      1,
      expect.objectContaining({ isShared: true, isUp: false, roundTripMs: null, namespaces: [] }),
    ])
  })

  it('stats shows the state of the store', async () => {
    const health = () => ({ status: 'up', detail: { clients: 1 } }) as const
    const list = route.get('/orders', { ...open, use: [cached(keep)] }, () => 1)
    const [code, text] = await run(
      appOf({ list }, { store: createMemoryCacheStore(), health }),
      'cache stats',
      { json: false },
    )
    expect(code).toBe(0)
    expect(String(text).split('\n')).toEqual([
      expect.stringMatching(
        /^shared store  answers in \d+\.\d ms; breaker closed, 0 invalidations not written$/,
      ),
      'engine        up {"clients":1}',
      'stored        not known: this store does not list what it holds',
      'namespaces    http.list',
      expect.stringMatching(/^Hits, misses and what is in memory are counted by each process/),
      '',
    ])
    const [alone, said] = await run(appOf({}), 'cache stats', { json: false })
    expect(alone).toBe(0)
    expect(said).toContain('The cache of this app is memory alone')
  })
})

/** A store whose server is gone. */
function gone(): KeyValueStore {
  const fail = () => Promise.reject(new Error('connection refused'))
  return new Proxy(createMemoryCacheStore(), {
    get: (store, name) =>
      name === 'capabilities' ? store.capabilities : name === 'close' ? async () => {} : fail,
  })
}
