import { createApp, middleware, route, router, t, type Route, type RouteTree } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { appWith, setupErrorOf } from './phase-support.ts'
import { open } from './support.ts'

const problemsOf = (routes: RouteTree) => setupErrorOf(() => appWith([], { routes }).check()).problems
/** What the set-up reads of a route: no part of its type. */
const optionsOf = (one: Route) => (one as unknown as { options: { deadlineMs?: number } }).options
const said = (routes: RouteTree) => problemsOf(routes).map((one) => `${one.code}: ${one.message}`)

describe('the start', () => {
  it('lists what is wrong with every place of a route, not only the first', () => {
    const union = t.Union([t.Integer(), t.Boolean()])
    const bad = {
      ...open,
      params: { id: union },
      query: { q: union },
      headers: { 'x-a': union },
      body: t.Object({ when: t.Date() }),
      response: { 200: t.Object({ when: t.Date() }), 404: t.Object({ f: t.Function([], t.Void()) }) },
    }
    const places = problemsOf({ a: route.post('/:id', bad as never, () => 1) }).map((one) => one.place)
    for (const place of ['params', 'query', 'headers', 'body', '200', '404'])
      expect(places).toContainEqual(expect.stringContaining(`, ${place}`))
  })

  it('refuses params that a schema requires and the path does not have', () => {
    const routes = {
      shape: route.get(
        '/a/:id',
        { ...open, params: { id: t.String(), name: t.String(), maybe: t.Optional(t.String()) } },
        () => 1,
      ),
      object: route.get('/b', { ...open, params: t.Object({ id: t.String() }) }, () => 1),
      zod: route.get('/c/:id', { ...open, params: z.object({ ident: z.string() }) }, () => 1),
      fine: router('/d/:userId', {
        d: route.get('/:id', { ...open, params: { userId: t.String(), id: t.String() } }, () => 1),
      }),
    }
    expect(said(routes)).toEqual([
      "ERR_CORE_SCHEMA_INVALID: It requires 'name', which is not in the path.",
      "ERR_CORE_SCHEMA_INVALID: It requires 'id', which is not in the path.",
      "ERR_CORE_SCHEMA_INVALID: It requires 'ident', which is not in the path.",
    ])
  })

  it('refuses consumes beside a body, which says its media types itself', () => {
    const body = t.Object({ a: t.String() })
    const routes = {
      both: route.post('/a', { ...open, body, consumes: ['application/json'] }, () => 1),
      fine: route.post('/c', { ...open, consumes: ['multipart/form-data'] }, () => 1),
    }
    expect(said(routes)).toEqual([
      'ERR_CORE_OPTION: It has consumes, for a handler that reads the body itself, and body, which is read for it.',
    ])
  })

  it('refuses words for undeclared members that mean nothing in their place', () => {
    const unknown = { body: 'strip', headers: 'refuse', cookies: 'refuse', query: undefined }
    expect(said({ a: route.post('/a', { ...open, unknown: unknown as never }, () => 1) })).toEqual([
      'ERR_CORE_OPTION: Option unknown.body must be "refuse", "ignore" or "pass", not "strip".',
      'ERR_CORE_OPTION: Option unknown.headers must be "ignore" or "pass", not "refuse".',
      'ERR_CORE_OPTION: Option unknown.cookies must be "ignore" or "pass", not "refuse".',
    ])
  })

  it('refuses responses by what is no status', () => {
    const routes = {
      a: route.get('/a', { ...open, response: { 99: t.String() } }, () => 'x' as never),
      b: route.get('/b', { ...open, response: { id: t.String() } as never }, () => 'x' as never),
    }
    expect(said(routes)).toEqual([
      "ERR_CORE_OPTION: Its response has '99', which is not a status.",
      "ERR_CORE_OPTION: Its response has 'id', which is not a status.",
    ])
  })

  it('refuses names that cannot be, and what is no route', () => {
    const routes = {
      'a b': route.get('/a', open, () => 1),
      list: [route.get('/b', open, () => 1)],
      f: () => 1,
      n: null,
      u: undefined,
      deep: { ok: route.get('/c', open, () => 1), '': route.get('/d', open, () => 1) },
    }
    expect(problemsOf(routes as never).map((one) => `${one.code} ${one.place}`)).toEqual([
      'ERR_CORE_ROUTE_NAME routes.a b',
      'ERR_CORE_ROUTE_TREE routes.list',
      'ERR_CORE_ROUTE_TREE routes.f',
      'ERR_CORE_ROUTE_TREE routes.n',
      'ERR_CORE_ROUTE_TREE routes.u',
      'ERR_CORE_ROUTE_NAME routes.deep.',
    ])
  })

  it('refuses keys that no name can be, and a tree that contains itself', () => {
    const show = route.get('/', open, () => 1)
    const hidden = Object.defineProperty({ show }, Symbol('note'), { value: 1 })
    appWith([], { routes: hidden }).check()
    for (const [routes, place] of [
      [{ [Symbol('show')]: show }, 'routes.Symbol(show)'],
      [{ v1: router('/v1', { a: { [Symbol('show')]: show } } as never) }, 'routes.v1.a.Symbol(show)'],
      [JSON.parse('{"__proto__":{}}'), 'routes.__proto__'],
    ] as [RouteTree, string][])
      expect(problemsOf(routes)).toMatchObject([{ code: 'ERR_CORE_ROUTE_NAME', place }])

    const circle: Record<string, unknown> = {}
    circle['below'] = circle
    const routes = { a: circle, v1: router('/v1', { circle } as never) }
    expect(problemsOf(routes as never)).toMatchObject([
      { code: 'ERR_CORE_ROUTE_TREE', place: 'routes.a.below', message: /^This is routes\.a once more/ },
      { place: 'routes.v1.circle.below', message: /^This is routes\.v1\.circle once more/ },
    ])
    // One tree at two places is none in itself.
    const shared = { show }
    appWith([], { routes: { a: router('/a', { shared }), b: router('/b', { shared }) } }).check()
  })

  it.each([
    ['a promise', Promise.resolve({}), 'a promise', 'Await it first.'],
    ['a Map', new Map(), 'an instance of Map', 'Put what route.get'],
    ['an instance of a class', new (class Admin {})(), 'an instance of Admin', 'Put what route.get'],
    ['a list', [], 'a list', 'Put what route.get'],
  ])('refuses %s where a tree belongs, at any depth', (_, value, what, remedy) => {
    const place = (routes: unknown) =>
      problemsOf(routes as never).map((one) => [one.place.replace(/ \(.*/, ''), one.message, one.remedy])
    const told = `This is ${what}, not a route, a router or a plain object of them.`
    const trees = [
      [{ admin: value }, 'routes.admin'],
      [{ v1: { admin: value } }, 'routes.v1.admin'],
      [{ v1: router('/v1', { admin: value } as never) }, 'routes.v1.admin'],
    ] as const
    for (const [routes, at] of trees)
      expect(place(routes)).toEqual([[at, told, expect.stringContaining(remedy)]])
    expect(place({ v1: router('/v1', value as never) })).toEqual([
      ['router v1', `The tree must be an object of routes and routers, not ${what}.`, expect.anything()],
    ])
    expect(() => createApp({ routes: value as never, log: false })).toThrow(
      `Option routes must be an object of routes and routers, not ${what}.`,
    )
  })

  it('gives frozen routes and frozen plans, in the order of the stages', () => {
    const show = route.get(
      '/:id',
      {
        ...open,
        use: [
          middleware({ name: 'b', stage: 'handle', run: () => undefined }),
          middleware({ name: 'a', stage: 'receive', run: () => undefined }),
        ],
      },
      () => 1,
    )
    const app = createApp({ routes: { orders: router('/orders', { show }) }, log: false, health: false })
    expect([Object.isFrozen(show), Object.isFrozen(optionsOf(show))]).toEqual([true, true])
    const [plan] = app.plans
    expect(Object.isFrozen(plan)).toBe(true)
    expect(plan).toMatchObject({
      name: 'orders.show',
      pattern: '/orders/:id',
      paramNames: ['id'],
      deadlineMs: 30_000,
      maxBodyBytes: 1_048_576,
    })
    expect(plan?.chain.map((one) => one.name)).toEqual(['a', 'b'])
  })

  it('does not care what a caller changes in the options afterwards', () => {
    const options = { access: 'public' as const, deadlineMs: 5 }
    const show = route.get('/', options, () => 1)
    options.deadlineMs = 7
    expect(optionsOf(show).deadlineMs).toBe(5)
  })
})

it('asks for no line of source where nothing is wrong', () => {
  const { prepareStackTrace } = Error
  let count = 0
  try {
    Error.prepareStackTrace = () => {
      count++
      return ''
    }
    const list = route.get('/', { ...open, response: t.Object({ id: t.String() }) }, () => ({ id: 'a' }))
    createApp({ routes: { orders: router('/orders', { list }) }, log: false }).check()
  } finally {
    Error.prepareStackTrace = prepareStackTrace
  }
  expect(count).toBe(0)
})
