import type { Duplex } from 'node:stream'
import {
  createApp,
  middleware,
  reply,
  route,
  SetupError,
  t,
  toManifest,
  upgrade,
  type ProtocolTaker,
  type RequestSummary,
  type RouteTree,
} from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { RawClient, turn, until } from './server-support.ts'
import { deferred, open } from './support.ts'
import { chat, closed, connected, handshake } from './upgrade-support.ts'

const ws = { ...open, upgrades: 'websocket' } as const
const LONG_MS = 60_000
const SWITCHED = 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'

async function taken(take: ProtocolTaker, more: object = {}) {
  const summaries: RequestSummary[] = []
  const observer = middleware({
    name: 'observer',
    stage: 'record',
    observe: (_, summary) => void summaries.push(summary),
  })
  const routes = {
    take: route.use(observer).get('/', { ...ws, deadlineMs: 100 }, () => upgrade(take)),
  }
  const test = await testApp({ routes, transport: 'socket', ...more })
  return { test, summaries, client: new RawClient(Number(new URL(test.baseUrl).port)) }
}

describe('when an app with switched connections ends', () => {
  it('they are told, and close of their own accord', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, transport: 'socket', phases: { stopMs: LONG_MS } })
    const all = await Promise.all(Array.from({ length: 5 }, () => connected(`${test.baseUrl}/open`)))
    const codes = Promise.all(all.map(closed))
    expect(await test.app.stop()).toMatchObject({ isClean: true, heldUp: [] })
    expect(await codes).toEqual(Array(5).fill(1001))
    expect(summaries.map(({ status }) => status)).toEqual(Array(5).fill(101))
  })

  it('those that do not listen are cut after the budget, and named', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({ routes, transport: 'socket', phases: { stopMs: 100 } })
    const ws = await connected(`${test.baseUrl}/deaf`)
    const code = closed(ws)
    ws.on('error', () => undefined)
    expect(await test.app.stop()).toMatchObject({ isClean: false, heldUp: [{ what: 'deaf' }] })
    expect(await code).toBe(1006)
    test.takeErrors()
    expect(summaries).toMatchObject([{ status: 101, aborted: true }])
  })

  it('one that waits for an answer before it is not served behind the last', async () => {
    const answer = deferred()
    const { routes, summaries } = chat()
    const slow = route.get('/slow', open, async () => {
      await answer.promise
      return 'slow'
    })
    await using test = await testApp({
      routes: { ...routes, slow },
      transport: 'socket',
      phases: { stopMs: LONG_MS },
    })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(`GET /slow HTTP/1.1\r\nHost: x\r\n\r\n${handshake('/open')}`)
    await client.until(() => client.socket.bytesWritten > 0)
    const ready = new RawClient(Number(new URL(test.baseUrl).port))
    await ready.request('GET /plain HTTP/1.1\r\nHost: x\r\n\r\n')
    const stopping = test.app.stop()
    await ready.closed()
    answer.resolve()
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 200 [^]*connection: close[^]*slow$/i)
    expect(await stopping).toMatchObject({ isClean: true })
    // That of the other connection.
    expect(summaries).toHaveLength(1)
  })

  it('what a client goes on to send behind a refusal is read up to a bound', async () => {
    const { routes, summaries } = chat()
    await using test = await testApp({
      routes,
      transport: 'socket',
      server: { limits: { maxUnreadBodyBytes: 1_000 } },
    })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    client.write(handshake('/gone') + 'x'.repeat(100_000))
    expect(await client.until(/ERR_CORE_NOT_FOUND/)).toMatch(/^HTTP\/1\.1 404 /)
    await until(() => summaries.length === 1)
    client.destroy()
  })

  it('a new one is refused on a connection that is still open', async () => {
    const { routes } = chat()
    await using test = await testApp({ routes, transport: 'socket', phases: { stopMs: LONG_MS } })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    expect((await client.request('GET /plain HTTP/1.1\r\nHost: x\r\n\r\n')).status).toBe(200)
    const stopping = test.app.stop()
    client.write(handshake('/open'))
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 503 /)
    await stopping
    test.takeErrors()
  })
})

describe('who takes a connection', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('secret')
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
  ] as const)('and %s before it wrote is answered for by a 500', async (_, take) => {
    const { test, client, summaries } = await taken(take)
    client.write(handshake('/'))
    const text = await client.closed()
    expect(text).toMatch(/^HTTP\/1\.1 500 /)
    expect(text).toMatch(/connection: close/i)
    expect(text).not.toContain('secret')
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 500, aborted: false, error: { message: 'secret' } }])
    expect(test.takeErrors()).toHaveLength(1)
    await test.close()
  })

  it('and throws after it wrote loses it', async () => {
    const { test, client, summaries } = await taken((_, socket) => {
      socket.write(SWITCHED)
      throw new Error('too late')
    })
    client.write(handshake('/'))
    await client.closed()
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ aborted: true, error: { message: 'too late' } }])
    expect(test.takeErrors()).toHaveLength(1)
    await test.close()
  })

  it('may do so later, and has the deadline of the handshake for it', async () => {
    const begin = deferred()
    const { test, client } = await taken(
      async (_, socket) => {
        await begin.promise
        socket.write(Buffer.from(SWITCHED))
        socket.pipe(socket)
      },
      { now: 0 },
    )
    client.write(handshake('/'))
    await until(() => test.app['~internal'] !== undefined)
    begin.resolve()
    await client.until(/x-request-id: \S+\r\n[^]*\r\n\r\n$/)
    await (test as never as { clock: { advance(ms: number): Promise<void> } }).clock.advance(1_000)
    client.write('abc')
    expect(await client.until(/abc$/)).toMatch(/^HTTP\/1\.1 101 /)
    client.destroy()
    await test.close()
  })

  it('and is silent until the deadline is answered for by a 504, and can write no more', async () => {
    let held: Duplex | undefined
    const { test, client, summaries } = await taken((_, socket) => (held = socket))
    client.write(handshake('/'))
    await client.until(/^HTTP\/1\.1 504 /)
    held?.write(SWITCHED)
    held?.end(SWITCHED)
    expect(await client.closed()).not.toContain('101 Switching')
    await until(() => summaries.length === 1)
    expect(summaries).toMatchObject([{ status: 504 }])
    test.takeErrors()
    await test.close()
  })

  it('and writes while the 504 leaves writes nothing', async () => {
    const late = route.get('/', { ...ws, deadlineMs: 20 }, ({ signal }) =>
      upgrade((_, socket) => {
        // The abort comes before the answer; what follows on it comes before that has left.
        signal.addEventListener('abort', () => process.nextTick(() => socket.write(SWITCHED)), { once: true })
      }),
    )
    const test = await testApp({ routes: { late }, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/'))
    await client.until(/^HTTP\/1\.1 504 /)
    expect(await client.closed()).not.toContain('101 Switching')
    test.takeErrors()
    await test.close()
  })

  it.each(['websocket/13', 'h2c, WebSocket', 'h2c/1 , websocket'])(
    'is found by its name in %s',
    async (named) => {
      const { test, client } = await taken((_, socket) => void socket.end(SWITCHED))
      client.write(handshake('/').replace('Upgrade: websocket', `Upgrade: ${named}`))
      expect(await client.closed()).toMatch(/^HTTP\/1\.1 101 /)
      await test.close()
    },
  )

  it('hears no error that nobody handles when the client is gone', async () => {
    let held: Duplex | undefined
    const { test, client, summaries } = await taken((_, socket) => {
      held = socket
      socket.write(SWITCHED)
    })
    client.write(handshake('/'))
    await client.until(/\r\n\r\n/)
    client.reset()
    await until(() => summaries.length === 1)
    held?.write('x')
    await turn()
    expect(summaries).toMatchObject([{ status: 101, aborted: true }])
    await test.close()
  })

  it('is not asked where the handler answers by itself', async () => {
    const routes = { full: route.get('/', ws, () => reply(503, { is: 'full' }, { 'retry-after': 5 })) }
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/'))
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 503 [^]*retry-after: 5[^]*"full"/)
  })

  it('must be a function', async () => {
    const routes = { no: route.get('/', ws, () => upgrade(5 as never)) }
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port)).write(handshake('/'))
    expect(await client.closed()).toMatch(/^HTTP\/1\.1 500 /)
    expect(test.takeErrors()).toMatchObject([
      { err: { message: 'upgrade() takes (request, socket, head) => …, not 5.' } },
    ])
  })

  it('must be of a route that says so', async () => {
    const routes = { no: route.get('/', open, () => upgrade(() => undefined)) }
    await using test = await testApp({ routes, transport: 'socket' })
    const client = new RawClient(Number(new URL(test.baseUrl).port))
    expect((await client.request(handshake('/'))).status).toBe(500)
    expect(test.takeErrors()).toMatchObject([
      { err: { message: expect.stringMatching(/its route does not declare/) } },
    ])
    client.destroy()
  })
})

describe('a route that switches the protocol', () => {
  it.each([
    [{ upgrades: 'web socket' }, /Its upgrades is 'web socket', which is not a valid name of a protocol/],
    [{ upgrades: 5 }, /upgrades must be a text/],
    [{ upgrades: 'websocket', response: t.String() }, /which response cannot describe/],
  ])('is not started with %j', (options, message) => {
    const routes = { no: route.get('/', { ...open, ...options } as never, () => 1) } as {}
    const make = () => createApp({ routes }).check()
    expect(make).toThrow(SetupError)
    expect(make).toThrow(message)
  })

  it('is told of in the document', async () => {
    const { routes } = chat()
    const app = createApp({ routes })
    const { paths, components } = toOpenApi(app)
    const { '101': switched, '426': refused, ...others } = paths['/open']?.get?.responses ?? {}
    expect(switched).toMatchObject({
      description: 'Switching Protocols to websocket',
      headers: { upgrade: { required: true, schema: { type: 'string', const: 'websocket' } } },
    })
    expect(Object.keys(others).filter((status) => status.startsWith('2'))).toEqual([])
    const answer = refused as { readonly $ref: string }
    expect(components.responses?.[answer.$ref.split('/').at(-1) as string]).toMatchObject({
      headers: { upgrade: {} },
      'x-error-codes': ['ERR_CORE_UPGRADE_REQUIRED'],
    })
  })
})

it('is in no manifest, since clients have no call for it', () => {
  expect(toManifest(chat().routes as RouteTree).routes).not.toHaveProperty('open')
})

describe('the end of a client', () => {
  it.each<[string, (socket: Duplex) => unknown]>([
    ['only writes', () => undefined],
    ['reads and does not ask for the end', (socket) => socket.on('data', () => undefined)],
  ])('ends the connection of a taker that %s', async (_, read) => {
    const { test, summaries, client } = await taken((_request, socket) => {
      socket.write(SWITCHED)
      read(socket)
    })
    client.write(handshake('/'))
    await client.until(/websocket/)
    client.socket.end()
    await client.until(() => client.isEnded)
    await until(() => summaries.length > 0)
    expect(summaries).toMatchObject([{ status: 101, aborted: false }])
    await test.close()
  })

  it('is left to a taker that asks for it', async () => {
    const ended = deferred<Duplex>()
    const { test, summaries, client } = await taken((_, socket) => {
      socket.write(SWITCHED)
      socket.on('end', () => ended.resolve(socket)).resume()
    })
    client.write(handshake('/'))
    await client.until(/websocket/)
    client.socket.end()
    const socket = await ended.promise
    await turn()
    socket.end('last words')
    await client.until(/last words/)
    await until(() => summaries.length > 0)
    await test.close()
  })

  it('is seen behind bytes that the taker does not read', async () => {
    const { test, summaries, client } = await taken((_, socket) => void socket.write(SWITCHED))
    client.write(handshake('/'))
    await client.until(/websocket/)
    client.write('abc').socket.end()
    await client.until(() => client.isEnded)
    await until(() => summaries.length > 0)
    expect(summaries).toMatchObject([{ status: 101, aborted: false }])
    await test.close()
  })

  it('leaves what came before it to a taker that reads later', async () => {
    const begun = deferred<Duplex>()
    const { test, summaries, client } = await taken((_, socket) => {
      socket.write(SWITCHED)
      begun.resolve(socket)
    })
    client.write(handshake('/'))
    await client.until(/websocket/)
    client.write('abc').socket.end()
    const socket = await begun.promise
    await until(() => socket.readableLength === 3)
    await turn()
    let text = ''
    socket.on('data', (chunk: Buffer) => (text += chunk.toString()))
    await client.until(() => client.isEnded)
    await until(() => summaries.length > 0)
    expect(text).toBe('abc')
    await test.close()
  })
})
