// What docs/security.md says of OWASP ASVS 5.0 and no other test asserts alone: over a socket, as an app in production.
import { accessRule, content, reply, route, t, upgrade, type RouteTree } from '@keelson/core'
import { cookieJar, csrf, fileName, htmlReply, html as tag, securityHeaders, setCookie } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { rawRequest, type RawAnswer } from './raw-request.ts'
import { exchange, open } from './support.ts'

const HTTPS = 'x-forwarded-proto: https'
const WEB_SOCKET = [
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
]

/** Answers of an app behind a proxy, to requests as they are written. */
async function answers(routes: RouteTree, ...requests: readonly (readonly string[])[]): Promise<RawAnswer[]> {
  await using test = await testApp<RouteTree>({
    routes,
    use: [securityHeaders()],
    transport: 'socket',
    mode: 'production',
    secrets: ['a secret of more than thirty-two bytes, for tests'],
    server: { trustProxy: ['127.0.0.1'] },
  })
  const all: RawAnswer[] = []
  for (const [line, ...headers] of requests)
    all.push(await rawRequest(test.baseUrl, [`${line} HTTP/1.1`, ...headers]))
  test.takeErrors()
  return all
}

const data = route.get('/data', open, () => ({ text: '<script>alert(1)</script>' }))
const page = route.get('/page', open, () => htmlReply(tag`<p>page</p>`))
const broken = route.get('/broken', open, () => {
  throw new Error('broken')
})
const EACH = [
  'GET /data',
  'GET /page',
  'GET /broken',
  'GET /nowhere',
  'PUT /data',
  'OPTIONS /data',
  'GET /%zz',
]

describe('3.2.1', () => {
  it('data that is opened by itself is data: no guess at its type, nothing that it may load or run', async () => {
    const [answer] = await answers({ data }, ['GET /data', HTTPS])
    expect(Object.fromEntries(answer!.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('a file that a user brought is kept, not shown, where the route says so', async () => {
    const headers = { 'content-type': 'text/html', 'content-disposition': fileName('a.html') }
    const file = route.get('/file', open, () => reply(200, '<script>alert(1)</script>', headers))
    const [answer] = await answers({ file }, ['GET /file', HTTPS])
    expect(answer!.headers.get('content-disposition')).toBe('attachment; filename=a.html')
  })
})

describe('cookies', () => {
  const jar = route.use(cookieJar({ cart: {} }))
  const forms = route.use(csrf({ token: {} }))
  const cookies = {
    own: route.get('/own', open, (ctx) => setCookie(ctx, 'own', '1')),
    jar: jar.get('/jar', open, (ctx) => ctx.jar.cart.set('1')),
    token: forms.get('/token', open, ({ csrfToken }) => csrfToken()),
  }
  const lines = async (): Promise<string[]> => {
    const all = await answers(cookies, ['GET /own', HTTPS], ['GET /jar', HTTPS], ['GET /token', HTTPS])
    const set = all.flatMap(({ headers }) => headers.getSetCookie())
    expect(set).toHaveLength(3)
    return set
  }
  const attributes = (line: string) => line.split('; ').slice(1)

  it('3.3.1: every cookie is Secure, and its name has a prefix', async () => {
    for (const line of await lines()) {
      expect(line.trim()).toMatch(/^__(?:Host|Secure)-/)
      expect(attributes(line)).toContain('Secure')
    }
  })

  it('3.3.2: every cookie says SameSite', async () => {
    for (const line of await lines())
      expect(attributes(line).join()).toMatch(/(?:^|,)SameSite=(?:Lax|Strict)(?:,|$)/)
  })

  it('3.3.3: every cookie has the prefix __Host-', async () => {
    for (const line of await lines()) expect(line.trim()).toMatch(/^__Host-/)
  })

  it('3.3.4: every cookie is HttpOnly', async () => {
    for (const line of await lines()) expect(attributes(line)).toContain('HttpOnly')
  })
})

describe('headers of every answer that has a route or may have one', () => {
  const said = async (name: string) => {
    const all = await answers({ data, page, broken }, ...EACH.map((line) => [line, HTTPS]))
    expect(all.map(({ status }) => status)).toEqual([200, 200, 500, 404, 405, 204, 400])
    return all.map(({ headers }) => headers.get(name) ?? '')
  }

  it('3.4.1: HSTS of a year, subdomains included', async () => {
    expect(new Set(await said('strict-transport-security'))).toEqual(
      new Set(['max-age=31536000; includeSubDomains']),
    )
  })

  it('3.4.3: a policy that admits no plugins', async () => {
    for (const policy of await said('content-security-policy'))
      expect(policy).toMatch(/(?:object-src|default-src) 'none'/)
  })

  it('3.4.3: a policy of pages with base-uri none, where the app says so', async () => {
    const use = [securityHeaders({ contentSecurityPolicy: { baseUri: ["'none'"], styleSrc: ["'self'"] } })]
    const strict = route.get('/strict', { ...open, use }, () => htmlReply(tag`<p>strict</p>`))
    const [answer] = await answers({ strict }, ['GET /strict', HTTPS])
    const policy = answer!.headers.get('content-security-policy')?.split('; ')
    expect(policy).toEqual(
      expect.arrayContaining(["base-uri 'none'", "object-src 'none'", "style-src 'self'"]),
    )
  })

  it('3.4.4: nosniff', async () => {
    expect(new Set(await said('x-content-type-options'))).toEqual(new Set(['nosniff']))
  })

  it('3.4.5: a referrer policy under which paths stay here', async () => {
    expect(new Set(await said('referrer-policy'))).toEqual(
      new Set(['no-referrer', 'strict-origin-when-cross-origin']),
    )
  })

  it('3.4.6: frame-ancestors that admit no other origin', async () => {
    for (const policy of await said('content-security-policy'))
      expect(policy).toMatch(/(?:^|; )frame-ancestors '(?:none|self)'(?:;|$)/)
  })
})

describe('requests that pages of other origins make', () => {
  it('3.5.2: what a page sends without a preflight reaches no handler that takes JSON', async () => {
    let calls = 0
    const make = route.post('/orders', { ...open, body: t.Object({}) }, () => void calls++)
    await using test = await testApp({ routes: { make }, transport: 'socket' })
    const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']
    for (const type of [...types.map((one) => [`content-type: ${one}`]), []]) {
      const head = ['POST /orders HTTP/1.1', 'origin: https://evil.example', 'content-length: 2', ...type]
      expect((await rawRequest(test.baseUrl, head, '{}')).status).toBe(415)
    }
    expect(calls).toBe(0)
  })

  it('3.5.3: a safe method reaches no handler of another one, whatever headers and query say', async () => {
    let calls = 0
    const remove = route.delete('/orders', open, () => void calls++)
    const names = ['x-http-method-override', 'x-http-method', 'x-method-override']
    const requests = ['GET', 'HEAD'].map((method) => [
      `${method} /orders?_method=DELETE`,
      ...names.map((name) => `${name}: DELETE`),
    ])
    const all = await answers({ remove }, ...requests)
    expect([...all.map(({ status }) => status), calls]).toEqual([405, 405, 0])
  })
})

describe('the media type', () => {
  it('4.1.1: is said of every answer with a body, with its charset where Keelson makes the text', async () => {
    const text = route.get('/text', open, () => 'é')
    const csv = route.get('/csv', { ...open, response: content('text/csv') }, () => 'é')
    const bytes = route.get('/bytes', open, () => Buffer.from('x'))
    const paths = ['/text', '/csv', '/page', '/data', '/bytes', '/nowhere']
    const all = await answers({ text, csv, page, data, bytes }, ...paths.map((path) => [`GET ${path}`]))
    expect(all.map(({ headers }) => headers.get('content-type'))).toEqual([
      'text/plain; charset=utf-8',
      'text/csv; charset=utf-8',
      'text/html; charset=utf-8',
      'application/json',
      'application/octet-stream',
      'application/problem+json',
    ])
  })
})

describe('what stands in front', () => {
  it('4.1.2: a request over plain HTTP is answered where it came, not redirected', async () => {
    const [answer] = await answers({ data }, ['GET /data', 'x-forwarded-proto: http'])
    expect([answer!.status, answer!.headers.get('location')]).toEqual([200, null])
  })

  it('4.1.3: nobody but a trusted proxy has a word in address, scheme and host', async () => {
    const where = route.get('/', open, ({ remoteAddress, origin }) => [remoteAddress, origin])
    await using test = await testApp({ routes: { where }, transport: 'socket', mode: 'production' })
    const forged = ['x-forwarded-for', 'x-real-ip', 'x-client-ip'].map((name) => `${name}: 192.0.2.1`)
    const { body } = await rawRequest(test.baseUrl, [
      'GET / HTTP/1.1',
      ...forged,
      'forwarded: for=192.0.2.1;proto=https;host=evil.example',
      HTTPS,
      'x-forwarded-host: evil.example',
    ])
    expect(JSON.parse(body)).toEqual(['127.0.0.1', 'http://localhost'])
  })
})

describe('a WebSocket', () => {
  const rule = accessRule({
    name: 'pages of the shop over TLS',
    allow: ({ scheme, header }) => scheme === 'https' && header('origin') === 'https://shop.example',
  })
  const guard = csrf({ origins: 'https://*.app.example' })
  /** Status of the answer, and how often something took the connection. */
  const handshake = (...headers: string[]) => shake({ access: rule }, headers)
  const shake = async (
    options: { readonly access: 'public' | typeof rule; readonly use?: readonly [typeof guard] },
    headers: readonly string[],
  ): Promise<[status: number, taken: number]> => {
    let taken = 0
    const live = route.get('/live', { ...options, upgrades: 'websocket' }, () =>
      upgrade((_, socket) => {
        taken++
        socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
      }),
    )
    const server = { trustProxy: ['127.0.0.1'] }
    await using test = await testApp({ routes: { live }, transport: 'socket', server })
    const head = [
      'GET /live HTTP/1.1',
      'host: shop.example',
      'connection: upgrade',
      ...WEB_SOCKET,
      ...headers,
    ]
    const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n`)
    const answer = await exchange(Number(new URL(test.baseUrl).port), bytes)
    return [Number(answer.split(' ')[1]), taken]
  }

  it('4.4.1: is refused over plain HTTP by an access rule that says so', async () => {
    expect(await handshake('origin: https://shop.example')).toEqual([403, 0])
    expect(await handshake('origin: https://shop.example', HTTPS)).toEqual([101, 1])
  })

  it('4.4.2: is refused to pages of other origins by csrf, before its protocol begins', async () => {
    const guarded = { access: 'public', use: [guard] } as const
    const from = (...headers: string[]) => shake(guarded, [HTTPS, ...headers])
    expect(await from('origin: https://evil.example')).toEqual([403, 0])
    expect(await from('origin: http://shop.example')).toEqual([403, 0])
    expect(await from('origin: null')).toEqual([403, 0])
    expect(await from('sec-fetch-site: same-site', 'origin: https://other.shop.example')).toEqual([403, 0])
    expect(await from('origin: https://shop.example')).toEqual([101, 1])
    expect(await from('sec-fetch-site: same-origin', 'origin: https://shop.example')).toEqual([101, 1])
    expect(await from('sec-fetch-site: cross-site', 'origin: https://a.app.example')).toEqual([101, 1])
    // No browser.
    expect(await from()).toEqual([101, 1])
  })

  it('4.4.2: is refused to other origins by an access rule that says so, before its protocol begins', async () => {
    expect(await handshake(HTTPS, 'origin: https://evil.example')).toEqual([403, 0])
    expect(await handshake(HTTPS)).toEqual([403, 0])
    expect(await handshake(HTTPS, 'origin: https://shop.example')).toEqual([101, 1])
  })
})
