import type { IncomingMessage, ServerResponse } from 'node:http'
import { middleware, mount, reply, route, router, t, text, UnauthorizedError } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { contractTest, testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { APP, FOREIGN, ownReply, said } from './cors-support.ts'
import { breaking, limit, otherEnds } from './other-ends.ts'
import { rawRequest } from './raw-request.ts'
import { open, transports } from './support.ts'

const deny = middleware({
  name: 'deny',
  stage: 'authenticate',
  run: () => {
    throw new UnauthorizedError('Sign in.')
  },
})

const routes = {
  list: route.get('/items', open, () => [1]),
  secret: route.get('/secret', { access: 'public', use: [deny] }, () => 1),
  ...otherEnds,
  small: route.post('/small', { ...open, body: text(), maxBodyBytes: 4 }, () => 1),
  stream: route.get('/stream', open, async function* () {
    yield 'a'
    yield 'b'
  }),
  web: route.get('/web', open, () => new Response('web')),
  own: route.get('/own', open, ownReply),
  moved: route.get('/moved', open, () => reply(302, undefined, { location: 'https://elsewhere.example/' })),
  fetched: mount('/fetched', () => new Response('fetched'), open),
}

const answered = [
  ['GET', '/items', 200],
  ['HEAD', '/items', 200],
  ['GET', '/stream', 200],
  ['GET', '/web', 200],
  ['GET', '/fetched', 200],
  ['GET', '/livez', 200],
  ['OPTIONS', '/items', 204],
  ['GET', '/items/%zz', 400],
  ['GET', '/secret', 401],
  ['GET', '/gone', 404],
  ['GET', '/none', 404],
  ['DELETE', '/items', 405],
  ['POST', '/small', 413],
  ['GET', '/limited', 429],
  ['GET', '/broken', 500],
  ['GET', '/unencoded', 500],
  ['GET', '/slow', 504],
] as const

describe.each(transports)('cors, over %s,', (transport) => {
  // The limit stands before: what answers is what counts.
  const use = [
    limit,
    cors({ origins: APP, credentials: true, exposedHeaders: ['X-Total', 'etag'] }),
    breaking,
  ]

  it.each(answered)(
    'lets the origin read %s %s, answered by %i, and no other',
    async (method, path, status) => {
      await using test = await testApp({ routes, use, transport })
      const body = method === 'POST' ? { body: 'more than four' } : {}
      const type = method === 'POST' ? { 'content-type': 'text/plain' } : {}
      const ask = (headers: Record<string, string>) =>
        test.request(method, path, { headers: { ...type, ...headers }, ...body })
      const own = await ask({ origin: APP })
      expect([own.status, said(own)]).toEqual([
        status,
        {
          'allow-origin': APP,
          'allow-credentials': 'true',
          'expose-headers': 'x-total, etag',
          vary: 'origin',
        },
      ])
      const others = [await ask({ origin: FOREIGN }), await ask({})]
      for (const other of others) expect([other.status, said(other)]).toEqual([status, { vary: 'origin' }])
      test.takeErrors()
    },
  )

  it('leaves what an answer says of it, and joins vary', async () => {
    await using test = await testApp({ routes, use, transport })
    const answer = await test.request('GET', '/own', { headers: { origin: APP } })
    expect(said(answer)).toEqual({ 'allow-origin': 'https://own.example', vary: 'accept-language, origin' })
  })

  it("with '*' says the same to everybody", async () => {
    await using test = await testApp({
      routes,
      use: [cors({ origins: '*', exposedHeaders: ['*'] })],
      transport,
    })
    for (const headers of [{}, { origin: APP }, { origin: 'null' }]) {
      const answer = await test.request('GET', '/items', { headers })
      expect(said(answer)).toEqual({ 'allow-origin': '*', 'expose-headers': '*' })
    }
  })
})

const denyMarked = middleware({
  name: 'denyMarked',
  stage: 'authenticate',
  run: (ctx) => {
    if (ctx.header('x-deny') !== undefined) throw new UnauthorizedError('Sign in.')
  },
})

describe('cors over a socket', () => {
  const use = [cors({ origins: [APP] })]
  const own = { 'allow-origin': APP, vary: 'origin' }

  it('is read in redirects', async () => {
    await using test = await testApp({ routes, use, transport: 'socket' })
    const answer = await rawRequest(test.baseUrl, ['GET /moved HTTP/1.1', `origin: ${APP}`])
    expect([answer.status, said(answer)]).toEqual([302, own])
  })

  it('is read where the request itself is refused', async () => {
    for (const origins of [APP, async () => Promise.resolve(true)]) {
      await using test = await testApp({ routes, use: [cors({ origins })], transport: 'socket' })
      // Two hosts, with that which the test adds (RFC 9112 §3.2).
      const head = ['GET /items HTTP/1.1', `origin: ${APP}`, 'host: other']
      const answer = await rawRequest(test.baseUrl, head)
      expect([answer.status, said(answer)]).toEqual([400, own])
    }
  })

  it('is said for mounted Node.js handlers, whose own word counts, in preflights too', async () => {
    const handler = (request: IncomingMessage, response: ServerResponse): void => {
      if (request.url === '/own') response.setHeader('access-control-allow-origin', 'https://own.example')
      response.setHeader('vary', 'accept')
      response.end('node')
    }
    const mounted = { legacy: mount('/legacy', handler, { access: 'public', use: [denyMarked] }) }
    await using test = await testApp({ routes: mounted, use, transport: 'socket' })
    const ask = (path: string, headers: Record<string, string>) => test.request('GET', path, { headers })
    expect(said(await ask('/legacy/a', { origin: APP }))).toEqual({ ...own, vary: 'accept, origin' })
    expect(said(await ask('/legacy/a', { origin: FOREIGN }))).toEqual({ vary: 'accept, origin' })
    expect(said(await ask('/legacy/own', { origin: APP }))['allow-origin']).toBe('https://own.example')
    expect((await ask('/legacy/a', { origin: APP, 'x-deny': '1' })).status).toBe(401)
    const asked = { origin: APP, 'access-control-request-method': 'PUT', 'x-deny': '1' }
    const answer = await test.request('OPTIONS', '/legacy/a', { headers: asked })
    expect([answer.status, said(answer)['allow-methods']]).toEqual([
      204,
      'DELETE, GET, HEAD, PATCH, POST, PUT',
    ])
  })
})

describe('cors of a router', () => {
  const api = router(
    '/api',
    { use: [cors({ origins: FOREIGN })] },
    {
      list: route.get('/', open, () => 1),
      show: route.get('/one', { ...open, use: [cors({ origins: 'https://one.example' })] }, () => 1),
    },
  )
  const origins = [APP, FOREIGN, 'https://one.example']

  it('says all for its routes and for what no route takes below it', async () => {
    await using test = await testApp({
      routes: { api, ...routes },
      use: [cors({ origins: APP, credentials: true })],
    })
    const who = async (path: string) => {
      const answers = await Promise.all(
        origins.map((origin) => test.request('GET', path, { headers: { origin } })),
      )
      return answers.map((answer) => said(answer)['allow-origin'] ?? null)
    }
    expect(await who('/items')).toEqual([APP, null, null])
    expect(await who('/none')).toEqual([APP, null, null])
    expect(await who('/api')).toEqual([null, FOREIGN, null])
    expect(await who('/api/none')).toEqual([null, FOREIGN, null])
    expect(await who('/api/one')).toEqual([null, null, 'https://one.example'])
    const { headers } = await test.request('GET', '/api', { headers: { origin: FOREIGN } })
    expect(headers.get('access-control-allow-credentials')).toBe(null)
  })

  it('stands alone, without one of the app', async () => {
    await using test = await testApp({ routes: { api, ...routes } })
    const headers = { origin: FOREIGN }
    expect(said(await test.request('GET', '/api', { headers }))['allow-origin']).toBe(FOREIGN)
    expect(said(await test.request('GET', '/api/none', { headers }))['allow-origin']).toBe(FOREIGN)
    expect(said(await test.request('GET', '/items', { headers }))).toEqual({})
  })
})

it('cors stands in the document', async () => {
  const use = [cors({ origins: APP, exposedHeaders: ['x-total'] })]
  await using test = await testApp({ routes: { list: route.get('/items', open, () => 1) }, use })
  const document = JSON.stringify(toOpenApi(test.app).paths)
  expect(document).toContain('access-control-allow-origin')
  expect(document).toContain('Always `x-total`.')
  expect(document).toContain('Depends on `origin`.')
})

it('what a contract test sends finds nothing that the document does not say', async () => {
  const use = [securityHeaders(), cors({ origins: [APP], credentials: true, exposedHeaders: ['x-total'] })]
  const items = { list: route.get('/items', { ...open, response: t.Array(t.Integer()) }, () => [1]) }
  await using test = await testApp({ routes: items, use })
  expect((await contractTest(test.app, { seed: 1 })).requests).toBeGreaterThan(10)
})

it('what a package makes has the place where the app asks for it', () => {
  expect(cors({ origins: APP }).source).toMatch(/cors\.test\.ts:\d+$/)
})
