import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { SetupError } from '../src/errors/index.ts'
import { createHttpServer } from '../src/server/http1/http-server.ts'
import {
  send,
  serve,
  TestDispatcher,
  tryParseResponse,
  turn,
  until,
  type RawClient,
  type TestServer,
} from './server-support.ts'

/** What no drain of these tests waits for, and what all of them stay far below, on a busy machine as well. */
const BUDGET_MS = 60_000
const AT_ONCE_MS = 10_000

const HOST = 'Host: x\r\n'
const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`

/** A server whose `/slow` waits until it is released. */
async function serveSlow(): Promise<TestServer & { release(): void }> {
  const waiting: (() => void)[] = []
  const http = await serve(async (exchange) => {
    if (exchange.path === '/slow') await new Promise<void>((resolve) => waiting.push(resolve))
    send(exchange, exchange.path)
  })
  return Object.assign(http, { release: () => waiting.splice(0).forEach((go) => go()) })
}

/** Keeps the process from doing anything else. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

async function connected(client: RawClient, http: TestServer): Promise<void> {
  await until(() => client.socket.readyState === 'open')
  await new Promise<void>((resolve, reject) => {
    http.server.node.getConnections((error, count) =>
      error === null && count > 0 ? resolve() : reject(error ?? new Error('none')),
    )
  })
}

describe('draining', () => {
  it('lets requests in flight come to their end, and tells them that the connection ends', async () => {
    await using http = await serveSlow()
    const clients = [http.open(), http.open(), http.open()]
    for (const client of clients) client.write(get('/slow'))
    await until(() => http.dispatcher.seen.length === 3)
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    for (let i = 0; i < 5; i++) await turn()
    http.release()
    for (const client of clients) {
      const answer = tryParseResponse(await client.closed())
      expect([answer?.status, answer?.body, answer?.headers.get('connection')]).toEqual([
        200,
        '/slow',
        'close',
      ])
    }
    const report = await draining
    expect(report).toEqual({ durationMs: expect.any(Number) as number, completed: 3, cut: [] })
    expect(report.durationMs).toBeLessThan(AT_ONCE_MS)
  })

  it('closes idle connections at once, used ones and silent ones', async () => {
    await using http = await serveSlow()
    const used = http.open()
    await used.request(get('/a'))
    const silent = http.open()
    await connected(silent, http)
    const busy = http.open().write(get('/slow'))
    await until(() => http.dispatcher.seen.length === 2)
    const startedAt = performance.now()
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await Promise.all([used.closed(), silent.closed()])
    expect(performance.now() - startedAt).toBeLessThan(AT_ONCE_MS)
    expect(busy.isEnded).toBe(false)
    http.release()
    await draining
    expect(await busy.closed()).toContain('/slow')
  })

  it('takes no new connections', async () => {
    await using http = await serveSlow()
    http.open().write(get('/slow'))
    await until(() => http.dispatcher.seen.length === 1)
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await until(() => !http.server.node.listening)
    const late = http.open()
    await late.closed()
    await until(() => late.isClosed)
    expect(late.error?.code).toBe('ECONNREFUSED')
    http.release()
    expect((await draining).completed).toBe(1)
  })

  it('serves requests whose bytes had arrived, on connections that were idle before', async () => {
    await using http = await serveSlow()
    const clients = Array.from({ length: 30 }, () => http.open())
    await Promise.all(clients.map((client) => client.request(get('/a'))))
    for (const client of clients) client.write(get('/b'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    const answers = await Promise.all(clients.map((client) => client.closed()))
    expect(answers.map((text) => tryParseResponse(text)?.body)).toEqual(clients.map(() => '/b'))
    expect(await draining).toMatchObject({ completed: 30, cut: [] })
  })

  it('serves connections that wait to be accepted', async () => {
    await using http = await serveSlow()
    const clients = Array.from({ length: 30 }, () => http.open().write(get('/b')))
    await until(() => clients.every(({ socket }) => socket.readyState === 'open'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    const answers = await Promise.all(clients.map((client) => client.closed()))
    expect(answers.map((text) => tryParseResponse(text)?.body)).toEqual(clients.map(() => '/b'))
    await draining
  })

  it('serves connections that wait to be accepted, however long that takes', async () => {
    await using http = await serveSlow()
    http.server.node.on('connection', () => block(10))
    const clients = Array.from({ length: 30 }, () => http.open().write(get('/b')))
    await until(() => clients.every(({ socket }) => socket.readyState === 'open'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    const answers = await Promise.all(clients.map((client) => client.closed()))
    expect(answers.map((text) => tryParseResponse(text)?.body)).toEqual(clients.map(() => '/b'))
    expect(await draining).toMatchObject({ completed: 30, cut: [] })
  })

  it('serves what has arrived while the process was kept from reading it', async () => {
    await using http = await serveSlow()
    const client = http.open()
    await client.request(get('/a'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await until(() => !http.server.node.listening)
    client.write(get('/b'))
    block(300)
    expect(tryParseResponse(await client.closed())?.body).toBe('/b')
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
  })

  it('does not take for silence that the process was kept from running', async () => {
    await using http = await serveSlow()
    const client = http.open()
    await client.request(get('/a'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await until(() => !http.server.node.listening)
    block(300)
    for (let i = 0; i < 3; i++) await turn()
    client.write(get('/b'))
    expect(tryParseResponse(await client.closed())?.body).toBe('/b')
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
  })

  it('expects the next request of a client after its usual gap', async () => {
    await using http = await serveSlow()
    const client = http.open()
    const gap = () => new Promise((resolve) => setTimeout(resolve, 300))
    await client.request(get('/a'))
    await gap()
    await client.request(get('/b'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await gap()
    client.text = ''
    client.write(get('/c'))
    const answer = tryParseResponse(await client.closed())
    expect([answer?.body, answer?.headers.get('connection')]).toEqual(['/c', 'close'])
    expect((await draining).durationMs).toBeLessThan(AT_ONCE_MS)
  })

  it.each([
    ['a new connection', false],
    ['a used one', true],
  ])('waits for a request that has half arrived on %s', async (_, isUsed) => {
    await using http = await serveSlow()
    const client = http.open()
    if (isUsed) await client.request(get('/a'))
    client.write('GET /half HTTP/1.1\r\nHo')
    await until(() => client.socket.bytesWritten > 20)
    for (let i = 0; i < 5; i++) await turn()
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect(client.isEnded).toBe(false)
    client.write('st: x\r\n\r\n')
    expect(await client.closed()).toContain('/half')
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
  })

  it('answers all of a pipeline before the connection ends', async () => {
    await using http = await serveSlow()
    const client = http.open().write(get('/slow') + get('/a') + get('/b') + get('/slow'))
    await until(() => http.dispatcher.seen.length === 4)
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    for (let i = 0; i < 5; i++) await turn()
    http.release()
    const text = await client.closed()
    expect(text.match(/\r\n\r\n\/(slow|a|b)/g)).toEqual([
      '\r\n\r\n/slow',
      '\r\n\r\n/a',
      '\r\n\r\n/b',
      '\r\n\r\n/slow',
    ])
    expect(text.match(/connection: \S+/gi)).toEqual([
      'Connection: keep-alive',
      'Connection: keep-alive',
      'Connection: keep-alive',
      'connection: close',
    ])
    await draining
  })

  it('lets a large answer that a slow client takes get there', async () => {
    const size = 30_000_000
    await using http = await serve((exchange) => send(exchange, Buffer.alloc(size)))
    const client = http.open()
    let bytes = 0
    client.socket.removeAllListeners('data')
    client.socket.on('data', (data) => {
      bytes += data.byteLength
      client.socket.pause()
      setTimeout(() => client.socket.resume(), 1)
    })
    client.write(get('/'))
    await until(() => bytes > 0)
    const report = await http.server.drain({ budgetMs: BUDGET_MS })
    await client.closed()
    expect(bytes).toBeGreaterThan(size)
    expect(report).toMatchObject({ completed: 1, cut: [] })
  })

  it('closes a connection whose answer had promised to keep it', async () => {
    let finish = (): void => undefined
    async function* body(): AsyncGenerator<string> {
      yield 'a'
      await new Promise<void>((resolve) => (finish = resolve))
      yield 'b'
    }
    await using http = await serve((exchange) => send(exchange, body()))
    const client = http.open().write(get('/'))
    await client.until(/a\r\n$/)
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await new Promise((resolve) => setTimeout(resolve, 60))
    finish()
    expect(await client.closed()).toMatch(/keep-alive[^]*1\r\nb\r\n0\r\n\r\n$/)
    expect(await draining).toMatchObject({ completed: 1, cut: [] })
  })

  it('does not let a hung request pass the budget, and names it', async () => {
    await using http = await serveSlow()
    const hung = http.open().write(get('/slow'))
    await until(() => http.dispatcher.seen.length === 1)
    const report = await http.server.drain({ budgetMs: 100 })
    expect(report.cut).toEqual([{ label: 'GET /slow', ageMs: expect.any(Number) as number }])
    expect(report.cut[0]?.ageMs).toBeGreaterThanOrEqual(90)
    expect(report.durationMs).toBeGreaterThanOrEqual(95)
    expect(report.durationMs).toBeLessThan(AT_ONCE_MS)
    await hung.closed()
    expect(await http.dispatcher.ended(1)).toMatchObject([
      { completed: false, reason: { code: 'ERR_CORE_UNAVAILABLE' } },
    ])
  })

  it('can be cut short by a signal', async () => {
    await using http = await serveSlow()
    http.open().write(get('/slow'))
    await until(() => http.dispatcher.seen.length === 1)
    const controller = new AbortController()
    const draining = http.server.drain({ budgetMs: 60_000, signal: controller.signal })
    await turn()
    controller.abort()
    expect((await draining).cut).toHaveLength(1)
  })

  it('gives the same report when it is asked for again, and does nothing on a server that never listened', async () => {
    await using http = await serveSlow()
    expect(await http.server.drain()).toBe(await http.server.drain())
    const idle = createHttpServer(new TestDispatcher(() => undefined))
    expect(await idle.drain()).toMatchObject({ completed: 0, cut: [] })
  })

  it('gives connections that were not told the time to ask once more after their last answer', async () => {
    const ends: (() => void)[] = []
    async function* body(): AsyncGenerator<string> {
      yield 'a'
      await new Promise<void>((resolve) => ends.push(resolve))
      yield 'b'
    }
    await using http = await serve((exchange) =>
      send(exchange, exchange.path === '/stream' ? body() : exchange.path),
    )
    const clients = Array.from({ length: 20 }, () => http.open().write(get('/stream')))
    await Promise.all(clients.map((client) => client.until(/a\r\n$/)))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    await new Promise((resolve) => setTimeout(resolve, 150))
    for (const end of ends) end()
    await Promise.all(
      clients.map(async (client) => {
        await client.until(/0\r\n\r\n$/)
        client.text = ''
        client.write(get('/once-more'))
        const answer = tryParseResponse(await client.closed())
        expect([answer?.body, answer?.headers.get('connection')]).toEqual(['/once-more', 'close'])
      }),
    )
    const report = await draining
    expect(report).toMatchObject({ completed: 40, cut: [] })
    expect(report.durationMs).toBeLessThan(AT_ONCE_MS)
  })

  it('leaves idle connections open for as long as it is told, and waits for nothing where there is none', async () => {
    await using http = await serveSlow()
    const client = http.open()
    await client.request(get('/a'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS, idleGraceMs: BUDGET_MS })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(client.isEnded).toBe(false)
    client.destroy()
    await draining
    await using empty = await serveSlow()
    const { durationMs } = await empty.server.drain({ budgetMs: BUDGET_MS, idleGraceMs: BUDGET_MS })
    expect(durationMs).toBeLessThan(AT_ONCE_MS)
  })

  it.each(['at once', 'later'])('answers all of a pipeline that arrives while it lasts, %s', async (when) => {
    await using http = await serve(async (exchange) => {
      if (when === 'later') await turn()
      send(exchange, exchange.path)
    })
    const client = http.open()
    await client.request(get('/first'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    client.write(get('/a') + get('/b') + get('/c') + get('/d'))
    const text = await client.closed()
    expect(text.match(/\r\n\r\n\/./g)).toEqual(['/a', '/b', '/c', '/d'].map((path) => `\r\n\r\n${path}`))
    expect(text.match(/connection: \S+/gi)?.map((line) => line.toLowerCase())).toEqual([
      ...Array.from({ length: 3 }, () => 'connection: keep-alive'),
      'connection: close',
    ])
    expect(await draining).toMatchObject({ completed: 4, cut: [] })
  })

  it('loses no request of clients that keep their connection', async () => {
    await using http = await serve(async (exchange) => {
      if (Math.random() < 0.5) await turn()
      send(exchange, 'x'.repeat(1000))
    })
    let lost = 0
    const run = async (_: unknown, at: number): Promise<void> => {
      const client = http.open()
      const ahead = at % 2 === 0 ? 1 : 4
      for (;;) {
        client.write(get('/').repeat(ahead))
        for (let left = ahead; left > 0; left--) {
          const answer = await client.response().catch(() => undefined)
          // Told or not, whoever was not is owed an answer.
          if (answer === undefined || (left > 1 && answer.headers.get('connection') === 'close')) lost++
          if (answer?.headers.get('connection') !== 'keep-alive') return client.destroy()
        }
      }
    }
    const load = Array.from({ length: 20 }, run)
    await http.dispatcher.ended(300)
    const report = await http.server.drain({ budgetMs: BUDGET_MS })
    await Promise.all(load)
    expect([lost, report.cut]).toEqual([0, []])
    expect(http.dispatcher.settled.filter(({ completed }) => !completed)).toEqual([])
  })

  it('forgets a request whose client went away before it was looked at', async () => {
    await using http = await serveSlow()
    const client = http.open()
    await client.request(get('/a'))
    const draining = http.server.drain({ budgetMs: BUDGET_MS })
    client.write(get('/b'))
    client.reset()
    expect(await draining).toMatchObject({ cut: [] })
    expect(http.dispatcher.inFlight()).toEqual([])
  })

  it('loses no request under load', async () => {
    await using http = await serve(async (exchange) => {
      if (Math.random() < 0.5) await turn()
      send(exchange, 'x'.repeat(1000))
    })
    let answered = 0
    let lost = 0
    let isOver = false
    const run = async (): Promise<void> => {
      while (!isOver) {
        const client = http.open()
        let isReused = false
        for (;;) {
          const before = client.isEnded || client.isClosed
          if (before) break
          client.write(get('/'))
          const answer = await client.response().catch(() => undefined)
          if (answer === undefined) {
            // Refused, or closed while idle: no byte of it was taken.
            if (client.error?.code !== 'ECONNREFUSED' && !isReused) lost++
            if (isReused && client.text !== '') lost++
            break
          }
          answered++
          if (answer.body.length !== 1000) lost++
          if (answer.headers.get('connection') === 'close') break
          isReused = true
        }
        client.destroy()
        if (client.error?.code === 'ECONNREFUSED') return
      }
    }
    const load = Array.from({ length: 20 }, run)
    await http.dispatcher.ended(300)
    const report = await http.server.drain({ budgetMs: BUDGET_MS })
    isOver = true
    await Promise.all(load)
    expect(lost).toBe(0)
    expect(report.cut).toEqual([])
    expect(http.dispatcher.settled.filter(({ completed }) => !completed)).toEqual([])
    expect(answered).toBe(http.dispatcher.settled.length)
  })
})

function problemOf(error: unknown): { code: string; place: string; message: string; remedy: string } {
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems[0] as never
}

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('listening', () => {
  const idle = () => createHttpServer(new TestDispatcher((exchange) => send(exchange, 'ok')))

  it('tells the port and where to go', async () => {
    const server = idle()
    const listening = await server.listen({ port: 0, host: '127.0.0.1' })
    expect(listening).toEqual({
      port: expect.any(Number) as number,
      address: '127.0.0.1',
      urls: [`http://127.0.0.1:${listening.port}`],
    })
    expect(await (await fetch(listening.urls[0] as string)).text()).toBe('ok')
    await server.drain()
    const everywhere = idle()
    const { urls, port } = await everywhere.listen({ port: 0 })
    expect(urls[0]).toBe(`http://127.0.0.1:${port}`)
    expect(await (await fetch(urls[0] as string)).text()).toBe('ok')
    await everywhere.drain()
  })

  it('fails with place and remedy when the port is in use', async () => {
    await using http = await serve(() => undefined)
    const problem = problemOf(await failureOf(idle().listen({ port: http.port, host: '127.0.0.1' })))
    expect(problem).toEqual({
      code: 'ERR_CORE_PORT_IN_USE',
      place: `port ${http.port} of 127.0.0.1`,
      message: 'It is in use.',
      remedy: 'Stop the process that uses it, or listen on another port (0 takes any free port).',
    })
  })

  it.each([-1, 65_536, 1.5, Number.NaN, '3000' as unknown as number])('fails for port %s', async (port) => {
    expect(problemOf(await failureOf(idle().listen({ port })))).toMatchObject({
      code: 'ERR_CORE_LISTEN',
      place: `port ${port}`,
    })
  })

  it('fails for a host that is not here', async () => {
    expect(problemOf(await failureOf(idle().listen({ port: 0, host: '192.0.2.1' })))).toMatchObject({
      code: 'ERR_CORE_LISTEN',
      place: 'port 0 of 192.0.2.1',
      remedy: 'Give a host that is an address of this machine.',
    })
  })

  it('can be tried again after it failed', async () => {
    const blocker = createServer()
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as { port: number }
    const server = idle()
    await expect(server.listen({ port, host: '127.0.0.1' })).rejects.toThrow('ERR_CORE_PORT_IN_USE')
    await new Promise((resolve) => blocker.close(resolve))
    await server.listen({ port, host: '127.0.0.1' })
    await server.drain()
  })

  it('is given up when its signal aborts', async () => {
    await expect(
      idle().listen({ port: 0, signal: AbortSignal.abort(new Error('called off')) }),
    ).rejects.toThrow('called off')
    const controller = new AbortController()
    const listening = idle().listen({ port: 0, signal: controller.signal })
    controller.abort(new Error('called off'))
    await expect(listening).rejects.toThrow('called off')
  })

  it('may be on a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'keelson-'))
    const path = join(folder, 'app.sock')
    const dispatcher = new TestDispatcher((exchange) =>
      send(exchange, `from ${JSON.stringify(exchange.remoteAddress)}`),
    )
    const server = createHttpServer(dispatcher)
    expect(await server.listen({ path })).toEqual({ port: undefined, address: path, urls: [] })
    const { request } = await import('node:http')
    const text = await new Promise<string>((resolve) => {
      request({ socketPath: path, path: '/' }, (answer) =>
        answer.setEncoding('utf8').on('data', resolve),
      ).end()
    })
    expect(text).toBe('from ""')
    expect(problemOf(await failureOf(idle().listen({ path })))).toMatchObject({
      code: 'ERR_CORE_PORT_IN_USE',
      place: `socket ${path}`,
    })
    await server.drain()
    await rm(folder, { recursive: true })
  })
})
