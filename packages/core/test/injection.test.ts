import {
  accessRule,
  bind,
  BUS,
  CACHE_STORE,
  CLOCK,
  KEY_VALUE_STORE,
  LOGGER,
  lazy,
  RANDOM,
  route,
  SetupError,
  token,
  type Clock,
  type KeyValueStore,
  type RouteTree,
} from '@keelson/core'
import { createMemoryCacheStore, createMemoryStore } from '@keelson/core/ports'
import { createFakeClock, createSeededRandom, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open } from './support.ts'

const problemsOf = async (options: Parameters<typeof testApp>[0]) => {
  const error = await failureOf(testApp(options))
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems
}

describe('services of an app', () => {
  it('are constructed once, at start, with what they declare', async () => {
    const trail: string[] = []
    class Prices {
      constructor() {
        trail.push('Prices')
      }
      of(name: string) {
        return name.length
      }
    }
    class Orders {
      static readonly inject = [Prices, CLOCK] as const
      readonly #prices: Prices
      readonly #clock: Clock
      constructor(prices: Prices, clock: Clock) {
        trail.push('Orders')
        this.#prices = prices
        this.#clock = clock
      }
      show(name: string) {
        return { price: this.#prices.of(name), at: this.#clock.now() }
      }
    }
    await using app = await testApp({
      routes: {
        a: route
          .inject({ orders: Orders })
          .get('/:name', open, ({ orders, params }) => orders.show(params.name)),
      },
      now: 7,
    })
    expect(trail).toEqual(['Prices', 'Orders'])
    for (let i = 0; i < 3; i++)
      expect(await (await app.request('GET', '/pear')).json()).toEqual({ price: 4, at: 7 })
    expect(trail).toHaveLength(2)
  })

  it('may be replaced for a test', async () => {
    class Mail {
      send() {
        return 'sent'
      }
    }
    const GREETING = token<string>('greeting')
    const routes = {
      a: route
        .inject({ mail: Mail, greeting: GREETING })
        .get('/', open, ({ mail, greeting }) => `${greeting} ${mail.send()}`),
    }
    const providers = [bind(GREETING, { value: 'real' })]
    const overrides = [bind(Mail, { value: { send: () => 'kept' } }), bind(GREETING, { value: 'fake' })]
    await using app = await testApp({ routes, providers, overrides })
    expect(await (await app.request('GET', '/')).text()).toBe('fake kept')
  })

  it('reach middleware and access rules, too', async () => {
    class Users {
      find(id: string) {
        return id === 'ann' ? { id } : undefined
      }
    }
    const allow = accessRule({
      name: 'known',
      load: ({ users, params }: { users: Users; params: { id: string } }) => users.find(params.id),
      as: 'user',
    } as never)
    const base = route.inject({ users: Users })
    const routes = {
      a: base.get('/:id', { access: allow }, (ctx) => (ctx as unknown as { user: { id: string } }).user.id),
    }
    await using app = await testApp({ routes })
    expect(await (await app.request('GET', '/ann')).text()).toBe('ann')
    expect((await app.request('GET', '/bob')).status).toBe(404)
  })

  it('have clock, randomness, log, store and bus by default, and those that the app is given', async () => {
    const handler = async (ctx: {
      clock: Clock
      store: KeyValueStore
      random: { bytes(n: number): Uint8Array }
    }) => {
      await ctx.store.set('k', new TextEncoder().encode('v'), { ttlMs: 1000 })
      return {
        now: ctx.clock.now(),
        value: new TextDecoder().decode(await ctx.store.get('k')),
        bytes: ctx.random.bytes(4).length,
      }
    }
    // @ts-expect-error -- every context has a log
    const base = route.inject({ log: LOGGER as never })
    expect(await problemsOf({ routes: { a: base.get('/', open, () => 1) } })).toMatchObject([
      { code: 'ERR_CORE_CONTEXT_NAME' },
    ])
    const routes = {
      a: route
        .inject({ clock: CLOCK, random: RANDOM, store: KEY_VALUE_STORE, bus: BUS, logger: LOGGER })
        .get('/', open, handler as never),
    }
    await using usual = await testApp({ routes })
    expect(await (await usual.request('GET', '/')).json()).toMatchObject({ bytes: 4 })
    const other = {
      a: route
        .inject({ store: KEY_VALUE_STORE, cache: CACHE_STORE })
        .get('/', open, async ({ store, cache }) => {
          await cache.set('k', new Uint8Array(1))
          return {
            keeps: [store.capabilities.keeps, cache.capabilities.keeps],
            there: (await store.get('k')) ?? null,
          }
        }),
    }
    await using stores = await testApp({ routes: other })
    expect(await (await stores.request('GET', '/')).json()).toEqual({ keeps: [true, false], there: null })
    const [store, cacheStore] = [createMemoryStore(), createMemoryCacheStore()]
    await using given = await testApp({ routes: other, ports: { store, cacheStore } })
    expect((await given.request('GET', '/')).status).toBe(200)
    expect(await cacheStore.get('k')).toEqual(new Uint8Array(1))
    const clock = createFakeClock({ now: 5 })
    await using own = await testApp({ routes, ports: { clock, random: createSeededRandom(1) } })
    expect(await (await own.request('GET', '/')).json()).toMatchObject({ now: 5, bytes: 4 })
  })

  it('that cannot be are told together with what is wrong with the routes', async () => {
    const MISSING = token<string>('missing')
    class A {
      static readonly inject = [lazyB()] as const
      readonly b: unknown
      constructor(b: unknown) {
        this.b = b
      }
    }
    class B {
      static readonly inject = [A] as const
      readonly a: A
      constructor(a: A) {
        this.a = a
      }
    }
    function lazyB() {
      return lazy<unknown>(() => B)
    }
    class Undeclared {
      readonly a: string
      constructor(a: string) {
        this.a = a
      }
    }
    const routes: RouteTree = {
      a: route.inject({ missing: MISSING }).get('/a', open, () => 1),
      b: route.get('/b', {}, () => 1),
      c: route.inject({ undeclared: Undeclared as never }).get('/c', open, () => 1),
      d: route.inject({ a: A as never }).get('/d', open, () => 1),
      e: route.get('/a', open, () => 1),
    }
    const problems = await problemsOf({ routes })
    expect(problems.map((one) => one.code).toSorted()).toEqual([
      'ERR_CORE_ACCESS_MISSING',
      'ERR_CORE_DI_MISSING',
      'ERR_CORE_DI_UNDECLARED',
      'ERR_CORE_ROUTE_DUPLICATE',
    ])
    expect(problems.find((one) => one.code === 'ERR_CORE_DI_MISSING')).toMatchObject({
      place: expect.stringContaining('ctx.missing'),
      remedy: expect.stringContaining('bind('),
    })
  })

  it('may be made by a promise, which the start awaits', async () => {
    const DATABASE = token<{ name: string }>('database')
    const go = deferred()
    const providers = [
      bind(DATABASE, {
        make: async () => {
          await go.promise
          return { name: 'db' }
        },
      }),
    ]
    const starting = testApp({
      routes: { a: route.inject({ db: DATABASE }).get('/', open, ({ db }) => db.name) },
      providers,
    })
    go.resolve()
    await using app = await starting
    expect(await (await app.request('GET', '/')).text()).toBe('db')
  })

  it('that fail to be made fail the start, and close what was made', async () => {
    const closed: string[] = []
    const BROKEN = token<string>('broken')
    class Early {
      [Symbol.dispose]() {
        closed.push('Early')
      }
    }
    const providers = [
      bind(BROKEN, {
        needs: [Early],
        make: async () => {
          throw new Error('no database there')
        },
      }),
    ]
    const error = await failureOf(
      testApp({ routes: { a: route.inject({ b: BROKEN }).get('/', open, () => 1) }, providers }),
    )
    expect(String(error)).toContain('no database there')
    expect(closed).toEqual(['Early'])
  })

  it('are closed in reverse order at stop, once', async () => {
    const closed: string[] = []
    class First {
      [Symbol.dispose]() {
        closed.push('First')
      }
    }
    class Second {
      static readonly inject = [First] as const
      readonly first: First
      constructor(first: First) {
        this.first = first
      }
      async [Symbol.asyncDispose]() {
        await Promise.resolve()
        closed.push('Second')
      }
    }
    const VALUE = token<{ dispose(): void }>('value')
    const value = { dispose: () => void closed.push('value') }
    const app = await testApp({
      routes: { a: route.inject({ second: Second, first: First, value: VALUE }).get('/', open, () => 1) },
      providers: [bind(VALUE, { value })],
    })
    await app.close()
    await app.app.stop()
    expect(closed).toEqual(['Second', 'First'])
  })
})
