import {
  accessRule,
  middleware,
  needs,
  route,
  router,
  SetupError,
  t,
  toManifest,
  type ContextOf,
} from '@keelson/core'
import { controller, controllerRoutes, get } from '@keelson/core/controllers'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { open } from './support.ts'

class Orders {
  static readonly inject = [] as const
  find(id: number): { id: number; next: number } | undefined {
    return id > 0 ? { id, next: id + 1 } : undefined
  }
}
const Order = t.Object({ id: t.Integer(), next: t.Integer() })
const base = route.inject({ orders: Orders })
const one = base.at('/orders/:id', { id: t.Integer() })
const own = accessRule({
  name: 'own',
  as: 'order',
  needs: needs<{ params: { id: number }; orders: Orders }>('params', 'orders'),
  load: ({ params, orders }) => orders.find(params.id),
})

const answer = async (routes: never, path: string): Promise<readonly [number, unknown]> => {
  const test = await testApp({ routes: routes as {} })
  const response = await test.request('GET', path)
  const told = [response.status, await response.json()] as const
  await test.close()
  return told
}

it('gives rules, middleware and handlers of a factory the params of its path, as its schemas say', async () => {
  const seen: unknown[] = []
  const look = middleware({
    name: 'look',
    stage: 'validate',
    needs: needs<{ params: { id: number } }>('params'),
    run: ({ params }) => void seen.push(params.id),
  })
  const routes = {
    show: one.use(look).get(
      '/',
      {
        response: Order,
        access: accessRule({
          name: 'there',
          as: 'order',
          load: ({ params, orders }) => orders.find(params.id),
        }),
      },
      ({ order }) => order,
    ),
    listed: one.get('/listed', { access: [own] }, ({ order, params }) => order.next + params.id),
    note: one.get('/notes/:note', open, ({ params }) => params),
    typed: one.get('/lines/:line', { ...open, params: { line: t.Integer() } }, ({ params }) => params),
    rest: one.get('/files/*path', open, ({ params }) => params),
  }
  expect(await answer(routes as never, '/orders/7')).toEqual([200, { id: 7, next: 8 }])
  expect(await answer(routes as never, '/orders/7/listed')).toEqual([200, 15])
  expect(await answer(routes as never, '/orders/7/notes/n1')).toEqual([200, { id: 7, note: 'n1' }])
  expect(await answer(routes as never, '/orders/7/lines/2')).toEqual([200, { id: 7, line: 2 }])
  expect(await answer(routes as never, '/orders/7/files/a/b')).toEqual([200, { id: 7, path: 'a/b' }])
  expect(await answer(routes as never, '/orders/0')).toMatchObject([404, { code: 'ERR_CORE_NOT_FOUND' }])
  expect(await answer(routes as never, '/orders/x')).toMatchObject([404, {}])
  expect(await answer(routes as never, '/orders/7/lines/x')).toMatchObject([400, {}])
  expect(seen).toEqual([7])
})

it('may follow on one another, below a router, with schemas of several libraries', async () => {
  const deep = route
    .at('/a/:a', { a: t.Integer() })
    .at('/b/:b')
    .at('/c/:c', t.Object({ c: t.Boolean() }))
    .at('/e/:e', { e: z.coerce.number() })
  const routes = {
    tenants: router('/tenants/:tenant', { deep: deep.get('/:d', open, ({ params }) => params) }),
    texts: route.at('/t/:x').get('/:y', open, ({ params }) => params),
    plain: route.at('/p').get('/', open, ({ params }) => params),
    mixed: route.at('/m/:x').get('/:y', { ...open, params: { y: t.Integer() } }, ({ params }) => params),
  }
  expect(await answer(routes as never, '/tenants/t/a/1/b/2/c/true/e/3/4')).toEqual([
    200,
    { a: 1, b: '2', c: true, e: 3, d: '4' },
  ])
  expect(await answer(routes as never, '/t/1/2')).toEqual([200, { x: '1', y: '2' }])
  expect(await answer(routes as never, '/p')).toEqual([200, {}])
  expect(await answer(routes as never, '/m/1/2')).toEqual([200, { x: '1', y: 2 }])
  expect(toManifest(routes).routes).toMatchObject({
    'tenants.deep': 'GET /tenants/:tenant/a/:a/b/:b/c/:c/e/:e/:d 2xx',
    plain: 'GET /p 2xx',
  })
})

it('is described like params that a route writes itself, for a controller, too', async () => {
  const SHOW = one.define({ ...open, response: Order })
  @controller('/api')
  class Controller {
    static readonly inject = [] as const
    @get('/next', SHOW)
    show({ params, orders }: ContextOf<typeof SHOW>) {
      return orders.find(params.id + 1) as { id: number; next: number }
    }
  }
  const routes = { api: controllerRoutes(Controller, { show: SHOW }) }
  expect(await answer(routes as never, '/api/orders/7/next')).toEqual([200, { id: 8, next: 9 }])
  const test = await testApp({ routes })
  const { paths } = toOpenApi(test.app)
  expect(paths['/api/orders/{id}/next']?.get?.parameters).toMatchObject([
    { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
  ])
  await test.close()
})

it.each([
  ["The path has no ':ident'.", () => route.at('/orders/:id', { ident: t.Integer() } as never)],
  [
    "The path has ':b', which these params do not describe.",
    () => route.at('/a/:a/b/:b', { a: t.Integer() } as never),
  ],
  ['It cannot be joined with other params.', () => route.at('/:a', z.object({ a: z.string() }) as never)],
  [
    'It cannot be joined with other params.',
    () => route.at('/:a', t.Record(t.String(), t.String()) as never),
  ],
  ['It cannot be joined with other params.', () => route.at('/:a', 'a' as never)],
  [
    "The factory describes ':id' already.",
    () => one.get('/', { ...open, params: { id: t.String() } } as never, () => 1),
  ],
  [
    "The factory describes ':x' already.",
    () => route.at('/:x').get('/', { ...open, params: { x: t.String() } } as never, () => 1),
  ],
  [
    'It cannot be joined with other params.',
    () => one.get('/:x', { ...open, params: z.object({ x: z.string() }) } as never, () => 1),
  ],
])('says what is wrong with params that cannot be joined: %s', (message, make) => {
  expect(make).toThrow(SetupError)
  expect(make).toThrow(message)
})

it.each([
  ['orders/:id', '/', "does not begin with '/'"],
  ['/orders/:id?', '/', 'is optional, which patterns do not support'],
  ['/orders', 'items', "does not begin with '/'"],
  ['/files/*path', '/more', 'Another segment follows the wildcard'],
  ['/orders/:id', '/:id', "The name 'id' is used more than once."],
])('says what is wrong with the pattern %s and %s', async (above, path, message) => {
  const make = async () => testApp({ routes: { a: route.at(above as '/').get(path as '/', open, () => 1) } })
  await expect(make()).rejects.toThrow(message)
})

it('takes a rest that may be empty, in a factory and below one', async () => {
  const Path = t.Object({ path: t.String() })
  const whole = route.at('/files/*path?', { path: t.String() })
  const below = route.at('/o/:id', { id: t.Integer() })
  const routes = {
    whole: whole.get('/', { ...open, response: Path }, ({ params }) => params),
    below: below.get(
      '/files/*path?',
      { ...open, response: t.Object({ id: t.Integer(), path: t.String() }) },
      ({ params }) => params,
    ),
    described: below.get(
      '/described/*path?',
      { ...open, params: { path: t.String({ maxLength: 3 }) }, response: Path },
      ({ params: { path } }) => ({ path }),
    ),
  }
  const ask = (path: string) => answer(routes as never, path)
  expect(await ask('/files/')).toEqual([200, { path: '' }])
  expect(await ask('/files/a/b')).toEqual([200, { path: 'a/b' }])
  expect(await ask('/o/7/files/')).toEqual([200, { id: 7, path: '' }])
  expect(await ask('/o/7/files/a/b')).toEqual([200, { id: 7, path: 'a/b' }])
  expect(await ask('/o/7/described/abc')).toEqual([200, { path: 'abc' }])
  expect((await ask('/o/7/described/abcd'))[0]).toBe(400)
  expect((await ask('/o/x/files/'))[0]).toBe(400)
})
