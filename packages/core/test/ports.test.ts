import {
  bind,
  CACHE_STORE,
  createApp,
  defineError,
  KEY_VALUE_STORE,
  KEYS,
  middleware,
  plugin,
  route,
  SetupError,
  type KeyValueStore,
} from '@keelson/core'
import {
  createFakeClock,
  createMemoryCacheStore,
  createMemoryStore,
  requireCapabilities,
  scopedStore,
} from '@keelson/core/ports'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { failureOf, open } from './support.ts'

const TooMany = defineError('TOO_MANY', { status: 429, title: 'Too many requests' })

/** A limiter as a package writes it. */
const limit = (max: number, maxBytes?: number) =>
  middleware({
    name: 'limit',
    stage: 'receive',
    inject: { store: KEY_VALUE_STORE },
    state: ({ store }) => {
      const problems = requireCapabilities(store, ['increment', 'keeps'], { place: 'limit' })
      if (problems.length > 0) throw new SetupError(problems)
      return scopedStore(store, 'limit', { maxBytes })
    },
    run: async (ctx, { state }) => {
      const used = await state.increment(ctx.header('x-who') ?? '', 1, { max, ttlMs: 1000 })
      if (used > max) throw new TooMany()
    },
    describe: { errors: [TooMany] },
  })
const routes = { a: route.get('/', open, () => 'ok') }
const statusOf = async (app: Pick<Awaited<ReturnType<typeof testApp>>, 'request'>, who: string) =>
  (await app.request('GET', '/', { headers: { 'x-who': who } })).status

describe('a limiter on the store port', () => {
  it('lets so many through as fit, for each, in each window', async () => {
    const clock = createFakeClock()
    await using app = await testApp({ routes, use: [limit(2)], ports: { clock } })
    const ask = (who: string, times: number) =>
      Promise.all(Array.from({ length: times }, () => statusOf(app, who)))
    expect((await ask('ann', 5)).toSorted((a, b) => a - b)).toEqual([200, 200, 429, 429, 429])
    expect(await ask('bob', 1)).toEqual([200])
    await clock.advance(1000)
    expect((await ask('ann', 3)).toSorted((a, b) => a - b)).toEqual([200, 200, 429])
  })

  it('fails closed where its scope is full, and takes nothing of others', async () => {
    const store = createMemoryStore()
    await using app = await testApp({ routes, use: [limit(2, 900)], ports: { store } })
    expect([await statusOf(app, 'ann'), await statusOf(app, 'bob'), await statusOf(app, 'ann')]).toEqual([
      200, 503, 200,
    ])
    expect(app.log.lines.find(({ status }) => status === 503)).toMatchObject({
      errorCode: 'ERR_CORE_STORE_FULL',
    })
    await store.set('other', new Uint8Array(10_000))
  })

  it.each([
    ['a value', { value: createMemoryCacheStore() }],
    ['what is made', { make: () => createMemoryCacheStore() }],
    ['what is made by a promise', { make: async () => createMemoryCacheStore() }],
  ])('is not given a store that may evict, though a plugin binds it: %s', async (_, binding) => {
    const binds = plugin({
      name: 'binds',
      setup: (setup) => setup.provide(bind(KEY_VALUE_STORE, binding as never)),
    })
    const uses = middleware({
      name: 'uses',
      stage: 'receive',
      inject: { store: KEY_VALUE_STORE },
      run: () => undefined,
    })
    const error = await failureOf(testApp({ routes, use: [uses], plugins: [binds] }))
    expect(error).toMatchObject({
      problems: [
        {
          code: 'ERR_CORE_PORT_CAPABILITY',
          place: 'provider KEY_VALUE_STORE',
          message:
            'It needs the capability "keeps" (every key stays until it expires), which the given MemoryCacheStore does not have.',
          remedy: 'Bind a store that keeps them; bind one that may evict to CACHE_STORE.',
        },
      ],
    })
  })

  it('stops the start where another has its scope with another size', async () => {
    const store = createMemoryStore()
    scopedStore(store, 'limit', { maxBytes: 5000 })
    const error = await failureOf(testApp({ routes, use: [limit(2, 6000)], ports: { store } }))
    expect((error as Error).message).toContain("The scope 'limit' has 5000 bytes already, not 6000 bytes.")
  })

  it('of two apps counts together on one store, and by itself on two', async () => {
    const [store, use] = [createMemoryStore(), [limit(1)]]
    await using one = await testApp({ routes, use, ports: { store } })
    await using two = await testApp({ routes, use, ports: { store } })
    await using apart = await testApp({ routes, use })
    expect([await statusOf(one, 'ann'), await statusOf(two, 'ann'), await statusOf(apart, 'ann')]).toEqual([
      200, 429, 200,
    ])
  })
})

describe('keys in middleware', () => {
  it('are missing in production without secrets, in the name of the middleware', () => {
    const session = middleware({
      name: 'session',
      stage: 'receive',
      inject: { keys: KEYS },
      state: ({ keys }) => keys.derive('session'),
      run: () => undefined,
    })
    let thrown: unknown
    try {
      createApp({ routes, use: [session], mode: 'production', log: false }).check()
    } catch (error) {
      thrown = error
    }
    expect((thrown as SetupError).problems).toMatchObject([
      {
        code: 'ERR_CORE_DI_MISSING',
        place: expect.stringMatching(/^middleware session/),
        remedy: 'Give createApp({ secrets: [config.APP_SECRET] }).',
      },
    ])
  })
})

describe('an engine that a plugin brings', () => {
  const remembered = createMemoryCacheStore()
  const brings = plugin({
    name: 'engine',
    setup: (app) => app.provide(bind(CACHE_STORE, { value: remembered })),
  })
  const given = (ctx: { cache: unknown }) => ({ isIts: ctx.cache === remembered })
  const asking = { a: route.inject({ cache: CACHE_STORE }).get('/', open, given) }

  it('stands in for the embedded one', async () => {
    await using app = await testApp({ routes: asking, plugins: [brings] })
    expect(await (await app.request('GET', '/')).json()).toEqual({ isIts: true })
  })

  it('is refused beside one that the options give', async () => {
    const ports = { cacheStore: createMemoryCacheStore() }
    const error = await failureOf(testApp({ routes: asking, plugins: [brings], ports }))
    expect((error as Error).message).toContain('CACHE_STORE is bound twice')
  })
})

describe('the store in the memory of the process', () => {
  class Kept {
    static readonly inject = [KEY_VALUE_STORE] as const
    readonly store: KeyValueStore
    constructor(store: KeyValueStore) {
      this.store = store
    }
  }
  const routes = {
    kept: route
      .inject({ kept: Kept })
      .get('/', { access: 'public' }, ({ kept }) => kept.store.capabilities.shared),
  }
  const warnings = ({ lines }: { readonly lines: readonly { readonly msg?: unknown }[] }) =>
    lines.filter(({ msg }) => String(msg).includes('KEY_VALUE_STORE'))

  it('is told of in production, where what it keeps is missed after a restart', async () => {
    await using test = await testApp({ routes, mode: 'production' })
    await test.request('GET', '/')
    expect(warnings(test.log)).toMatchObject([
      {
        msg: 'What services keep in KEY_VALUE_STORE (sessions, keys, locks, limits) is in the memory of this process, and gone after a restart. Give the app one that outlives it: the plugin redisPorts(url) of @keelson/cache/redis, db.keyValueStore() bound to KEY_VALUE_STORE, or createApp({ ports: { store } }).',
      },
    ])
  })

  it('is not told of in development, and not where nothing needs it or another one is bound', async () => {
    await using development = await testApp({ routes, mode: 'development' })
    await development.request('GET', '/')
    await using unused = await testApp({ routes: {}, mode: 'production' })
    await using bound = await testApp({ routes, mode: 'production', ports: { store: createMemoryStore() } })
    await bound.request('GET', '/')
    for (const test of [development, unused, bound]) expect(warnings(test.log)).toEqual([])
  })
})
