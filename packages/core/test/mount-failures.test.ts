import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { middleware, mount, route, type MountedHandler, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import express from 'express'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { deferred, open, requestLines } from './support.ts'

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown

/** A source that fails after its first piece has left. */
async function* failing(): AsyncGenerator<string> {
  yield 'part'
  await turn()
  await turn()
  throw new Error('db lost')
}

const router = (
  handle: (response: ServerResponse, next: (error: unknown) => void) => void,
): MountedHandler => {
  const app = express.Router()
  app.use((_request, response, next) => handle(response, next))
  return app
}

function inExpress(handle: Parameters<typeof router>[0]): MountedHandler {
  const app = express()
  app.set('env', 'test')
  app.use((_request, response, next) => handle(response, next))
  return app
}

function inKoa(body: () => unknown): MountedHandler {
  const app = new Koa()
  app.silent = true
  app.use((ctx) => {
    ctx.body = body()
  })
  return app.callback()
}

/** Begins to answer, then does something. */
const begun = (after: Handle): Handle => {
  return (request, response) => {
    response.write('part')
    setImmediate(() => after(request, response))
  }
}

async function serve(handler: MountedHandler) {
  const summaries: RequestSummary[] = []
  const note = middleware({
    name: 'note',
    stage: 'record',
    observe: (_, summary) => void summaries.push(summary),
  })
  const app = await testApp({
    routes: { m: mount('/m', handler, { ...open, use: [note] }) },
    transport: 'socket',
  })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  return { app, client, summaries }
}

/** How a client of HTTP/1.0 sees the end, which it knows by the end of the connection alone. */
async function isReset(client: RawClient): Promise<boolean> {
  await client.closed()
  return client.error !== undefined
}

const FAILURES: Readonly<Record<string, readonly [MountedHandler, string | RegExp]>> = {
  'a pipeline whose source fails': [
    (_: IncomingMessage, response: ServerResponse) => pipeline(Readable.from(failing()), response, () => {}),
    'db lost',
  ],
  'a pipeline of Express': [
    inExpress((response) => pipeline(Readable.from(failing()), response, () => {})),
    'db lost',
  ],
  'a body of Koa': [inKoa(() => Readable.from(failing())), 'db lost'],
  'response.destroy(error)': [begun((_, response) => response.destroy(new Error('gave up'))), 'gave up'],
  'response.destroy()': [begun((_, response) => response.destroy()), /closed the connection/],
  'request.socket.destroy()': [begun((request) => request.socket.destroy()), /closed the connection/],
  'response.socket.destroy(error)': [
    begun((_, response) => response.socket?.destroy(new Error('gave up'))),
    'gave up',
  ],
  'response.socket.destroy(error of a file)': [
    begun((_, response) =>
      response.socket?.destroy(Object.assign(new Error('no such file'), { syscall: 'open' })),
    ),
    'no such file',
  ],
  'request.socket.resetAndDestroy()': [
    begun((request) => request.socket.resetAndDestroy()),
    /closed the connection/,
  ],
  'an error that Express handles by itself': [
    inExpress((response, next) => {
      response.write('part')
      setImmediate(() => next(new Error('late')))
    }),
    /closed the connection/,
  ],
  'an error that a router passes on': [
    router((response, next) => {
      response.write('part')
      setImmediate(() => next(new Error('late')))
    }),
    'late',
  ],
  'a handler that rejects': [
    async (_: IncomingMessage, response: ServerResponse) => {
      response.write('part')
      await turn()
      throw new Error('late')
    },
    'late',
  ],
}

describe('a mounted Node.js handler that fails after its answer has begun', () => {
  it.each(Object.keys(FAILURES))(
    'is logged as an error with its status, and the client is reset: %s',
    async (name) => {
      const [handler, message] = FAILURES[name]!
      const { app, client, summaries } = await serve(handler)
      client.write('GET /m HTTP/1.0\r\n\r\n')
      expect(await isReset(client)).toBe(true)
      const errors = app.takeErrors()
      expect(errors).toHaveLength(1)
      await app.close()
      expect(summaries).toMatchObject([{ status: 200, aborted: true, errorCode: 'ERR_CORE_INTERNAL' }])
      expect(summaries[0]?.error).toMatchObject({ message: expect.stringMatching(message) })
      expect(requestLines(app)).toMatchObject([{ level: 50, status: 200, aborted: true }])
    },
  )

  it('is the client’s doing where the client went away before', async () => {
    const began = deferred()
    const { app, client, summaries } = await serve((request: IncomingMessage, response: ServerResponse) => {
      response.write('part')
      began.resolve()
      request.socket.on('end', () => response.destroy(new Error('client gone')))
      response.on('close', () => response.destroy(new Error('client gone')))
    })
    client.write('GET /m HTTP/1.1\r\nhost: a\r\n\r\n')
    await began.promise
    await client.until(/part/)
    client.destroy()
    await app.close()
    expect(summaries).toMatchObject([{ status: 499, aborted: true, errorCode: 'ERR_CORE_CLIENT_CLOSED' }])
  })

  it('fails alone: what waits behind it on its connection has lost its client', async () => {
    const waiting = deferred()
    const summaries: RequestSummary[] = []
    const note = middleware({
      name: 'note',
      stage: 'record',
      observe: (_, summary) => void summaries.push(summary),
    })
    const handler: MountedHandler = (_: IncomingMessage, response: ServerResponse) => {
      response.write('part')
      void waiting.promise.then(() => response.socket?.destroy())
    }
    const app = await testApp({
      routes: {
        m: mount('/m', handler, open),
        behind: route.get('/behind', open, ({ signal }) => {
          waiting.resolve()
          return once(signal, 'abort')
        }),
      },
      use: [note],
      transport: 'socket',
    })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write('GET /m HTTP/1.1\r\nhost: a\r\n\r\nGET /behind HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.closed()
    expect(app.takeErrors()).toHaveLength(1)
    await app.close()
    expect(new Set(summaries.map(({ errorCode }) => errorCode))).toEqual(
      new Set(['ERR_CORE_CLIENT_CLOSED', 'ERR_CORE_INTERNAL']),
    )
  })

  it('sends whole what it ended before it closes the connection', async () => {
    const { app, client, summaries } = await serve(async (_: IncomingMessage, response: ServerResponse) => {
      response.end('whole')
      await once(response, 'finish')
      response.destroy()
    })
    client.write('GET /m HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until(/whole/)
    client.destroy()
    await app.close()
    expect(summaries).toMatchObject([{ status: 200, aborted: false }])
  })
})

describe('a mounted Node.js handler that fails before its answer has begun', () => {
  const missing = () => createReadStream('/does/not/exist')
  const failures: Readonly<Record<string, MountedHandler>> = {
    'a pipeline from a missing file': (_: IncomingMessage, response: ServerResponse) =>
      pipeline(missing(), response, () => {}),
    'a pipeline of Express': inExpress((response) => pipeline(missing(), response, () => {})),
    'a body of Koa': inKoa(missing),
    'response.destroy(error)': (_: IncomingMessage, response: ServerResponse) =>
      response.setHeader('x-own', '1').destroy(new Error('gave up')),
    'response.destroy(error), later': (_: IncomingMessage, response: ServerResponse) =>
      setImmediate(() => response.destroy(new Error('gave up'))),
  }
  it.each(Object.keys(failures))('is answered 500, and the connection is kept: %s', async (name) => {
    const { app, client, summaries } = await serve(failures[name]!)
    for (let i = 0; i < 2; i++) {
      const answer = await client.request('GET /m HTTP/1.1\r\nhost: a\r\n\r\n')
      expect([answer.status, JSON.parse(answer.body), answer.headers.get('x-own')]).toEqual([
        500,
        expect.objectContaining({ code: 'ERR_CORE_INTERNAL' }),
        undefined,
      ])
    }
    client.destroy()
    expect(app.takeErrors()).toHaveLength(2)
    await app.close()
    expect(summaries.map(({ status, aborted }) => [status, aborted])).toEqual([
      [500, false],
      [500, false],
    ])
  })

  it('has its stream end for the handler, too', async () => {
    const told = deferred<unknown>()
    const { app, client } = await serve((_: IncomingMessage, response: ServerResponse) =>
      pipeline(missing(), response, told.resolve),
    )
    await client.request('GET /m HTTP/1.1\r\nhost: a\r\n\r\n')
    expect(await told.promise).toMatchObject({ code: 'ENOENT' })
    client.destroy()
    app.takeErrors()
    await app.close()
  })

  it('may drop the connection, which is logged as an error', async () => {
    const { app, client, summaries } = await serve((request: IncomingMessage, _response: ServerResponse) =>
      request.socket.destroy(),
    )
    client.write('GET /m HTTP/1.0\r\n\r\n')
    expect(await isReset(client)).toBe(true)
    app.takeErrors()
    await app.close()
    expect(summaries).toMatchObject([{ status: 500, aborted: true, errorCode: 'ERR_CORE_INTERNAL' }])
  })
})
