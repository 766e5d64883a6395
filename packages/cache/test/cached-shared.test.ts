// Answers of routes in several processes: two apps over one store.
import { cache, cached, invalidates, type SharedTier } from '@keelson/cache'
import { NotFoundError, reply, route, t } from '@keelson/core'
import { createMemoryBus, createMemoryCacheStore } from '@keelson/core/ports'
import { createFakeClock, testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { redis } from '../src/redis/index.ts'
import { Counter, gate, open, seen } from './http-support.ts'
import { deletePrefix, findRedis, testPrefix } from './redis-server.ts'

const { url, reason } = await findRedis()
const keep = { ttlMs: 60_000, tags: ['orders'] }

/** Two processes, as they see the store. */
interface Two extends AsyncDisposable {
  tier(): SharedTier
}

function inMemory(): Two {
  const [store, bus] = [createMemoryCacheStore(), createMemoryBus()]
  return { tier: () => ({ store, bus }), [Symbol.asyncDispose]: async () => {} }
}

function overRedis(): Two {
  const prefix = testPrefix()
  return {
    tier: () => redis(url as string, { prefix }),
    [Symbol.asyncDispose]: () => deletePrefix(url as string, prefix),
  }
}

describe.each([
  ['in memory', inMemory, true],
  ['over Redis', overRedis, url !== undefined],
] as const)('cached in two processes, %s', (_name, two, isThere) => {
  beforeEach(({ skip }) => skip(!isThere, reason))

  const appOf = (routes: object, tier: SharedTier, options: object = {}) =>
    testApp({ routes, plugins: [cache(tier)], ...options } as never)

  it.each([0, 50])('gives those who come late their answer, with memoryTtlMs %i', async (memoryTtlMs) => {
    await using both = two()
    const go = gate()
    const routes = {
      list: route.get('/list', { ...open, use: [cached(keep)] }, async () => {
        await go.promise
        return 'all'
      }),
      gone: route.get('/gone', { ...open, errors: [NotFoundError], use: [cached(keep)] }, async () => {
        await go.promise
        throw new NotFoundError()
      }),
    }
    await using app = await testApp({ routes, plugins: [cache({ shared: both.tier(), memoryTtlMs })] })
    const answers: Promise<unknown>[] = []
    for (let at = 0; at < 4; at++) {
      answers.push(seen(app.request('GET', '/list')), seen(app.request('GET', '/gone')))
      await new Promise((resolve) => setTimeout(resolve, 60))
    }
    go.open()
    const got = (await Promise.all(answers)).map((one) => (one as [number])[0])
    expect(got).toEqual([200, 404, 200, 404, 200, 404, 200, 404])
  })

  it('gives in one what was made in the other, byte by byte', async () => {
    await using both = two()
    const made = new Counter()
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at)
    const routes = () => ({
      json: route.get('/json', { ...open, response: t.Object({ n: t.Integer() }), use: [cached(keep)] }, () =>
        reply(200, { n: made.next() }, { 'x-a': 'ä' }),
      ),
      bytes: route.get('/bytes', { ...open, use: [cached(keep)] }, () => {
        made.next()
        return bytes
      }),
      none: route.get('/none', { ...open, use: [cached(keep)] }, () => void made.next()),
      gone: route.get('/gone', { ...open, use: [cached({ ...keep, errors: [404] })] }, () => {
        throw new NotFoundError(`Not there ${made.next()}.`)
      }),
    })
    await using a = await appOf(routes(), both.tier())
    await using b = await appOf(routes(), both.tier())
    const all = async (app: typeof a) => {
      const json = await app.request('GET', '/json')
      const raw = await app.request('GET', '/bytes')
      const gone = (await (await app.request('GET', '/gone')).json()) as { detail: string; code: string }
      return [
        [json.headers.get('content-type'), json.headers.get('x-a'), await json.text()],
        Buffer.from(await raw.arrayBuffer()).toString('hex'),
        await seen(app.request('GET', '/none')),
        [gone.code, gone.detail],
      ]
    }
    const first = await all(a)
    expect(first).toEqual([
      ['application/json', 'ä', '{"n":1}'],
      Buffer.from(bytes).toString('hex'),
      [204, ''],
      ['ERR_CORE_NOT_FOUND', 'Not there 3.'],
    ])
    expect(await all(b)).toEqual(first)
    expect(made.count).toBe(4)
    expect((await b.request('HEAD', '/json')).headers.get('content-length')).toBe('7')
  })

  it('is invalidated in both by a write in one', async () => {
    await using both = two()
    const made = new Counter()
    const routes = () => ({
      list: route.get('/orders', { ...open, use: [cached(keep)] }, () => made.next()),
      add: route.post('/orders', { ...open, use: [invalidates('orders')] }, () => 'added'),
    })
    await using a = await appOf(routes(), both.tier())
    await using b = await appOf(routes(), both.tier())
    const ask = async (app: typeof a) => (await seen(app.request('GET', '/orders')))[1]
    expect([await ask(a), await ask(b)]).toEqual(['1', '1'])
    await seen(a.request('POST', '/orders'))
    expect(await ask(a)).toBe('2')
    // The message comes within the bound.
    let got = await ask(b)
    for (let at = 0; at < 500 && got === '1'; at++) {
      await new Promise(setImmediate)
      got = await ask(b)
    }
    expect(got).toBe('2')
  })

  it('does not bring back what another contract of the route gave', async () => {
    await using both = two()
    const routes = (response: object) => ({
      show: route.get(
        '/',
        { ...open, response, use: [cached(keep)] } as never,
        () => ({ a: 1, secret: 2 }) as never,
      ),
    })
    await using before = await appOf(routes(t.Object({ a: t.Integer(), secret: t.Integer() })), both.tier())
    await using after = await appOf(routes(t.Object({ a: t.Integer() })), both.tier())
    expect((await seen(before.request('GET', '/')))[1]).toBe('{"a":1,"secret":2}')
    expect((await seen(after.request('GET', '/')))[1]).toBe('{"a":1}')
  })

  it('runs a handler once for requests in both at once', async () => {
    await using both = two()
    const made = new Counter()
    const [begun, go] = [gate(), gate()]
    const routes = () => ({
      show: route.get('/', { ...open, use: [cached(keep)] }, async () => {
        begun.open()
        await go.promise
        return made.next()
      }),
    })
    await using a = await appOf(routes(), both.tier())
    await using b = await appOf(routes(), both.tier())
    const first = seen(a.request('GET', '/'))
    await begun.promise
    const others = [a, b, b].map((app) => seen(app.request('GET', '/')))
    await new Promise(setImmediate)
    go.open()
    expect(await Promise.all([first, ...others])).toEqual([
      [200, '1'],
      [200, '1'],
      [200, '1'],
      [200, '1'],
    ])
  })
})

describe('an answer of the shared store that is not fresh any more', () => {
  it('is given at once, and made anew by work that outlives the request', async () => {
    const both = inMemory()
    const made = new Counter()
    const clock = createFakeClock()
    const tier = both.tier()
    const slow: SharedTier = {
      ...tier,
      store: new Proxy(tier.store, {
        get: (store, name) => {
          const value: unknown = Reflect.get(store, name)
          if (typeof value !== 'function') return value
          // Each call takes a turn, so that the request is over before the handler is called.
          return async (...args: unknown[]) => {
            await new Promise(setImmediate)
            return (value as (...args: unknown[]) => unknown).apply(store, args)
          }
        },
      }),
    }
    const ran: (() => void)[] = []
    const routes = () => ({
      show: route.get('/', { ...open, use: [cached({ ttlMs: 1000, graceMs: 60_000 })] }, () => {
        ran.shift()?.()
        return made.next()
      }),
    })
    const options = { ports: { clock }, plugins: [cache({ shared: slow, memoryTtlMs: 1 })] }
    await using app = await testApp({ routes: routes(), ...options })
    expect(await seen(app.request('GET', '/'))).toEqual([200, '1'])
    await clock.advance(1500)
    const again = new Promise<void>((resolve) => ran.push(resolve))
    expect(await seen(app.request('GET', '/'))).toEqual([200, '1'])
    await again
    let got = '1'
    for (let at = 0; at < 100 && got === '1'; at++) {
      await new Promise(setImmediate)
      ;[, got] = await seen(app.request('GET', '/'))
    }
    expect(got).toBe('2')
    expect(made.count).toBe(2)
  })
})
