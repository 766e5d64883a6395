import {
  accessRule,
  ArgumentError,
  BadRequestError,
  createApp,
  defineError,
  FrameworkError,
  middleware,
  NotFoundError,
  route,
  router,
  t,
  UnauthorizedError,
} from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'

const Closed = defineError('CLOSED', { status: 409, title: 'Closed' })
class Told extends FrameworkError {
  constructor() {
    super({ code: 'TOLD', status: 500, title: 'Told', expose: true })
  }
}
const raise = (error: unknown) => () => {
  throw error
}
const guard = middleware({
  name: 'guard',
  stage: 'receive',
  describe: { errors: [Closed] },
  run: raise(new Closed()),
})
const bearer = middleware({
  name: 'bearer',
  stage: 'authenticate',
  describe: { security: 'bearer' },
  run: raise(new UnauthorizedError()),
})

const warnings = async (
  routes: object,
  mode: 'development' | 'test' | 'production' = 'test',
  body?: string,
) => {
  await using app = await testApp({ routes: routes as {}, mode })
  const request = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }
  for (let i = 0; i < 2; i++) await app.request(body === undefined ? 'GET' : 'POST', '/a', request)
  app.takeErrors()
  return app.log.lines
    .filter((line) => line.level === 40)
    .map(({ place, code, msg }) => ({ place, code, msg }))
}

describe('an error that its route does not declare', () => {
  it.each(['development', 'test'] as const)(
    'is warned of once for each route and code in %s',
    async (mode) => {
      expect(await warnings({ a: route.get('/a', open, raise(new Closed())) }, mode)).toEqual([
        {
          place: expect.stringContaining('route a (GET /a'),
          code: 'CLOSED',
          msg: expect.stringContaining("Add the error class to the route's errors"),
        },
      ])
    },
  )

  it.each([
    ["core's own class", new NotFoundError(), 'ERR_CORE_NOT_FOUND'],
    ['401', new UnauthorizedError(), 'ERR_CORE_UNAUTHORIZED'],
    ['a 500 that clients are told of', new Told(), 'TOLD'],
  ])('is warned of: %s', async (_, error, code) => {
    expect(await warnings({ a: route.get('/a', open, raise(error)) })).toMatchObject([{ code }])
  })

  it('is warned of where middleware throws it and does not describe it', async () => {
    const use = [middleware({ name: 'm', stage: 'receive', run: raise(new Closed()) })]
    expect(await warnings({ a: route.get('/a', { ...open, use }, () => 1) })).toMatchObject([
      { code: 'CLOSED' },
    ])
  })

  it.each([
    ['production', { a: route.get('/a', open, raise(new Closed())) }, 'production'],
    ['the route declares it', { a: route.get('/a', { ...open, errors: [Closed] }, raise(new Closed())) }],
    ['its middleware describes it', { a: route.get('/a', { ...open, use: [guard] }, () => 1) }],
    [
      'a router above has the middleware',
      { r: router('/', { use: [guard] }, { a: route.get('/a', open, () => 1) }) },
    ],
    [
      'the access rule has it',
      { a: route.get('/a', { access: accessRule({ name: 'no', allow: () => false }) }, () => 1) },
    ],
    ['a scheme of security implies it', { a: route.get('/a', { ...open, use: [bearer] }, () => 1) }],
    ['any route may give it', { a: route.get('/a', open, raise(new BadRequestError())) }],
    ['it is our fault', { a: route.get('/a', open, raise(new Error('x'))) }],
    [
      'the program is to be mended',
      { a: route.get('/a', open, raise(new ArgumentError('A call is wrong.'))) },
    ],
  ] as [string, object, 'production'?][])('is not warned of: %s', async (_, routes, mode) => {
    expect(await warnings(routes, mode)).toEqual([])
  })

  it('is not warned of where the document tells it of every route that is like it', async () => {
    const options = { ...open, query: { q: t.Optional(t.String()) }, response: t.String() }
    const tree = {
      a: route.get('/a', options, () => 'x'),
      b: route.post('/b', { ...options, body: t.Object({}) }, () => 'x'),
      c: route.post('/c', { ...open, consumes: ['text/plain'] }, () => 'x'),
    }
    const document = toOpenApi(createApp({ routes: tree, log: false, health: false }))
    const told = JSON.stringify(document).matchAll(/"(ERR_CORE_[A-Z_]+)"/g)
    const codes = new Set([...told].map(([, code]) => code as string))
    expect(codes.size).toBeGreaterThan(13)
    for (const code of codes) {
      const error = new FrameworkError({ code, status: 400, title: 'Told' })
      expect(await warnings({ a: route.get('/a', open, raise(error)) })).toEqual([])
    }
  })

  it('is not warned of where the input is at fault', async () => {
    const a = route.post('/a', { ...open, body: t.Object({ a: t.String() }) }, () => 1)
    expect(await warnings({ a }, 'test', '{"a":1}')).toEqual([])
    expect(await warnings({ a }, 'test', '{"a":')).toEqual([])
  })
})
