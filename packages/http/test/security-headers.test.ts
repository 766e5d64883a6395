import type { IncomingMessage, ServerResponse } from 'node:http'
import { mount, reply, route, router } from '@keelson/core'
import { securityHeaders } from '@keelson/http'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { breaking, limit, otherEnds } from './other-ends.ts'
import { rawRequest } from './raw-request.ts'
import { DATA, PAGE, security } from './security-support.ts'
import { open, transports } from './support.ts'

const typed = (type: string) => () => reply(200, 'x', { 'content-type': type })

const routes = {
  json: route.get('/json', open, () => ({ a: 1 })),
  text: route.get('/text', open, () => 'x'),
  bytes: route.get('/bytes', open, () => Buffer.from('x')),
  problem: route.get('/problem', open, typed('Application/Problem+JSON; charset=utf-8')),
  lines: route.get('/lines', open, typed('application/x-ndjson')),
  events: route.get('/events', open, typed('text/event-stream')),
  page: route.get('/page', open, typed('Text/HTML; charset=utf-8')),
  xhtml: route.get('/xhtml', open, typed('application/xhtml+xml')),
  svg: route.get('/svg', open, typed('image/svg+xml')),
  script: route.get('/script', open, typed('text/javascript')),
  image: route.get('/image', open, typed('image/png')),
  odd: route.get('/odd', open, typed('application/jsonpage/html')),
  none: route.delete('/none', open, () => undefined),
  moved: route.get('/moved', open, () => reply(303, undefined, { location: '/page' })),
  kept: route.get('/kept', open, () => reply(304, undefined, { etag: '"1"' })),
  ...otherEnds,
  own: route.get('/own', open, () =>
    reply(200, 'x', {
      'content-type': 'text/html',
      'content-security-policy': 'sandbox',
      'x-frame-options': 'DENY',
    }),
  ),
  stream: route.get('/stream', open, async function* () {
    yield 'a'
  }),
  fetched: mount(
    '/fetched',
    ({ url }: Request) =>
      url.endsWith('page')
        ? new Response('x', { headers: { 'content-type': 'text/html' } })
        : Response.json(1),
    open,
  ),
}

describe.each(transports)('securityHeaders, over %s,', (transport) => {
  it.each([
    ['GET', '/json', 200],
    ['HEAD', '/json', 200],
    ['GET', '/text', 200],
    ['GET', '/bytes', 200],
    ['GET', '/problem', 200],
    ['GET', '/lines', 200],
    ['GET', '/events', 200],
    ['GET', '/stream', 200],
    ['GET', '/fetched/json', 200],
    ['DELETE', '/none', 204],
    ['OPTIONS', '/json', 204],
    ['GET', '/%zz', 400],
    ['GET', '/nowhere', 404],
    ['GET', '/gone', 404],
    ['PUT', '/json', 405],
    ['GET', '/limited', 429],
    ['GET', '/broken', 500],
    ['GET', '/unencoded', 500],
    ['GET', '/slow', 504],
  ])('gives data the short set: %s %s, %i', async (method, path, status) => {
    await using test = await testApp({ routes, use: [limit, securityHeaders(), breaking], transport })
    const answer = await test.request(method, path)
    expect([answer.status, security(answer)]).toEqual([status, DATA])
    test.takeErrors()
  })

  it.each(['/page', '/xhtml', '/svg', '/script', '/image', '/odd', '/fetched/page'])(
    'gives pages, and what belongs to them, the whole: %s',
    async (path) => {
      await using test = await testApp({ routes, use: [securityHeaders()], transport })
      expect(security(await test.request('GET', path))).toEqual(PAGE)
      expect(security(await test.request('HEAD', path))).toEqual(PAGE)
    },
  )

  it('leaves what an answer says', async () => {
    await using test = await testApp({ routes, use: [securityHeaders()], transport })
    expect(security(await test.request('GET', '/own'))).toEqual({
      ...PAGE,
      'content-security-policy': 'sandbox',
      'x-frame-options': 'DENY',
    })
  })
})

describe('securityHeaders over a socket', () => {
  const use = [securityHeaders()]

  it('gives redirects those of pages, since their referrer policy is that of what follows', async () => {
    await using test = await testApp({ routes, use, transport: 'socket' })
    expect(security(await rawRequest(test.baseUrl, ['GET /moved HTTP/1.1']))).toEqual(PAGE)
  })

  it('says in a 304 only what is the same for all, since clients put it in place of what they keep', async () => {
    await using test = await testApp({ routes, use, transport: 'socket' })
    expect(security(await test.request('GET', '/kept'))).toEqual({
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    })
  })

  it('gives what a mounted Node.js handler writes those of pages, under its own', async () => {
    const handler = (_request: IncomingMessage, response: ServerResponse): void => {
      response.setHeader('x-frame-options', 'DENY')
      response.end('node')
    }
    const mounted = { legacy: mount('/legacy', handler, open) }
    await using test = await testApp({ routes: mounted, use, transport: 'socket' })
    expect(security(await test.request('GET', '/legacy'))).toEqual({ ...PAGE, 'x-frame-options': 'DENY' })
  })
})

describe('securityHeaders of a router', () => {
  const page = {
    contentSecurityPolicy: { imgSrc: ['https://cdn.example'] },
    xFrameOptions: 'DENY' as const,
    xXssProtection: false,
  }
  const site = router(
    '/site',
    { use: [securityHeaders(page)] },
    {
      page: route.get('/', open, typed('text/html')),
      bare: route.get(
        '/bare',
        { ...open, use: [securityHeaders({ contentSecurityPolicy: false })] },
        typed('text/html'),
      ),
    },
  )
  const tree = { site, page: route.get('/page', open, typed('text/html')) }

  it('says all for its routes', async () => {
    await using test = await testApp({
      routes: tree,
      use: [securityHeaders({ crossOriginOpenerPolicy: 'unsafe-none' })],
    })
    expect(security(await test.request('GET', '/page'))).toEqual({
      ...PAGE,
      'cross-origin-opener-policy': 'unsafe-none',
    })
    const answer = security(await test.request('GET', '/site'))
    const { 'x-xss-protection': _, ...rest } = PAGE
    expect(answer).toEqual({
      ...rest,
      'content-security-policy': PAGE['content-security-policy'].replace(
        "img-src 'self' data:",
        'img-src https://cdn.example',
      ),
      'x-frame-options': 'DENY',
    })
    const bare = security(await test.request('GET', '/site/bare'))
    expect([bare['content-security-policy'], bare['x-xss-protection']]).toEqual([undefined, '0'])
  })
})

it('securityHeaders stands in the document', async () => {
  await using test = await testApp({ routes: tree(), use: [securityHeaders()] })
  const document = JSON.stringify(toOpenApi(test.app).paths)
  for (const name of [...Object.keys(DATA), 'strict-transport-security']) expect(document).toContain(name)
})

const tree = () => ({ json: routes.json })
