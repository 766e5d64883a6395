import {
  content,
  ForbiddenError,
  middleware,
  mount,
  NotFoundError,
  route,
  router,
  t,
  type BaseContext,
} from '@keelson/core'
import { quotas, rateCost, rateLimit, type RateLimitOptions } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const MINUTE = { limit: 3, windowMs: 60_000 }
const START = 1_800_000_000_000

const account = middleware({
  name: 'account',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => ({ user: ctx.header('x-user') }),
  principal: ({ user }) => (user === undefined ? undefined : { id: user, kind: 'user' }),
})

const routes = {
  stock: route.use(account).get('/stock', open, () => 'ok'),
  other: route.use(account).get('/other', open, () => 'ok'),
  free: route.get('/free', { ...open, meta: [rateCost(0)] }, () => 'ok'),
  form: route.post('/form', { ...open, body: t.Object({ a: t.Integer() }) }, () => 'ok'),
  failing: route.get('/failing', open, () => {
    throw new NotFoundError()
  }),
  stream: route.get('/stream', { ...open, response: content('text/plain') }, async function* () {
    yield 'a'
  }),
  foreign: mount('/foreign', { fetch: () => new Response('theirs') }, open),
}

/** An app over a socket whose trusted proxy says who calls. */
async function limited(options: RateLimitOptions, more = {}) {
  const test = await testApp({
    routes: { ...routes, ...more },
    use: [rateLimit(options)],
    transport: 'socket',
    server: { trustProxy: true },
    now: START,
  } as never)
  const ask = (path: string, from = '192.0.2.1', headers = {}, method = 'GET'): Promise<Response> =>
    test.request(method, path, { headers: { 'x-forwarded-for': from, ...headers } })
  const statuses = async (...asked: Parameters<typeof ask>[]): Promise<number[]> => {
    const all: number[] = []
    for (const one of asked) all.push((await ask(...one)).status)
    return all
  }
  return { test, ask, statuses, clock: test.clock!, [Symbol.asyncDispose]: () => test.close() }
}

/** The headers of a limit. */
function said({ headers }: Response): (string | null)[] {
  return ['ratelimit', 'ratelimit-policy', 'retry-after'].map((name) => headers.get(name))
}

describe('rateLimit', () => {
  it('counts a request once where one value stands in the app and in a router', async () => {
    const limited = rateLimit({ limit: 2, windowMs: 60_000 })
    const inner = router('/a', { use: [limited] }, { show: route.get('/', open, () => 'x') })
    await using test = await testApp({ routes: { inner }, use: [limited], now: START })
    const seen = [
      await test.request('GET', '/a'),
      await test.request('GET', '/a'),
      await test.request('GET', '/a'),
    ]
    expect(seen.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(seen[0]?.headers.get('ratelimit')).toMatch(/^"default";r=1;t=\d+$/)
  })

  it('refuses by 429 what exceeds the limit, and says what is left', async () => {
    await using app = await limited(MINUTE)
    const policy = '"default";q=3;w=60'
    expect(said(await app.ask('/stock'))).toEqual(['"default";r=2;t=20', policy, null])
    await app.clock.advance(15_500)
    expect(said(await app.ask('/stock'))).toEqual(['"default";r=1;t=5', policy, null])
    expect(said(await app.ask('/stock'))).toEqual(['"default";r=0;t=5', policy, null])
    const refused = await app.ask('/stock')
    expect([refused.status, ...said(refused)]).toEqual([429, '"default";r=0;t=5', policy, '5'])
    expect(await refused.json()).toMatchObject({
      code: 'ERR_CORE_TOO_MANY_REQUESTS',
      detail: 'The quota default is used up. Try again in 5 s.',
    })
    expect(await app.statuses(['/stock', '192.0.2.2'])).toEqual([200])
  })

  it('admits what it said would be admitted, and no sooner', async () => {
    await using app = await limited(MINUTE)
    expect(await app.statuses(['/stock'], ['/stock'], ['/stock'])).toEqual([200, 200, 200])
    const wait = Number((await app.ask('/stock')).headers.get('retry-after'))
    expect(wait).toBe(20)
    await app.clock.advance(wait * 1000 - 1000)
    expect(await app.statuses(['/stock'])).toEqual([429])
    await app.clock.advance(1000)
    expect(await app.statuses(['/stock'], ['/stock'])).toEqual([200, 429])
    await app.clock.advance(60_000)
    expect(await app.statuses(['/stock'], ['/stock'], ['/stock'], ['/stock'])).toEqual([200, 200, 200, 429])
  })

  it.each([
    ['192.0.2.1', '192.0.2.2', false],
    ['::ffff:192.0.2.1', '192.0.2.1', true],
    ['::ffff:c000:201', '192.0.2.1', true],
    ['0:0:0:0:0:FFFF:192.0.2.1', '192.0.2.1', true],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', true],
    ['2001:0DB8:0001:0002::9', '2001:db8:1:2::1', true],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['::1', '::2', true],
  ])('counts %s and %s as one: %s', async (one, other, isOne) => {
    await using app = await limited({ limit: 1, windowMs: 60_000 })
    expect(await app.statuses(['/stock', one], ['/stock', other])).toEqual([200, isOne ? 429 : 200])
  })

  it('counts those whom a proxy does not name as one, and not as the proxy', async () => {
    await using app = await limited({ limit: 1, windowMs: 60_000 })
    expect(
      await app.statuses(
        ['/stock', 'unknown'],
        ['/stock', '192.0.2.1, _hidden'],
        ['/stock', ''],
        ['/stock', '127.0.0.1'],
      ),
    ).toEqual([200, 429, 200, 429])
  })

  it('counts all of an IPv6 site as one where that was chosen', async () => {
    await using app = await limited({ limit: 1, windowMs: 60_000, ipv6Prefix: 48 })
    const from = ['2001:db8:1:2::1', '2001:db8:1:3::1', '2001:db8:2::1', '192.0.2.1', '192.0.2.2']
    expect(await app.statuses(...from.map((one): [string, string] => ['/stock', one]))).toEqual([
      200, 429, 200, 200, 200,
    ])
  })

  it('counts by principal, and those who have none by address', async () => {
    await using app = await limited({ ...MINUTE, limit: 1, by: 'principal' })
    const ann = { 'x-user': 'ann' }
    expect(
      await app.statuses(
        ['/stock', '192.0.2.1', ann],
        ['/stock', '192.0.2.9', ann],
        ['/stock', '192.0.2.1', { 'x-user': '192.0.2.9' }],
        ['/stock', '192.0.2.9'],
        ['/stock', '192.0.2.9'],
        ['/stock', '192.0.2.1', { 'x-user': `odd ${'ü'.repeat(600)}` }],
        ['/stock', '192.0.2.1', { 'x-user': `odd ${'ü'.repeat(600)}` }],
        // Nobody is authenticated there.
        ['/nowhere', '192.0.2.9'],
      ),
    ).toEqual([200, 429, 200, 200, 429, 200, 429, 404])
  })

  it('counts by route, by each combination, and by what a function gives', async () => {
    await using byRoute = await limited({ ...MINUTE, limit: 1, by: 'route' })
    expect(
      await byRoute.statuses(['/stock'], ['/stock', '192.0.2.2'], ['/other'], ['/nowhere'], ['/nowhere']),
    ).toEqual([200, 429, 200, 404, 404])
    await using byBoth = await limited({ ...MINUTE, limit: 1, by: ['ip', 'route'] })
    expect(await byBoth.statuses(['/stock'], ['/stock', '192.0.2.2'], ['/other'], ['/stock'])).toEqual([
      200, 200, 200, 429,
    ])
    await using byKey = await limited({ ...MINUTE, limit: 1, by: (ctx) => ctx.header('x-key') })
    const key = (value: string) => ['/stock', '192.0.2.1', { 'x-key': value }] as const
    expect(
      await byKey.statuses(
        [...key('a')],
        [...key('b')],
        [...key('a')],
        [...key('#')],
        ['/stock'],
        ['/stock'],
      ),
    ).toEqual([200, 200, 429, 200, 200, 200])
  })

  it('fails where a function gives no text', async () => {
    await using app = await limited({ ...MINUTE, by: (() => 7) as never })
    expect(await app.statuses(['/stock'])).toEqual([500])
    expect(app.test.takeErrors()).toHaveLength(1)
  })

  it('holds several quotas, of which a refusal takes nothing', async () => {
    await using app = await limited({
      quotas: [
        { name: 'burst', limit: 2, windowMs: 1000 },
        { name: 'hour', limit: 4, windowMs: 3_600_000 },
      ],
    })
    const shown = async () => {
      const response = await app.ask('/stock')
      return [response.status, response.headers.get('ratelimit')]
    }
    expect(await shown()).toEqual([200, '"burst";r=1;t=1, "hour";r=3;t=900'])
    expect(await shown()).toEqual([200, '"burst";r=0;t=1, "hour";r=2;t=900'])
    expect(await shown()).toEqual([429, '"burst";r=0;t=1, "hour";r=2;t=900'])
    await app.clock.advance(2000)
    expect(await shown()).toEqual([200, '"burst";r=1;t=1, "hour";r=1;t=898'])
    const last = await app.ask('/stock')
    expect(last.headers.get('ratelimit-policy')).toBe('"burst";q=2;w=1, "hour";q=4;w=3600')
    await app.clock.advance(2000)
    const refused = await app.ask('/stock')
    expect([refused.status, refused.headers.get('ratelimit')]).toEqual([
      429,
      '"burst";r=2;t=1, "hour";r=0;t=896',
    ])
    expect(await refused.json()).toMatchObject({ detail: 'The quota hour is used up. Try again in 896 s.' })
  })

  it('says the longest time of those that refuse, in whichever order they stand', async () => {
    for (const names of [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ]) {
      const windowMs = { a: 10_000, b: 3_600_000, c: 60_000 } as Readonly<Record<string, number>>
      const quotas = names.map((name) => ({ name, limit: 1, windowMs: windowMs[name]! }))
      await using app = await limited({ quotas })
      await app.ask('/stock')
      const refused = await app.ask('/stock')
      expect(refused.headers.get('retry-after')).toBe('3600')
      expect(await refused.json()).toMatchObject({
        detail: `The quota ${names.join(', ')} is used up. Try again in 3600 s.`,
      })
    }
  })

  it('takes no two combinations for each other', async () => {
    const by = (name: string) => (ctx: BaseContext) => ctx.header(name)
    await using app = await limited({ ...MINUTE, limit: 1, by: [by('x-a'), by('x-b')] })
    const of = (a: string, b: string) => ['/stock', '192.0.2.1', { 'x-a': a, 'x-b': b }] as const
    const asked = [of('1', '23'), of('12', '3'), of('1 2', '3'), of('1', '2 3'), of('23', '1'), of('1', '23')]
    expect(await app.statuses(...asked.map((one): [...typeof one] => [...one]))).toEqual([
      200, 200, 200, 200, 200, 429,
    ])
  })

  it('is explained, with what a request takes', async () => {
    const limits = rateLimit({
      quotas: [
        { name: 'hour', limit: 5000, windowMs: 3_600_000, by: ['ip', 'route'] },
        { name: 'key', limit: 100, windowMs: 60_000, by: (ctx) => ctx.header('x-key') },
        { name: 'user', limit: 1000, windowMs: 60_000, by: 'principal' },
      ],
    })
    const cheap = route.get('/cheap', { ...open, use: [limits] }, () => 1)
    const dear = route.get('/dear', { ...open, use: [limits], meta: [rateCost(5)] }, () => 1)
    const mine = route.use(quotas({ guesses: { limit: 5, windowMs: 900_000 } })).get('/mine', open, () => 1)
    await using test = await testApp({ routes: { cheap, dear, mine } })
    const explained = (name: string) =>
      test.app.plans
        .find((plan) => plan.name === name)
        ?.chain.flatMap(({ describe }) => describe.explain ?? [])
    const early = 'hour: 5000 in 3600 s by ip and route; key: 100 in 60 s by a function'
    const late = 'user: 1000 in 60 s by principal'
    expect(explained('cheap')).toEqual([early, late])
    expect(explained('dear')).toEqual([`${early}; a request takes 5`, `${late}; a request takes 5`])
    expect(explained('mine')).toEqual(['guesses: 5 in 900 s, taken by the handler'])
  })

  it('counts by address before, and by principal after authentication', async () => {
    await using app = await limited({
      quotas: [
        { name: 'address', ...MINUTE },
        { name: 'user', limit: 1, windowMs: 60_000, by: 'principal' },
      ],
    })
    const ann = { 'x-user': 'ann' }
    const first = await app.ask('/stock', '192.0.2.1', ann)
    expect(said(first)).toEqual([
      '"address";r=2;t=20, "user";r=0;t=60',
      '"address";q=3;w=60, "user";q=1;w=60',
      null,
    ])
    const second = await app.ask('/stock', '192.0.2.1', ann)
    // Who was authenticated has used the quota that protects that.
    expect([second.status, second.headers.get('ratelimit')]).toEqual([
      429,
      '"address";r=1;t=20, "user";r=0;t=60',
    ])
    const missing = await app.ask('/nowhere')
    expect([missing.status, missing.headers.get('ratelimit')]).toEqual([404, '"address";r=0;t=20'])
    expect(await app.statuses(['/nowhere'])).toEqual([429])
  })

  it('counts before the access rule, and for authenticated requests alone where it says authorize', async () => {
    const guarded = route.use(account).get('/', { access: needsUser() }, () => 'ok')
    await using test = await testApp({
      routes: { guarded },
      use: [rateLimit({ limit: 2, windowMs: 60_000, stage: 'authorize' })],
      transport: 'socket',
    })
    const status = async () => (await test.request('GET', '/')).status
    expect([await status(), await status(), await status()]).toEqual([403, 403, 429])
  })

  it('takes what a route costs', async () => {
    const search = route.get('/search', { ...open, meta: [rateCost(2)] }, () => 'ok')
    await using app = await limited({ ...MINUTE, limit: 5 }, { search })
    expect(said(await app.ask('/search'))[0]).toBe('"default";r=3;t=12')
    expect(said(await app.ask('/search'))[0]).toBe('"default";r=1;t=12')
    const refused = await app.ask('/search')
    expect([refused.status, said(refused)[0]]).toEqual([429, '"default";r=1;t=12'])
    expect(await app.statuses(['/stock'], ['/stock'])).toEqual([200, 429])
    const free = await app.ask('/free')
    expect([free.status, ...said(free)]).toEqual([200, null, null, null])
  })

  it('takes the cost of the nearest router', async () => {
    const tree = router(
      '/api',
      { meta: [rateCost(4)] },
      {
        dear: route.get('/dear', open, () => 'ok'),
        cheap: route.get('/cheap', { ...open, meta: [rateCost(1)] }, () => 'ok'),
      },
    )
    await using test = await testApp({
      routes: { tree },
      use: [rateLimit({ ...MINUTE, limit: 10 })],
      now: START,
    })
    const left = async (path: string) => (await test.request('GET', path)).headers.get('ratelimit')
    expect([await left('/api/dear'), await left('/api/cheap')]).toEqual([
      '"default";r=6;t=6',
      '"default";r=5;t=6',
    ])
  })

  it('says it in every answer, and leaves probes alone', async () => {
    await using app = await limited({ ...MINUTE, limit: 100 })
    const asked = [
      ['/nowhere', 404],
      ['/failing', 404],
      ['/stream', 200],
      ['/foreign/x', 200],
      ['/%zz', 400],
    ] as const
    for (const [path, status] of asked) {
      const response = await app.ask(path)
      expect([path, response.status, response.headers.has('ratelimit')]).toEqual([path, status, true])
    }
    const others = [
      await app.ask('/stock', '192.0.2.1', {}, 'HEAD'),
      await app.ask('/stock', '192.0.2.1', {}, 'DELETE'),
      await app.ask('/stock', '192.0.2.1', {}, 'OPTIONS'),
      await app.test.request('POST', '/form', { json: { a: 'x' } }),
    ]
    expect(others.map(({ status, headers }) => [status, headers.has('ratelimit')])).toEqual([
      [200, true],
      [405, true],
      [204, true],
      [400, true],
    ])
    expect((await app.ask('/livez')).headers.has('ratelimit')).toBe(false)
  })

  it('says it where what goes around the handler runs it again', async () => {
    let runs = 0
    const again = middleware({
      name: 'again',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        await next()
        return next.again()
      },
    })
    const retried = route.get('/retried', { ...open, use: [again] }, (ctx) => {
      ctx.responseHeaders.set('x-run', ++runs)
      return 'ok'
    })
    await using app = await limited(MINUTE, { retried })
    const response = await app.ask('/retried')
    expect([response.headers.get('x-run'), ...said(response)]).toEqual([
      '2',
      '"default";r=2;t=20',
      '"default";q=3;w=60',
      null,
    ])
  })

  it('sends no headers where they are not wanted', async () => {
    await using app = await limited({ ...MINUTE, limit: 1, headers: false })
    expect(said(await app.ask('/stock'))).toEqual([null, null, null])
    expect(said(await app.ask('/stock'))).toEqual([null, null, '60'])
  })

  it('stands in the document', async () => {
    const limits = rateLimit({ ...MINUTE, onStoreFailure: 'closed' })
    const one = route.get('/', { ...open, response: t.Integer(), use: [limits] }, () => 1)
    await using test = await testApp({ routes: { one } })
    const responses = toOpenApi(test.app).paths['/']?.get?.responses
    expect(responses).toHaveProperty('429')
    expect(responses).toHaveProperty('503')
    expect(responses?.['200']?.headers).toMatchObject({
      ratelimit: {},
      'ratelimit-policy': { description: expect.stringContaining('"default";q=3;w=60') as unknown },
    })
  })

  it('counts one value together wherever it stands, and keeps no counts of another app', async () => {
    const limits = rateLimit({ ...MINUTE, limit: 1 })
    const tree = {
      a: route.get('/a', { ...open, use: [limits] }, () => 1),
      b: route.use(limits).get('/b', open, () => 1),
    }
    for (let app = 0; app < 2; app++) {
      await using test = await testApp({ routes: tree })
      expect((await test.request('GET', '/a')).status).toBe(200)
      expect((await test.request('GET', '/b')).status).toBe(429)
    }
  })
})

function needsUser() {
  return middleware({
    name: 'never',
    stage: 'authorize',
    run: () => {
      throw new ForbiddenError()
    },
  })
}
