import { accessRule, content, metaKey, middleware, route, router, t, type RouteFacts } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TEST_CERTIFICATE } from './server-certificate.ts'
import { open } from './support.ts'
import { cost, session } from './parts-support.ts'

/** Gathers what a middleware is told of the routes. */
function asking() {
  const told: RouteFacts[] = []
  const value = middleware({
    name: 'asking',
    stage: 'receive',
    for: (facts) => void told.push(facts),
    run: () => undefined,
  })
  return { value, of: (name: string | undefined) => told.find((one) => one.name === name)! }
}

describe('what a middleware is told of a route', () => {
  it('is what the route is, once for each plan', async () => {
    const { value, of } = asking()
    const own = accessRule({ name: 'own', load: () => ({ id: 1 }), isPerCaller: true })
    const show = route.use(session).get(
      '/:id',
      {
        access: own,
        response: { 200: t.Object({ id: t.String() }), 206: content('text/csv'), 304: null },
        meta: [cost(5)],
      },
      () => ({ id: '' }),
    )
    await using _ = await testApp({ routes: { orders: router('/orders', { show }) }, use: [value] })
    expect(of('orders.show')).toMatchObject({
      name: 'orders.show',
      kind: 'http',
      method: 'GET',
      pattern: '/orders/:id',
      access: ['own'],
      stages: ['receive', 'authenticate', 'authorize'],
      authenticates: [{ name: 'session', saysPrincipal: false }],
      perCaller: ['record'],
      consumes: [],
      mediaTypes: ['application/json', 'text/csv'],
      isProbe: false,
    })
    expect(Object.keys(of('orders.show').responses)).toEqual(['200', '206', '304'])
    expect(of('orders.show').meta(cost)).toBe(5)
    expect(of('health.live')).toMatchObject({ isProbe: true, access: 'public', authenticates: [] })
    expect(of(undefined)).toMatchObject({ method: undefined, pattern: undefined, access: undefined })
  })

  it('names what differs from caller to caller, which only who adds something can say of it', () => {
    const make = () => middleware({ name: 'm', stage: 'validate', isPerCaller: true, run: () => undefined })
    expect(make).toThrow('isPerCaller is about what it adds, and it adds nothing.')
    const rule = () => accessRule({ name: 'r', isPerCaller: true, allow: () => true })
    expect(rule).toThrow('isPerCaller is about what it loads, and it loads nothing.')
  })

  it('has of each key what the nearest says, also for requests that no route takes', async () => {
    const told: unknown[] = []
    const tag = metaKey<string>('tag')
    const tell = middleware({
      name: 'tell',
      stage: 'receive',
      for: ({ meta }) => {
        const facts = [meta(cost), meta(tag)]
        return { run: (ctx) => void told.push([ctx.path, ...facts]) }
      },
    })
    const inner = router(
      '/in',
      { meta: [cost(2)] },
      {
        own: route.get('/own', { ...open, meta: [cost(3)] }, () => 1),
        none: route.get('/none', open, () => 1),
      },
    )
    const all = router('/all', { use: [tell], meta: [cost(1), tag('all')] }, { inner })
    await using app = await testApp({ routes: { all } })
    for (const path of ['/all/in/own', '/all/in/none', '/all/in/lost', '/all/lost'])
      await app.request('GET', path)
    await app.request('POST', '/all/in/own')
    expect(told).toEqual([
      ['/all/in/own', 3, 'all'],
      ['/all/in/none', 2, 'all'],
      ['/all/in/lost', 2, 'all'],
      ['/all/lost', 1, 'all'],
      ['/all/in/own', 3, 'all'],
    ])
  })

  it('has a hash that changes with what the route promises and with nothing else', async () => {
    const { value, of } = asking()
    const one = t.Object({ id: t.String(), total: t.Number() })
    const make = (response: unknown, more: object = {}) =>
      route.get(
        `/${Math.random()}`,
        { ...open, response: response as typeof one, ...more },
        () => null as never,
      )
    const unknown = { '~standard': { version: 1, vendor: 'x', validate: (value: unknown) => ({ value }) } }
    await using _ = await testApp({
      routes: {
        a: make(one),
        same: make(
          { ...one, required: one.required, properties: { total: t.Number(), id: t.String() } },
          { query: { q: t.String() } },
        ),
        other: make(t.Object({ id: t.String(), total: t.Integer() })),
        status: make({ 201: one }),
        zod: make(z.object({ id: z.string() })),
        zodToo: make(z.object({ id: z.string() })),
        text: make({ 200: content('text/csv') }),
        unknown: make(unknown),
        unknownToo: make(unknown),
      },
      use: [value],
    })
    const hash = (name: string) => of(name).contractHash
    expect(hash('a')).toMatch(/^[\w-]{43}$/)
    expect(hash('a')).toBe(hash('a'))
    expect(hash('same')).toBe(hash('a'))
    expect(hash('zod')).toBe(hash('zodToo'))
    const all = ['a', 'other', 'status', 'zod', 'text', 'unknown', 'unknownToo'].map(hash)
    expect(new Set(all).size).toBe(all.length)
  })
})

describe('what a middleware is told of the app', () => {
  const told = async (options: object): Promise<unknown> => {
    const { value, of } = asking()
    const show = route.get('/', open, (ctx) => ctx.app)
    await using test = await testApp({ routes: { show }, use: [value], ...options })
    expect(of(undefined).app).toBe(of('show').app)
    expect(await (await test.request('GET', '/')).json()).toEqual(
      JSON.parse(JSON.stringify(of('show').app)) as unknown,
    )
    return of('show').app
  }
  const app = { mode: 'test', publicOrigin: undefined, canBeSecure: false }

  it.each<[string, object, object]>([
    ['by default', {}, app],
    ['of its mode', { mode: 'production' }, { ...app, mode: 'production' }],
    [
      'with an https publicUrl',
      { publicUrl: 'https://Shop.example:443/' },
      { ...app, publicOrigin: 'https://shop.example', canBeSecure: true },
    ],
    [
      'with a plain publicUrl',
      { publicUrl: 'http://shop.example' },
      { ...app, publicOrigin: 'http://shop.example' },
    ],
    ['with a certificate', { server: { tls: TEST_CERTIFICATE } }, { ...app, canBeSecure: true }],
    ['behind a proxy', { server: { trustProxy: 1 } }, { ...app, canBeSecure: true }],
    [
      'behind a proxy that a function knows',
      { server: { trustProxy: () => false } },
      { ...app, canBeSecure: true },
    ],
    ['that trusts nobody', { server: { trustProxy: 0 } }, app],
    ['that trusts an empty list', { server: { trustProxy: [] } }, app],
  ])('%s', async (_, options, expected) => {
    expect(await told(options)).toEqual(expected)
  })

  it('is the same in calls from inside', async () => {
    const show = route.get('/', open, (ctx) => ctx.app.canBeSecure)
    await using test = await testApp({ routes: { show }, publicUrl: 'https://shop.example' })
    expect(await test.app.invoke('show')).toMatchObject({ data: true })
  })
})
