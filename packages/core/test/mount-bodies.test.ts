import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { finished, pipeline } from 'node:stream/promises'
import { mount, type MountedHandler } from '@keelson/core'
import { testApp, type LogLine } from '@keelson/testing'
import express, { Router } from 'express'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { RawClient, turn, until } from './server-support.ts'
import { deferred, open, requestLines, transports } from './support.ts'

const hono = new Hono()
hono.onError((_, context) => context.text('an answer of its own', 500))
hono.post('*', async (context) => context.text(String((await context.req.arrayBuffer()).byteLength)))

/** What handlers of the Fetch API do with a body that breaks. */
const FETCH: Readonly<Record<string, MountedHandler>> = {
  'an app of Hono, which answers 500,': hono,
  'a handler that throws': async (request: Request) => new Response(await request.text()),
  'a handler that throws an error of its own': async (request: Request) => {
    const text = await request.text().catch(() => Promise.reject(new Error('secretName')))
    return new Response(text)
  },
  'a handler that answers all the same': async (request: Request) => {
    let length = 0
    try {
      for await (const chunk of request.body as ReadableStream<Uint8Array>) length += chunk.byteLength
    } catch {
      // It goes on with what it has.
    }
    return new Response(String(length))
  },
}
/** Messages of what is worse than info. */
const worse = (lines: readonly LogLine[]) =>
  lines.filter(({ level }) => Number(level) > INFO).map(({ msg }) => msg)
const INFO = 30
const DEBUG = 20

const failing = Object.entries(FETCH)
describe.each(failing)('the body of %s', (_, handler) => {
  const start = (transport: (typeof transports)[number], maxBodyBytes?: number) =>
    testApp({ routes: { f: mount('/f', handler, { ...open, maxBodyBytes }) }, transport })
  const clientOf = (app: { readonly baseUrl: string }) => new RawClient(Number(new URL(app.baseUrl).port))

  it.each(transports)('that is too large is a 413 at info, %s', async (transport) => {
    const app = await start(transport, 1_000)
    const chunks = () => ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)])
    for (const body of ['x'.repeat(1_001), chunks()]) {
      const answer = await app.request('POST', '/f/x', { body })
      expect([answer.status, await answer.json()]).toEqual([
        413,
        expect.objectContaining({ code: 'ERR_CORE_CONTENT_TOO_LARGE' }),
      ])
    }
    const whole = await app.request('POST', '/f/x', { body: 'x'.repeat(1_000) })
    expect([whole.status, (await whole.text()).length > 0]).toEqual([200, true])
    await app.close()
    expect(requestLines(app).map(({ status }) => status)).toEqual([413, 413, 200])
    expect(worse(app.log.lines)).toEqual([])
  })

  it('is refused by what it announces, before it is sent', async () => {
    const app = await start('socket')
    for (const length of ['1048577', '2000000000']) {
      const client = clientOf(app)
      client.write(
        `POST /f/x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n`,
      )
      expect(await client.closed()).toMatch(/^HTTP\/1\.1 413 /)
    }
    await app.app.stop()
    expect(worse(app.log.lines)).toEqual([])
  })

  it.each([
    ['ends early', 'Content-Length: 100\r\n\r\nx'],
    ['ends within a chunk', 'Transfer-Encoding: chunked\r\n\r\n5\r\nx'],
    ['is malformed', 'Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\nzz\r\n'],
  ])('that %s is a 400 at info', async (_name, bytes) => {
    const app = await start('socket')
    const client = clientOf(app)
    client.write(`POST /f/x HTTP/1.1\r\nHost: a\r\n${bytes}`)
    if (!bytes.endsWith('zz\r\n')) client.end()
    const text = await client.closed()
    await app.app.stop()
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(requestLines(app).map(({ errorCode }) => errorCode)).toEqual(['ERR_CORE_BAD_REQUEST'])
    expect(worse(app.log.lines)).toEqual([])
  })

  it('whose client leaves is a 499 at info', async () => {
    const app = await start('socket')
    const client = clientOf(app)
    client.write('POST /f/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n')
    await turn()
    await turn()
    client.reset()
    await until(() => requestLines(app).length === 1)
    await app.app.stop()
    expect(requestLines(app)).toMatchObject([{ status: 499, level: INFO }])
    expect(worse(app.log.lines)).toEqual([])
  })
})

it('a body that breaks before any of it was answered with is a 413, and after that breaks the answer', async () => {
  const echo = (request: Request) => new Response(request.body as never)
  const app = await testApp({
    routes: { f: mount('/f', echo, { ...open, maxBodyBytes: 1_000 }) },
    transport: 'socket',
  })
  const ask = (...lengths: number[]) =>
    app.request('POST', '/f', { body: ReadableStream.from(lengths.map((length) => Buffer.alloc(length))) })
  expect((await ask(1_200)).status).toBe(413)
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  client.write('POST /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n')
  await client.until(/\r\n1\r\nx\r\n/)
  client.write(`3e8\r\n${'x'.repeat(1_000)}\r\n0\r\n\r\n`)
  expect((await client.closed()).endsWith('\r\n0\r\n\r\n')).toBe(false)
  await app.app.stop()
  expect(requestLines(app).map(({ status, aborted, errorCode }) => [status, aborted, errorCode])).toEqual([
    [413, undefined, 'ERR_CORE_CONTENT_TOO_LARGE'],
    [200, true, 'ERR_CORE_CONTENT_TOO_LARGE'],
  ])
})

/** Ways in which Node.js handlers read a body. */
const READERS: Readonly<Record<string, (request: IncomingMessage) => Promise<unknown>>> = {
  'for await': (request) => request.toArray(),
  'pipeline()': (request) => pipeline(request, new PassThrough().resume()),
  'finished()': (request) => finished(request.resume()),
  'once()': (request) => once(request.resume(), 'end'),
  'an error of its own': (request) =>
    request.toArray().catch((cause: unknown) => Promise.reject(new Error('The upload failed.', { cause }))),
}
const parser = Router()
parser.use(express.raw({ type: () => true }))

describe('a mounted Node.js handler whose client leaves while it reads', () => {
  const leave = async (handler: MountedHandler, hasBegun: Promise<void>) => {
    const app = await testApp({ routes: { n: mount('/n', handler, open) }, transport: 'socket' })
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write('POST /n HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nx')
    await hasBegun
    client.reset()
    await until(() => requestLines(app).length === 1)
    await app.app.stop()
    return app
  }

  it.each(Object.keys(READERS))('by %s, fails at debug', async (way) => {
    const begun = deferred()
    const handler = async (request: IncomingMessage, _: ServerResponse) => {
      const read = (READERS[way] as (request: IncomingMessage) => Promise<unknown>)(request)
      begun.resolve()
      await read
    }
    const app = await leave(handler, begun.promise)
    expect(worse(app.log.lines)).toEqual([])
    expect(app.log.lines.filter(({ event }) => event === 'late-result')).toMatchObject([{ level: DEBUG }])
  })

  it('by a body parser, fails at debug', async () => {
    const begun = deferred()
    const routes = Router()
    routes.use((_request, _response, next) => (begun.resolve(), next()), parser)
    const app = await leave(routes, begun.promise)
    expect(worse(app.log.lines)).toEqual([])
  })

  it('fails at error for other reasons', async () => {
    const begun = deferred()
    const handler = async (request: IncomingMessage, _: ServerResponse) => {
      begun.resolve()
      await request.toArray().catch(() => {})
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }
    const app = await leave(handler, begun.promise)
    expect(app.takeErrors()).toMatchObject([{ err: { message: 'read ECONNRESET' } }])
  })
})

it('a body that is cut off before the handler has answered is logged as 413', async () => {
  const handler = (request: IncomingMessage, response: ServerResponse) =>
    void request
      .resume()
      .on('data', () => {})
      .on('end', () => response.end('ok'))
  const app = await testApp({
    routes: { n: mount('/n', handler, { ...open, maxBodyBytes: 4 }) },
    transport: 'socket',
  })
  const client = new RawClient(Number(new URL(app.baseUrl).port))
  client.write('POST /n HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n')
  expect(await client.closed()).toBe('')
  await app.app.stop()
  expect(requestLines(app)).toMatchObject([
    { status: 413, errorCode: 'ERR_CORE_CONTENT_TOO_LARGE', aborted: true, bytes: 0 },
  ])
})
