import { middleware, route, router, UnauthorizedError } from '@keelson/core'
import { testApp } from '@keelson/core/testing'
import { describe, expect, it } from 'vitest'
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
    const stages = status === 400 ? ['respond', 'record'] : ['receive', 'respond', 'record']
    expect(trail).toEqual(stages.map((stage) => `${stage} ${path}`))
    expect(requestLines(app)).toMatchObject([{ status, method }])
    expect(requestLines(app)[0]).not.toHaveProperty('pattern')
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
