import { Agent, request, type IncomingMessage } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { accessRule, middleware, mount, route, t, type RouteTree } from '@keelson/core'
import { testApp, type TestApp } from '@keelson/testing'
import express from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { open } from './support.ts'

const HUGE = 2_000_000_000
const LIMIT = 200_000

const legacy = express()
legacy.post('/json', express.json({ limit: '1mb' }), (request, response) => void response.json(request.body))
legacy.post('/denied', (_, response) => void response.status(401).send('no'))
legacy.post('/refused', (request, response) => {
  request.once('data', () => void (request.pause(), response.status(413).send('no')))
})

const nobody = accessRule({ name: 'nobody', allow: () => false })
const noType = middleware({ name: 'noType', stage: 'receive', run: (ctx) => void ctx.bodyStream() })
const anything = { ...open, consumes: ['*/*'] } as const
const routes = {
  whole: route.post('/whole', { ...open, body: t.Object({}) }, () => 'read'),
  raw: route.post('/raw', anything, async (ctx) => (await ctx.rawBody()).byteLength),
  stream: route.post('/stream', { ...anything, maxBodyBytes: 1_000 }, async (ctx) => {
    for await (const chunk of ctx.bodyStream()) void chunk
    return 'read'
  }),
  here: route.get('/here', open, () => 'here'),
  asked: route.post('/asked', anything, (ctx) => (ctx.bodyStream(), 'not read')),
  refuses: route.post('/refuses', { ...open, use: [noType], body: t.Object({}) }, () => 'read'),
  unread: route.post('/unread', anything, () => 'not read'),
  begun: route.post('/begun', { ...anything, maxBodyBytes: HUGE }, async (ctx) => {
    for await (const chunk of ctx.bodyStream()) if (chunk.byteLength > 0) break
    return 'begun'
  }),
  most: route.post('/most', { ...anything, maxBodyBytes: HUGE }, async (ctx) => {
    let received = 0
    for await (const chunk of ctx.bodyStream()) if ((received += chunk.byteLength) > 1_100_000) break
    // Longer than a client may be slow, with the limits of a test.
    await setTimeout(200)
    return 'most'
  }),
  denied: route.post('/denied', { access: nobody, body: t.Object({}) }, () => 'read'),
  legacy: mount('/legacy', legacy, open),
  closed: mount('/closed', legacy, { access: nobody }),
  bounded: mount('/bounded', legacy, { ...open, maxBodyBytes: 1_000 }),
  fetch: mount(
    '/fetch',
    async (request: Request) => new Response(String((await request.bytes()).byteLength)),
    open,
  ),
} satisfies RouteTree

/** What is refused, or answered without being read: path, content type, status. */
const REFUSED: readonly (readonly [string, string, number])[] = [
  ['/whole', 'application/json', 413],
  ['/whole', 'text/plain', 415],
  ['/raw', 'text/plain', 413],
  ['/stream', 'text/plain', 413],
  ['/asked', 'text/plain', 200],
  ['/refuses', 'text/plain', 415],
  ['/unread', 'text/plain', 200],
  ['/denied', 'application/json', 403],
  ['/none', 'text/plain', 404],
  ['/legacy/json', 'application/json', 413],
  ['/legacy/none', 'text/plain', 404],
  ['/legacy/denied', 'text/plain', 401],
  ['/closed/json', 'text/plain', 403],
  ['/bounded/json', 'application/json', 413],
  ['/fetch/x', 'text/plain', 413],
]

// One for all: a connection that lingers holds up the end of its app.
let app: TestApp<typeof routes>
beforeAll(async () => {
  app = await testApp({ routes, transport: 'socket', server: { limits: { maxUnreadBodyBytes: LIMIT } } })
})
afterAll(() => app.close())
const connect = () => new RawClient(Number(new URL(app.baseUrl).port))

const head = (path: string, type: string, more: string) =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-type: ${type}\r\n${more}\r\n`

/** Sends as much as is taken, until the connection is closed; how much was taken, bytes. */
async function flood(client: RawClient, wrap: (chunk: string) => string): Promise<number> {
  const chunk = wrap('x'.repeat(65_536))
  const { socket } = client
  while (!client.isClosed && !client.isEnded && socket.bytesWritten < 400_000_000) {
    if (!socket.write(chunk))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), client.closed()])
  }
  return socket.bytesWritten
}

/** What the kernel's buffers of a connection hold at most, on both sides. */
const BUFFERS = 16_000_000

// At the same time, since some wait for the end of a connection that lingers.
describe.concurrent('a body that is refused or not read', () => {
  it.each(REFUSED)('is not asked for by `100 Continue`, %s %s', async (path, type, status) => {
    const client = connect()
    client.write(head(path, type, `expect: 100-continue\r\ncontent-length: ${HUGE}\r\n`))
    const text = await client.closed()
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n')
  })

  it.each([
    ...REFUSED,
    ['/begun', 'text/plain', 200] as const,
    ['/legacy/refused', 'text/plain', 413] as const,
  ])(
    'is read no further than the limit for unread bodies, then the connection is closed, %s %s',
    async (path, type, status) => {
      const client = connect()
      client.write(head(path, type, `content-length: ${HUGE}\r\n`))
      const sent = await flood(client, (chunk) => chunk)
      const text = await client.closed()
      expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
      expect(sent).toBeLessThan(BUFFERS)
      client.destroy()
    },
  )

  it.each(['/unread', '/denied', '/none', '/legacy/none', '/legacy/denied', '/stream'])(
    'may come in chunks, and then is counted, %s',
    async (path) => {
      const client = connect()
      client.write(head(path, 'application/json', 'transfer-encoding: chunked\r\n'))
      const sent = await flood(client, (chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`)
      expect(await client.closed()).toMatch(/^HTTP\/1.1 [24]\d\d /)
      expect(sent).toBeLessThan(BUFFERS)
      client.destroy()
    },
  )

  it.each(['/unread', '/denied', '/none', '/legacy/none', '/legacy/denied'])(
    'costs no connection when it is small, %s',
    async (path) => {
      const client = connect()
      const request = head(path, 'application/json', 'content-length: 100000\r\n') + 'x'.repeat(100_000)
      const first = await client.request(request)
      expect((await client.request(request)).status).toBe(first.status)
      client.destroy()
    },
  )

  it.each([
    ['/whole', 413],
    ['/raw', 413],
    ['/most', 200],
    ['/legacy/json', 413],
  ])(
    'closes the connection at once, and says so, where more was read before it was given up: %s',
    async (path, status) => {
      // With these limits a body is given up where what is thrown away ends, too.
      await using same = await testApp({ routes, transport: 'socket' })
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const ask = (method: string, at: string, body?: Buffer): Promise<IncomingMessage> =>
        new Promise((resolve, reject) => {
          const headers = { 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
          const sent = request(
            new URL(at, same.baseUrl),
            { agent, method, ...(body && { headers }) },
            (answer) => {
              answer.resume()
              answer.on('end', () => resolve(answer))
            },
          )
          sent.on('error', reject)
          sent.end(body)
        })
      const refused = await ask('POST', path, Buffer.alloc(1_250_000, 'x'))
      expect([refused.statusCode, refused.headers.connection]).toEqual([status, 'close'])
      expect((await ask('GET', '/here')).statusCode).toBe(200)
      agent.destroy()
    },
  )

  it('does not count as too slow where more was read before it was given up', async () => {
    await using strict = await testApp({
      routes,
      transport: 'socket',
      server: {
        limits: { maxUnreadBodyBytes: LIMIT, bodyGraceMs: 20, minBodyBytesPerSecond: 1_000 },
      },
    })
    const client = new RawClient(Number(new URL(strict.baseUrl).port))
    client.write(head('/most', 'text/plain', 'transfer-encoding: chunked\r\n'))
    client.write(`124f80\r\n${'x'.repeat(1_200_000)}\r\n`)
    const text = await client.closed()
    expect(text).toMatch(/^HTTP\/1.1 200 /)
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n')
    client.destroy()
  })

  it('is asked for where it is read', async () => {
    const client = connect()
    const requests = ['/raw', '/stream', '/begun', '/legacy/json', '/fetch/x']
    for (const path of requests) {
      client.text = ''
      client.write(head(path, 'application/json', 'expect: 100-continue\r\ncontent-length: 2\r\n'))
      await client.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
      client.text = ''
      expect((await client.request('{}')).status).toBe(200)
    }
    client.destroy()
  })
})
