import {
  errorFormat,
  bind,
  middleware,
  needs,
  route,
  router,
  t,
  token,
  UnauthorizedError,
  type AnyMiddleware,
  type RouteTree,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { open, requestLines, transports } from './support.ts'

const trail: string[] = []
const note = (name: string, path: string) => void trail.push(`${name} ${path}`)
const use = [
  middleware({ name: 'receive', stage: 'receive', run: ({ path }) => note('receive', path) }),
  middleware({
    name: 'bearer',
    stage: 'authenticate',
    run: () => {
      throw new UnauthorizedError()
    },
  }),
  middleware({ name: 'authorize', stage: 'authorize', run: ({ path }) => note('authorize', path) }),
  middleware({ name: 'handle', stage: 'handle', wrap: ({ path }, next) => (note('handle', path), next()) }),
  middleware({
    name: 'respond',
    stage: 'respond',
    transform: ({ path }, outcome) => (
      note('respond', path),
      outcome.headers.set('x-respond', outcome.status),
      outcome
    ),
  }),
  middleware({ name: 'record', stage: 'record', observe: ({ path }) => note('record', path) }),
]
const routes = {
  list: route.get('/orders', open, () => []),
  create: route.post('/orders', open, () => 1),
  show: router('/orders/:id', {
    show: route.get('/', open, ({ params }) => params),
    remove: route.delete('/', open, () => undefined),
  }),
  only: route.put('/only', open, () => 1),
}

describe.each(transports)('a request without a route, %s', (transport) => {
  it.each([
    ['GET', '/none', 404, 'ERR_CORE_NOT_FOUND', null],
    ['POST', '/', 404, 'ERR_CORE_NOT_FOUND', null],
    ['OPTIONS', '/none', 404, 'ERR_CORE_NOT_FOUND', null],
    ['GET', '/orders/', 404, 'ERR_CORE_NOT_FOUND', null],
    ['GET', '/Orders', 404, 'ERR_CORE_NOT_FOUND', null],
    ['PUT', '/orders', 405, 'ERR_CORE_METHOD_NOT_ALLOWED', 'GET, HEAD, OPTIONS, POST'],
    ['PATCH', '/orders/7', 405, 'ERR_CORE_METHOD_NOT_ALLOWED', 'DELETE, GET, HEAD, OPTIONS'],
    ['HEAD', '/only', 405, undefined, 'OPTIONS, PUT'],
    ['OPTIONS', '/orders', 204, undefined, 'GET, HEAD, OPTIONS, POST'],
    ['OPTIONS', '/orders/7', 204, undefined, 'DELETE, GET, HEAD, OPTIONS'],
    ['PROPFIND', '/orders', 405, 'ERR_CORE_METHOD_NOT_ALLOWED', 'GET, HEAD, OPTIONS, POST'],
    ['GET', '/orders/%zz', 400, 'ERR_CORE_PATH_ENCODING', null],
    ['OPTIONS', '/%zz', 400, 'ERR_CORE_PATH_ENCODING', null],
  ])('%s %s is answered with %i', async (method, path, status, code, allow) => {
    trail.length = 0
    const app = await testApp({ routes, use, transport })
    const response = await app.request(method, path)
    const text = await response.text()
    expect([response.status, response.headers.get('allow'), response.headers.get('x-respond')]).toEqual([
      status,
      allow,
      String(status),
    ])
    const told = (text === '' ? {} : JSON.parse(text)) as { code?: string; requestId?: string }
    expect(told.code).toBe(code)
    expect(told.requestId ?? response.headers.get('x-request-id')).toBe(response.headers.get('x-request-id'))
    await app.close()
    expect(trail).toEqual(['receive', 'respond', 'record'].map((stage) => `${stage} ${path}`))
    expect(requestLines(app)).toMatchObject([{ status, method }])
    expect(requestLines(app)[0]).not.toHaveProperty('pattern')
    expect(requestLines(app)[0]).toMatchObject({ path, msg: `${method} ${path} ${status}` })
  })

  it('may be answered by the receive middleware of the app', async () => {
    const gone = middleware({
      name: 'gone',
      stage: 'receive',
      run: ({ path }) => {
        if (path.startsWith('/old')) throw new UnauthorizedError('elsewhere')
      },
    })
    await using app = await testApp({ routes, use: [gone], transport })
    expect([
      (await app.request('GET', '/old/x')).status,
      (await app.request('GET', '/new/x')).status,
    ]).toEqual([401, 404])
  })

  it('follows the rules of the paths that the app sets', async () => {
    const routing = { trailingSlash: 'ignore', caseSensitive: false } as const
    await using app = await testApp({ routes, routing, transport })
    expect(
      await Promise.all(
        ['/orders/', '/ORDERS', '/Orders/7/'].map(async (path) => (await app.request('GET', path)).status),
      ),
    ).toEqual([200, 200, 200])
    expect(await (await app.request('GET', '/ORDERS/aB')).json()).toEqual({ id: 'aB' })
  })
})

interface Told {
  readonly params: unknown
  readonly name?: string
}

/** Marks answers of the places that it is used in; what it ran for is in the header, in order. */
const mark = (name: string, added: string = `${name}Mark`) => [
  middleware({
    name: `${name}-in`,
    stage: 'receive',
    adds: [added],
    run: () => ({ [added]: name }),
  }),
  middleware({
    name: `${name}-out`,
    stage: 'respond',
    transform: (ctx, outcome) => {
      const isThere = (ctx as unknown as Record<string, unknown>)[added] === name
      outcome.headers.append('x-mark', isThere ? name : `${name} alone`)
      return outcome
    },
  }),
]
const format = (name: string) =>
  errorFormat({
    mediaType: `application/${name}+json`,
    schema: t.Unknown(),
    write: ({ code }) => ({ [name]: code }),
    read: () => undefined,
  })

const inOrder = (marks: string) => marks.split(', ').toSorted().join(', ')

/** Status, marks and format of an answer. */
async function ask(
  routes: RouteTree,
  target: string,
  options: { readonly routing?: object; readonly headers?: Record<string, string> } = {},
) {
  const { headers = {}, ...rest } = options
  await using app = await testApp({ routes, use: mark('app'), ...rest })
  const [method = '', path = ''] = target.split(' ')
  const response = await app.request(method, path, { headers })
  const type = response.headers.get('content-type') ?? 'none'
  return [
    response.status,
    inOrder(response.headers.get('x-mark') ?? ''),
    /^application\/(\w+)\+json/.exec(type)?.[1] ?? type,
  ]
}

describe('a request without a route below a router', () => {
  const handle = () => 'ok'
  const admin = router(
    '/admin',
    { use: mark('admin'), errorFormat: format('admin') },
    { stats: route.get('/stats', open, handle) },
  )
  const api = router(
    '/api',
    { use: mark('api'), errorFormat: format('api') },
    {
      list: route.get('/items', open, handle),
      show: route.get('/items/:id', open, handle),
      files: route.post('/files/*rest', open, handle),
      admin,
      tenant: router('/t/:rest', { use: mark('tenant') }, { one: route.get('/one', open, handle) }),
      group: router('', { deep: route.get('/deep/er', open, handle) }),
    },
  )
  const tree = {
    home: route.get('/', open, handle),
    api,
    other: router('/other', { x: route.get('/x', open, handle) }),
  }

  it.each([
    ['GET /none', 404, 'app', 'problem'],
    ['GET /apix', 404, 'app', 'problem'],
    ['GET /other/none', 404, 'app', 'problem'],
    ['GET /api', 404, 'app, api', 'api'],
    ['GET /api/', 404, 'app, api', 'api'],
    ['GET /api/none', 404, 'app, api', 'api'],
    ['GET /api/deep', 404, 'app, api', 'api'],
    ['OPTIONS /api/none', 404, 'app, api', 'api'],
    ['DELETE /api/items', 405, 'app, api', 'api'],
    ['DELETE /api/items/7', 405, 'app, api', 'api'],
    ['OPTIONS /api/items', 204, 'app, api', 'none'],
    ['OPTIONS /api/items/7', 204, 'app, api', 'none'],
    ['GET /api/files/a/b', 405, 'app, api', 'api'],
    ['GET /api/items/', 404, 'app, api', 'api'],
    ['GET /api/items/7/8', 404, 'app, api', 'api'],
    ['GET /API/none', 404, 'app', 'problem'],
    ['GET /api/%6eone', 404, 'app, api', 'api'],
    ['GET /%61pi/none', 404, 'app, api', 'api'],
    ['GET /api%2Fnone', 404, 'app', 'problem'],
    ['GET /api/admin', 404, 'app, api, admin', 'admin'],
    ['GET /api/admin/none', 404, 'app, api, admin', 'admin'],
    ['PUT /api/admin/stats', 405, 'app, api, admin', 'admin'],
    ['PROPFIND /api/admin/stats', 405, 'app, api, admin', 'admin'],
    ['GET /api/t', 404, 'app, api', 'api'],
    ['GET /api/t/1', 404, 'app, api, tenant', 'api'],
    ['GET /api/t/1/none/at/all', 404, 'app, api, tenant', 'api'],
    ['PUT /api/t/1/one', 405, 'app, api, tenant', 'api'],
  ])('%s is answered with %i by %s in the format %s', async (target, status, marks, type) => {
    expect(await ask(tree, target)).toEqual([status, inOrder(marks), type])
  })

  it.each([
    ['GET /API/none', 'app, api'],
    ['GET /api/ADMIN/', 'app, api, admin'],
    ['DELETE /API/Items/', 'app, api'],
    ['OPTIONS /api/items/', 'app, api'],
    ['GET /api/items/7/8/', 'app, api'],
  ])('%s follows the rules of the paths that the app sets', async (target, marks) => {
    const routing = { trailingSlash: 'ignore', caseSensitive: false }
    expect((await ask(tree, target, { routing }))[1]).toBe(inOrder(marks))
  })

  it('has the params of the prefix, and what the routes of a known path inject', async () => {
    const NAME = token<string>('name')
    const told: unknown[] = []
    const tell = middleware({
      name: 'tell',
      stage: 'receive',
      run: (ctx) => void told.push([(ctx as unknown as Told).params, (ctx as unknown as Told).name]),
    })
    const routes = {
      a: router(
        '/t/:tenant',
        { use: [tell] },
        { one: route.inject({ name: NAME }).get('/:id', open, () => 1) },
      ),
    }
    await using app = await testApp({ routes, providers: [bind(NAME, { value: 'n' })] })
    await app.request('GET', '/t/a%20b')
    await app.request('PUT', '/t/a/7')
    await app.request('GET', '/t/a/7/8')
    expect(told).toEqual([
      [{ tenant: 'a b' }, undefined],
      [{ tenant: 'a', id: '7' }, 'n'],
      [{ tenant: 'a' }, undefined],
    ])
  })

  it('leaves out a middleware whose needs only the routes below meet', async () => {
    const NAME = token<string>('name')
    const needy = middleware({
      name: 'needy',
      stage: 'receive',
      needs: needs<{ name: string }>('name'),
      run: ({ name }) => void name.length,
    })
    const routes = {
      a: router(
        '/a',
        { use: [needy as never] },
        { one: route.inject({ name: NAME }).get('/one', open, () => 1) },
      ),
    }
    await using app = await testApp({ routes, providers: [bind(NAME, { value: 'n' })] })
    expect((await app.request('GET', '/a/none')).status).toBe(404)
    expect((await app.request('PUT', '/a/one')).status).toBe(405)
    expect((await app.request('GET', '/a/one')).status).toBe(200)
  })

  it('has the middleware of all routes of a known path, and a preflight that of the method it asks for', async () => {
    const [into, out] = mark('read') as [AnyMiddleware, AnyMiddleware]
    const routes = {
      read: route
        .use(into)
        .use(out)
        .get('/x/:id', open, () => 1),
      write: route.put('/x/:name', { ...open, use: mark('write') }, () => 1),
    }
    expect((await ask(routes, 'DELETE /x/1'))[1]).toBe('app, read, write')
    expect((await ask(routes, 'OPTIONS /x/1'))[1]).toBe('app, read, write')
    const preflight = (method: string) =>
      ask(routes, 'OPTIONS /x/1', { headers: { 'access-control-request-method': method } })
    expect((await preflight('PUT'))[1]).toBe('app, write')
    expect((await preflight('GET'))[1]).toBe('app, read')
    expect((await preflight('DELETE'))[1]).toBe('app, read, write')
    expect((await ask(routes, 'GET /x'))[1]).toBe('app')
  })

  it('has what routers of one prefix have in common', async () => {
    const below = (name: string) =>
      router('/p', { use: mark(name) }, { [name]: route.get(`/${name}`, open, () => 1) })
    const routes = { both: router('/q', { use: mark('q') }, { a: below('a'), b: below('b') }), c: below('c') }
    expect((await ask(routes, 'GET /q/p/none'))[1]).toBe(inOrder('app, q'))
    expect((await ask(routes, 'PUT /q/p/a'))[1]).toBe(inOrder('app, q, a'))
    expect((await ask(routes, 'GET /p/none'))[1]).toBe(inOrder('app, c'))
    const whole = { all: router('/', { use: mark('all') }, { a: route.get('/a', open, () => 1) }) }
    expect((await ask(whole, 'GET /none'))[1]).toBe(inOrder('app, all'))
  })
})

describe('OPTIONS *', () => {
  it('asks the server, not a path: 204 without Allow', async () => {
    const use = mark('app')
    const test = await testApp({
      routes: { all: route.get('/*rest', open, () => 1) },
      use,
      transport: 'socket',
    })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    const answer = await client.request('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')
    client.destroy()
    await test.close()
    expect([answer.status, answer.body, answer.headers.get('x-mark')]).toEqual([204, '', 'app'])
    expect([answer.headers.has('allow'), answer.headers.has('x-request-id')]).toEqual([false, true])
    expect(requestLines(test)).toMatchObject([{ method: 'OPTIONS', path: '*', status: 204 }])
  })
})
