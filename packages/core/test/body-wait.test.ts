import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createApp, currentFrame, middleware, route, t, type RouteTree } from '@keelson/core'
import { createMemoryLogger } from '../src/log/index.ts'
import { describe, expect, it } from 'vitest'
import { open } from './support.ts'
import { RawClient, turn } from './server-support.ts'

const Numbered = t.Object({ n: t.Integer() })
const HEAD = 'HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'

function head(path: string, length: number): string {
  return `POST ${path} ${HEAD}Content-Length: ${length}\r\n\r\n`
}

/** An app on a socket, one connection to it, and its log. */
async function serve(routes: RouteTree, options: { readonly deadlineMs?: number } = {}) {
  const log = createMemoryLogger()
  const app = createApp({ routes, log: log.log, ...options })
  const { port } = await app.listen({ port: 0, host: '127.0.0.1' })
  const clients: RawClient[] = []
  return {
    log,
    connect: () => {
      const client = new RawClient(port as number)
      clients.push(client)
      return client
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy()
      await app.stop()
    },
  }
}

describe('a handler whose body came after its head', () => {
  it("runs in its request's frame, and in what an application keeps around the request", async () => {
    const around = new AsyncLocalStorage<string>()
    const enter = (message: unknown): void =>
      around.enterWith((message as { request: { url: string } }).request.url)
    const routes = {
      a: route.post('/:id', { ...open, body: Numbered }, async (ctx) => {
        const seen = [around.getStore(), currentFrame()?.id === ctx.requestId, ctx.params.id, ctx.body.n]
        await turn()
        return [...seen, around.getStore(), currentFrame()?.id === ctx.requestId]
      }),
    }
    await using app = await serve(routes)
    subscribe('http.server.request.start', enter)
    try {
      const clients = Array.from({ length: 8 }, () => app.connect())
      for (const [id, client] of clients.entries()) client.write(head(`/${id}`, 7))
      for (let i = 0; i < 10; i++) await turn()
      // In another order than they came, in two pieces each, and with a second request behind.
      for (const client of clients.toReversed()) client.write('{"n"')
      for (let i = 0; i < 10; i++) await turn()
      for (const [id, client] of clients.entries()) client.write(`:1}${head(`/${id}-b`, 7)}{"n":2}`)
      for (const [id, client] of clients.entries()) {
        for (const [name, n] of [[String(id), 1] as const, [`${id}-b`, 2] as const]) {
          const path = `/${name}`
          expect(JSON.parse((await client.response()).body)).toEqual([path, true, name, n, path, true])
        }
      }
    } finally {
      unsubscribe('http.server.request.start', enter)
    }
  })

  const user = { sync: () => ({ user: 'u' }), async: async () => (await turn(), { user: 'u' }) }
  const before = (run: () => { user: string } | Promise<{ user: string }>) =>
    middleware({ name: 'user', stage: 'authenticate', adds: ['user'], run })
  const around = (stage: 'receive' | 'handle') =>
    middleware({
      name: 'around',
      stage,
      wrap: async (_, next) => {
        const outcome = await next()
        outcome.headers.set('x-around', String(outcome.status))
        return outcome
      },
    })
  it.each([
    ['a step', route.use(before(user.sync))],
    ['a step that waits', route.use(before(user.async))],
    ['a wrap around the body', route.use(around('receive'))],
    ['a wrap behind the body', route.use(around('handle'))],
    ['all of them', route.use(around('receive')).use(before(user.async)).use(around('handle'))],
  ])('follows %s', async (_, factory) => {
    const rest = middleware({
      name: 'rest',
      stage: 'validate',
      run: async () => turn().then(() => undefined),
    })
    const routes = {
      sync: factory.post('/sync', { ...open, body: Numbered }, ({ body }) => body.n),
      async: factory.use(rest).post('/async', { ...open, body: Numbered }, async ({ body }) => body.n),
    }
    await using app = await serve(routes)
    const client = app.connect()
    for (const path of ['/sync', '/async']) {
      expect((await client.request(`${head(path, 7)}{"n":3}`)).body).toBe('3')
      client.write(head(path, 7))
      await turn()
      client.write('{"n":4}')
      expect((await client.response()).body).toBe('4')
      expect((await client.request(`${head(path, 7)}{"n":"x`)).status).toBe(400)
    }
  })

  it('shares its bytes with everybody who asks for them, before and after they came', async () => {
    const early: Promise<number>[] = []
    const streams: unknown[] = []
    const ask = middleware({
      name: 'ask',
      stage: 'authorize',
      run: (ctx) => {
        early.push(turn().then(async () => (await ctx.rawBody()).byteLength))
        turn()
          .then(() => ctx.bodyStream())
          .catch((error: unknown) => streams.push((error as Error).message))
      },
    })
    const routes = {
      a: route
        .use(ask)
        .post('/', { ...open, body: Numbered }, async (ctx) => [
          (await ctx.rawBody()).byteLength,
          await ctx.rawBody().then((bytes) => bytes === undefined),
        ]),
    }
    await using app = await serve(routes)
    const client = app.connect()
    client.write(head('/', 7))
    for (let i = 0; i < 10; i++) await turn()
    client.write('{"n":4}')
    expect(JSON.parse((await client.response()).body)).toEqual([7, false])
    expect(await Promise.all(early)).toEqual([7])
    expect(streams).toEqual([expect.stringContaining('use either')])
  })
})

describe('a body that a schema waits for', () => {
  const routes = { a: route.post('/', { ...open, body: Numbered, maxBodyBytes: 10 }, ({ body }) => body.n) }

  it.each([
    ['announced', 'Content-Length: 11\r\n\r\n{"n":12345}'],
    ['counted', 'Transfer-Encoding: chunked\r\n\r\nb\r\n{"n":12345}\r\n0\r\n\r\n'],
  ])('is a 413 above its limit, %s, and the next request is served', async (_, rest) => {
    await using app = await serve(routes)
    const client = app.connect()
    expect((await client.request(`POST / ${HEAD}${rest}`)).status).toBe(413)
    expect((await client.request(`${head('/', 7)}{"n":1}`)).body).toBe('1')
  })

  it('that makes no sense is answered', async () => {
    await using app = await serve(routes)
    const client = app.connect()
    client.write(`POST / ${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    await turn()
    client.write('zz\r\n')
    expect((await client.response()).status).toBe(400)
    expect(await client.closed()).toBe('')
  })

  it.each([
    ['ends', 400, (client: RawClient) => client.end()],
    ['is reset', 499, (client: RawClient) => client.reset()],
  ])('that breaks off as the connection %s is told as %d', async (_, status, breakOff) => {
    await using app = await serve(routes)
    const client = app.connect()
    client.write(`${head('/', 7)}{"n"`)
    for (let i = 0; i < 10; i++) await turn()
    breakOff(client)
    while (!app.log.lines.some((line) => line['status'] === status)) await turn()
    expect(app.log.lines.filter((line) => line.level >= 40)).toEqual([])
  })

  it('that is late is a 504, and what its handler gives is told of', async () => {
    await using app = await serve(routes, { deadlineMs: 50 })
    const client = app.connect()
    client.write(head('/', 7))
    expect((await client.response()).status).toBe(504)
    client.write('{"n":1}')
    while (!app.log.lines.some((line) => line['event'] === 'late-result')) await turn()
    expect((await client.request(`${head('/', 7)}{"n":2}`)).body).toBe('2')
  })
})
