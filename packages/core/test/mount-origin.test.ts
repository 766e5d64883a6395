import type { IncomingMessage, ServerResponse } from 'node:http'
import { createApp, middleware, mount, route, type MountedHandler, type RouteTree } from '@keelson/core'
import { testApp } from '@keelson/testing'
import express from 'express'
import { describe, expect, it } from 'vitest'
import { TEST_CERTIFICATE } from './server-certificate.ts'
import { RawClient, tryParseResponse } from './server-support.ts'
import { open, transports } from './support.ts'

const told = (request: Request) =>
  Response.json({ url: request.url, headers: Object.fromEntries(request.headers) })
const toldByNode = ({ headers, rawHeaders }: IncomingMessage, response: ServerResponse) =>
  response.end(JSON.stringify({ headers, rawHeaders }))
const legacy = express()
legacy.set('trust proxy', true)
legacy.use(({ ip, ips, protocol, hostname }, response) => void response.json({ ip, ips, protocol, hostname }))
const routes = {
  fetch: mount('/fetch', told, open),
  node: mount('/node', toldByNode, open),
  express: mount('/express', legacy, open),
} satisfies RouteTree

type Told = { readonly url: string; readonly headers: Record<string, string>; readonly rawHeaders: string[] }

const FORGED = {
  'x-forwarded-for': '6.6.6.6, 1.2.3.4',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'forged.example',
  'x-forwarded-prefix': '/admin',
  'x-real-ip': '6.6.6.6',
  forwarded: 'for=6.6.6.6;proto=https;host=forged.example',
}

const read = async (response: Response) => (await response.json()) as Told
const proxyHeaders = ({ headers }: Told) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => /forwarded|x-real-ip/.test(name)))

describe('what a mounted handler is told of proxies', () => {
  it('is nothing that anybody else says, over the socket', async () => {
    await using app = await testApp({ routes, transport: 'socket' })
    for (const path of ['/fetch', '/node'])
      expect(proxyHeaders(await read(await app.request('GET', path, { headers: FORGED })))).toEqual({})
    const raw = (await read(await app.request('GET', '/node', { headers: FORGED }))).rawHeaders
    expect(raw.filter((text) => /forwarded|6\.6\.6\.6|forged/i.test(text))).toEqual([])
    expect(await (await app.request('GET', '/express', { headers: FORGED })).json()).toEqual({
      ip: '127.0.0.1',
      ips: [],
      protocol: 'http',
      hostname: '127.0.0.1',
    })
  })

  it('is nothing that anybody else says, by app.fetch', async () => {
    await using app = await testApp({ routes })
    const { url, headers } = await read(await app.request('GET', '/fetch/a', { headers: FORGED }))
    expect([url, proxyHeaders({ headers } as Told)]).toEqual(['http://app.test/a', {}])
  })

  it('is what trusted proxies say, from the client on', async () => {
    await using app = await testApp({
      routes,
      transport: 'socket',
      server: { trustProxy: ['loopback', '1.2.3.0/24'] },
    })
    const headers = { ...FORGED, 'x-forwarded-for': '6.6.6.6, 9.9.9.9:1234, 1.2.3.4' }
    const expected = {
      'x-forwarded-for': '9.9.9.9, 1.2.3.4',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'forged.example',
      'x-forwarded-prefix': '/admin',
      'x-real-ip': '9.9.9.9',
    }
    for (const path of ['/fetch', '/node']) {
      const answer = await read(await app.request('GET', path, { headers }))
      expect(proxyHeaders(answer)).toEqual(expected)
    }
    expect((await read(await app.request('GET', '/fetch/a?b', { headers }))).url).toBe(
      'https://forged.example/a?b',
    )
    expect(await (await app.request('GET', '/express', { headers })).json()).toMatchObject({
      ip: '9.9.9.9',
      protocol: 'https',
      hostname: 'forged.example',
    })
  })

  it('is of lists what the outermost trusted proxy wrote', async () => {
    await using app = await testApp({ routes, transport: 'socket', server: { trustProxy: 1 } })
    const headers = {
      ...FORGED,
      'x-forwarded-proto': 'https, http',
      'x-forwarded-host': 'a/b?, real.example',
    }
    const { url } = await read(await app.request('GET', '/fetch/a', { headers }))
    expect(url).toBe('http://real.example/a')
  })

  it('is read from `forwarded` where proxies use that, and the other headers are nobody’s', async () => {
    await using app = await testApp({
      routes,
      transport: 'socket',
      server: { trustProxy: 1, forwardedHeader: 'forwarded' },
    })
    const headers = {
      ...FORGED,
      forwarded: 'for=6.6.6.6;proto=http, For="9.9.9.9:80";Proto=HTTPS;host="real.example"',
    }
    const answer = await read(await app.request('GET', '/fetch/a', { headers }))
    expect(answer.url).toBe('https://real.example/a')
    expect(proxyHeaders(answer)).toEqual({
      forwarded: 'For="9.9.9.9:80";Proto=HTTPS;host="real.example"',
      'x-forwarded-for': '9.9.9.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'real.example',
      'x-real-ip': '9.9.9.9',
    })
  })

  it('names no client whom the proxy hides, and keeps the scheme that it says of it', async () => {
    await using app = await testApp({
      routes,
      transport: 'socket',
      server: { trustProxy: 1, forwardedHeader: 'forwarded' },
    })
    const headers = { ...FORGED, forwarded: 'for=6.6.6.6;proto=http, for=_hidden;proto=https' }
    const answer = await read(await app.request('GET', '/fetch/a', { headers }))
    expect(answer.url).toMatch(/^https:/)
    expect(proxyHeaders(answer)).toEqual({
      forwarded: 'for=_hidden;proto=https',
      'x-forwarded-for': 'unknown',
      'x-forwarded-proto': 'https',
    })
  })

  it('believes of a trusted proxy only what can be a scheme and a host', async () => {
    await using app = await testApp({ routes, transport: 'socket', server: { trustProxy: true } })
    const headers = { 'x-forwarded-proto': 'javascript', 'x-forwarded-host': 'x/secret?' }
    const answer = await read(await app.request('GET', '/fetch/a', { headers }))
    expect([new URL(answer.url).pathname, proxyHeaders(answer)]).toEqual(['/a', {}])
  })
})

describe('what a mounted Node.js handler reads of its headers', () => {
  const readers = (request: IncomingMessage, response: ServerResponse): void =>
    void request.resume().on('end', () => {
      const { headers, headersDistinct, rawHeaders, trailers, trailersDistinct, rawTrailers } = request
      const seen = { headers, headersDistinct, rawHeaders, trailers, trailersDistinct, rawTrailers }
      response.end(JSON.stringify(seen))
    })
  const ask = async (lines: string, server = {}) => {
    await using app = await testApp({
      routes: { n: mount('/n', readers, open) },
      transport: 'socket',
      server,
    })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    const body = 'transfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-End: 1\r\n\r\n'
    client.write(`POST /n HTTP/1.1\r\nHost: a\r\nconnection: close\r\n${lines}${body}`)
    const text = await client.closed()
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)) as Record<string, object>
  }
  const kept = 'X-A: 1\r\nX-a: 2\r\n__proto__: 3\r\nconstructor: 4\r\n'

  it.each([
    '',
    'X-Forwarded-For: 6.6.6.6\r\n',
    'Forwarded: for=a\r\nX-Real-IP: 1\r\nX-Forwarded-Host: b\r\n',
  ])('agrees, whatever was taken away: %j', async (forged) => {
    const seen = await ask(`${forged}${kept}${forged}`)
    expect(seen).toMatchObject({
      headers: { 'x-a': '1, 2', host: 'a' },
      headersDistinct: { 'x-a': ['1', '2'], host: ['a'], constructor: ['4'] },
      trailers: { 'x-end': '1' },
      trailersDistinct: { 'x-end': ['1'] },
      rawTrailers: ['X-End', '1'],
    })
    expect(Object.keys(seen['headersDistinct'] ?? {})).not.toContainEqual(expect.stringMatching(/forw|real/))
    expect(JSON.stringify(seen)).not.toContain('6.6.6.6')
  })

  it('holds what a trusted proxy says', async () => {
    const seen = await ask(`X-Forwarded-For: 9.9.9.9\r\n${kept}`, { trustProxy: true })
    expect(seen).toMatchObject({
      headers: { 'x-forwarded-for': '9.9.9.9' },
      headersDistinct: { 'x-forwarded-for': ['9.9.9.9'], 'x-a': ['1', '2'] },
    })
  })
})

describe('the URL of a mounted Fetch handler', () => {
  it('has the scheme of its connection', async () => {
    const app = createApp({ routes, log: false, server: { tls: TEST_CERTIFICATE } })
    const { port } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    const { request } = await import('node:https')
    const text = await new Promise<string>((resolve, reject) => {
      const client = request(
        { port, host: '127.0.0.1', path: '/fetch/a', rejectUnauthorized: false },
        (response) => {
          response.setEncoding('utf8').once('data', resolve)
        },
      )
      client.on('error', reject).end()
    })
    expect((JSON.parse(text) as Told).url).toBe(`https://127.0.0.1:${port}/a`)
    await app.stop()
  })

  it.each(['1.2.3.4.5', 'a%zz', '1.2.3.256'])('is refused where no URL has the host %s', async (host) => {
    await using app = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write(`GET /fetch/a?secret=1 HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`)
    expect(tryParseResponse(await client.closed())?.status).toBe(400)
    expect(JSON.stringify(app.log.lines)).not.toContain('secret=1')
  })

  it('does not take its path from the Host header', async () => {
    await using app = await testApp({ routes })
    for (const host of ['x/secret?', 'x@y', 'x#', 'a b'])
      expect((await app.request('GET', '/fetch/a', { headers: { host } })).status).toBe(400)
    const answer = await read(await app.request('GET', '/fetch/a', { headers: { host: 'other.example' } }))
    expect([answer.url, answer.headers['host']]).toEqual(['http://app.test/a', 'app.test'])
  })

  it.each([
    ['//evil.example/a', '//evil.example/a'],
    ['/@evil.example', '/@evil.example'],
    ['/:80/a?//x', '/:80/a?//x'],
    ['?a=1&b=%zz', '/?a=1&b=%zz'],
  ])('keeps of %s its own path and query', async (path, inner) => {
    await using app = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write(`GET /fetch${path} HTTP/1.1\r\nhost: a.example\r\nconnection: close\r\n\r\n`)
    const text = await client.closed()
    expect(/"url":"([^"]*)"/.exec(text)?.[1]).toBe(`http://a.example${inner}`)
  })
})

describe.each(transports)('whom proxies speak for, %s', (transport) => {
  const asked: string[] = []
  const server = { trustProxy: (address: string) => (asked.push(address), address !== '9.9.9.9') }
  const once = ['', '1.2.3.4', '9.9.9.9']
  const byNode: [string, MountedHandler, string[]] = ['is asked once for a Node.js handler', toldByNode, once]
  it.each<[string, MountedHandler | undefined, string[]]>([
    ['is not asked for one that wants to know nothing', undefined, []],
    ['is asked once for a Fetch handler', told, once],
    ...(transport === 'socket' ? [byNode] : []),
  ])('%s', async (_, handler, expected) => {
    asked.length = 0
    const note = middleware({ name: 'note', stage: 'receive', run: (ctx) => void ctx.remoteAddress })
    const routes = {
      a:
        handler === undefined
          ? route.get('/a', open, () => 'x')
          : mount('/a', handler, { ...open, use: [note] }),
    }
    await using app = await testApp({ routes, transport, server })
    const headers = { ...FORGED, 'x-forwarded-for': '6.6.6.6, 9.9.9.9, 1.2.3.4' }
    // Read, or it would hold up the end of its app.
    await (await app.request('GET', '/a', { headers })).text()
    expect(asked.map((address) => address.replace('127.0.0.1', ''))).toEqual(expected)
  })

  it('is asked again for each request', async () => {
    const routes = { a: route.get('/a', open, (ctx) => [ctx.remoteAddress, ctx.remoteAddress]) }
    await using app = await testApp({ routes, transport, server })
    const ask = async (address: string) =>
      (await app.request('GET', '/a', { headers: { 'x-forwarded-for': address } })).json()
    expect([await ask('1.1.1.1'), await ask('2.2.2.2')]).toEqual([
      ['1.1.1.1', '1.1.1.1'],
      ['2.2.2.2', '2.2.2.2'],
    ])
  })

  it('fails only those who ask, where the function fails', async () => {
    const routes = {
      quiet: route.get('/quiet', open, () => 'x'),
      asking: route.get('/asking', open, ({ remoteAddress }) => remoteAddress),
    }
    const failing = {
      trustProxy: () => {
        throw new Error('no list')
      },
    }
    await using app = await testApp({ routes, transport, server: failing })
    const statuses = await Promise.all(
      ['/quiet', '/asking'].map(async (path) => (await app.request('GET', path)).status),
    )
    expect(statuses).toEqual([200, 500])
    expect(app.takeErrors()).toHaveLength(1)
  })
})
