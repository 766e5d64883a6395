import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { send, serve, type RawClient, type TestServer } from './server-support.ts'
import { deferred } from './support.ts'

const LIMIT = 200_000
/** What node reads at once, and what it keeps ready of a connection that has no parser any more. */
const ROUNDING = 6 * 65_536
const HOST = 'host: a\r\n'

/** A server whose `/slow` waits; the socket of its first connection; the end of the waiting. */
async function slowServer(limits: object = {}): Promise<{
  http: TestServer
  socket: Promise<Socket>
  release: () => void
}> {
  const waiting = deferred()
  const http = await serve(
    async (exchange) => {
      if (exchange.path === '/slow') await waiting.promise
      send(exchange, `answer of ${exchange.path}`)
    },
    { limits: { maxUnreadBodyBytes: LIMIT, ...limits } },
  )
  const socket = once(http.server.node, 'connection').then(([first]) => first as Socket)
  return { http, socket, release: () => waiting.resolve() }
}

/** Sends until nothing is taken for a while, or the connection is closed. */
async function flood(client: RawClient, piece: string): Promise<void> {
  const chunk = Buffer.from(piece.repeat(Math.ceil(65_536 / piece.length)), 'latin1')
  const { socket } = client
  while (!client.isClosed && socket.bytesWritten < 200_000_000)
    if (!socket.write(chunk) && !(await isTaken(client))) return
}

/** Looks so often that a busy machine is not taken for a full buffer. */
async function isTaken(client: RawClient): Promise<boolean> {
  const drained = new Promise<boolean>((resolve) => client.socket.once('drain', () => resolve(true)))
  for (let looks = 0; looks < 20; looks++) {
    if ((await Promise.race([drained, sleep(20, false)])) || client.isClosed) return true
  }
  return false
}

const get = (path: string, more = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`
const chunks = `8000\r\n${'x'.repeat(0x8000)}\r\n`

/** What comes after the request that is answered last: its name, its beginning, and what follows without an end. */
const REST: readonly (readonly [string, string, string])[] = [
  [
    'a body with a length',
    `POST /b HTTP/1.1\r\n${HOST}content-length: 2000000000\r\n\r\n`,
    'x'.repeat(65_536),
  ],
  ['a body in chunks', `POST /b HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\n`, chunks],
  ['requests', '', get('/c')],
  [
    'requests with bodies',
    '',
    `POST /d HTTP/1.1\r\n${HOST}content-length: 10000\r\n\r\n${'x'.repeat(10_000)}`,
  ],
  ['a CONNECT', `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`, 'x'.repeat(65_536)],
  ['what is not HTTP', 'nonsense\r\n\r\n', 'x'.repeat(65_536)],
]

// At the same time, since they wait for what does not happen.
describe.concurrent('after the request whose answer closes the connection', () => {
  it.each(REST)(
    '%s: is read up to the limit for unread bodies; the answer arrives, then the connection closes',
    async (_, head, rest) => {
      const { http, socket, release } = await slowServer({ maxRequestsPerConnection: 1 })
      await using server = http
      const client = server.open()
      client.write(get('/slow') + head)
      await flood(client, rest)
      const { bytesRead } = await socket
      expect(bytesRead).toBeLessThan(LIMIT + ROUNDING)
      release()
      expect(await client.closed()).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nanswer of \/slow$/)
      expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING)
      if (!client.isClosed) await new Promise((done) => client.socket.once('close', done))
      expect(server.dispatcher.seen.map((one) => one.path)).toEqual(['/slow'])
    },
  )

  it.each(REST)('%s: is read no further when the client asked for the closing', async (_, head, rest) => {
    const { http, socket, release } = await slowServer()
    await using server = http
    const client = server.open()
    client.write(get('/slow', 'connection: close\r\n') + head)
    await flood(client, rest)
    expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING)
    release()
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nanswer of \/slow$/)
    expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING)
  })

  it('a few requests and a short body do not keep its answer from arriving', async () => {
    const { http, release } = await slowServer({ maxRequestsPerConnection: 1 })
    await using server = http
    const client = server.open()
    client.write(get('/slow') + get('/b') + `POST /c HTTP/1.1\r\n${HOST}content-length: 3\r\n\r\nabc`)
    release()
    expect(await client.closed()).toMatch(/answer of \/slow$/)
  })
})

describe.concurrent('what follows a message that is refused', () => {
  it.each([
    ['CONNECT', `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`, 501],
    ['nonsense', 'nonsense\r\n\r\n', 400],
    ['a head that is too large', `GET / HTTP/1.1\r\n${HOST}x: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
    ['a request without Host', 'GET / HTTP/1.1\r\n\r\n', 400],
  ])('%s is read up to the limit for unread bodies, then the connection closes', async (_, head, status) => {
    const { http, socket } = await slowServer()
    await using server = http
    const client = server.open()
    client.write(head)
    await flood(client, get('/c'))
    expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING + 20_000)
    expect(await client.closed()).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    if (!client.isClosed) await new Promise((done) => client.socket.once('close', done))
    expect(client.isClosed).toBe(true)
  })

  it('CONNECT waits for the answers before it, and what follows it is bounded meanwhile', async () => {
    const { http, socket, release } = await slowServer()
    await using server = http
    const client = server.open()
    client.write(`${get('/slow')}CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`)
    await flood(client, 'x'.repeat(65_536))
    expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING)
    release()
    expect(await client.closed()).toMatch(/answer of \/slow[^]*HTTP\/1\.1 501 /)
    expect((await socket).bytesRead).toBeLessThan(LIMIT + ROUNDING)
  })

  it('is answered even where nothing unread is taken', async () => {
    const { http } = await slowServer({ maxUnreadBodyBytes: 0 })
    await using server = http
    expect(await server.exchange(`CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`)).toMatch(/^HTTP\/1\.1 501 /)
    expect(await server.exchange(get('/a', 'connection: close\r\n') + get('/b'))).toMatch(/answer of \/a$/)
  })
})
