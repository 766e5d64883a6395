import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { errorFormat, middleware, mount, type NodeHandler, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import express, { Router } from 'express'
import { describe, expect, it } from 'vitest'
import { RawClient, turn } from './server-support.ts'
import { open, requestLines } from './support.ts'

/** Ways to hear the end of a body. */
const WAYS: Readonly<Record<string, (request: IncomingMessage) => Promise<unknown>>> = {
  on: (request) => new Promise((resolve) => request.resume().on('end', resolve as () => void)),
  addListener: (request) =>
    new Promise((resolve) => request.resume().addListener('end', resolve as () => void)),
  once: (request) => once(request.resume(), 'end'),
  prependListener: (request) =>
    new Promise((resolve) => request.resume().prependListener('end', resolve as () => void)),
  prependOnceListener: (request) =>
    new Promise((resolve) => request.resume().prependOnceListener('end', resolve as () => void)),
  'an iterator': (request) => request.toArray(),
  'finished()': (request) => finished(request.resume()),
  'a web stream': (request) => new Response(Readable.toWeb(request) as never).text(),
  close: (request) => once(request.resume(), 'close'),
}

describe('a mounted Node.js handler', () => {
  it.each(Object.keys(WAYS))('hears the end of a body, or of none, by %s', async (way) => {
    const handler: NodeHandler = async (request, response) => {
      await (WAYS[way] as (request: IncomingMessage) => Promise<unknown>)(request)
      response.end(way)
    }
    const late = middleware({ name: 'late', stage: 'receive', run: () => turn() as Promise<never> })
    await using app = await testApp({
      routes: { now: mount('/now', handler, open), late: mount('/late', handler, { ...open, use: [late] }) },
      transport: 'socket',
    })
    for (const path of ['/now', '/late']) {
      expect(await (await app.request('GET', path)).text()).toBe(way)
      expect(await (await app.request('POST', path, { body: 'x' })).text()).toBe(way)
      expect(await (await app.request('DELETE', path)).text()).toBe(way)
    }
  })

  it('may replace the methods of its response, as compression does, and what is sent is counted', async () => {
    const handler = (_: IncomingMessage, response: ServerResponse) => {
      const { write, end, writeHead } = response as unknown as Record<string, (...args: unknown[]) => void>
      const gzip = createGzip()
      gzip.on('data', (chunk: Buffer) => write?.call(response, chunk))
      gzip.on('end', () => end?.call(response))
      response.writeHead = function (this: ServerResponse, ...args: unknown[]) {
        this.setHeader('content-encoding', 'gzip')
        return writeHead?.apply(this, args)
      } as never
      response.write = ((chunk: string) => gzip.write(chunk)) as never
      response.end = ((chunk: string) => (response.writeHead(200), gzip.end(chunk))) as never
      response.end('text '.repeat(1_000))
    }
    const app = await testApp({ routes: { a: mount('/a', handler, open) }, transport: 'socket' })
    const response = await app.request('GET', '/a')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toBe('text '.repeat(1_000))
    await app.close()
    const [line] = requestLines(app)
    expect(line?.['status']).toBe(200)
    expect(line?.['bytes']).toBeGreaterThan(20)
    expect(line?.['bytes']).toBeLessThan(500)
  })

  it('hears of its end by the events of its response, once', async () => {
    const events: string[] = []
    const handler = express()
    handler.use((_, response) => {
      for (const name of ['finish', 'close']) response.on(name, () => events.push(name))
      response.end('ok')
    })
    const app = await testApp({ routes: { a: mount('/a', handler, open) }, transport: 'socket' })
    await (await app.request('GET', '/a')).text()
    await app.close()
    expect(events).toEqual(['finish', 'close'])
  })

  it('that fails before it answers is answered as any other error is, without its headers', async () => {
    const handler = express()
    handler.use((_, response) => {
      response.set('x-secret', 'secretName')
    })
    const raw: NodeHandler = async (request, response) => {
      handler(request, response)
      await turn()
      throw new Error('secretName')
    }
    const summaries: RequestSummary[] = []
    const use = [
      middleware({ name: 'a', stage: 'record', observe: (_, summary) => void summaries.push(summary) }),
      middleware({
        name: 'b',
        stage: 'respond',
        transform: (_, outcome) => (outcome.headers.set('x-respond', 'yes'), outcome),
      }),
    ]
    const shortFormat = errorFormat({
      mediaType: 'application/json',
      schema: {},
      write: ({ code }) => ({ oops: code }),
      read: () => undefined,
    })
    const app = await testApp({
      routes: { a: mount('/a', raw, { ...open, use }) },
      errorFormat: shortFormat,
      transport: 'socket',
    })
    const response = await app.request('POST', '/a', { body: 'x' })
    expect([response.status, await response.json()]).toEqual([500, { oops: 'ERR_CORE_INTERNAL' }])
    expect([response.headers.get('x-secret'), response.headers.get('x-respond')]).toEqual([null, 'yes'])
    expect(response.headers.get('x-request-id')).toMatch(/\w/)
    expect(app.takeErrors()).toHaveLength(1)
    await app.close()
    expect(summaries).toMatchObject([{ status: 500, errorCode: 'ERR_CORE_INTERNAL', aborted: false }])
  })

  it('that passes on, as routers and middleware do, is answered by the app', async () => {
    const router = Router()
    router.get('/hello', (_, response) => void response.end('hello'))
    router.post(
      '/json',
      express.json(),
      (request, response) => void response.end(JSON.stringify(request.body)),
    )
    router.get('/fails', (_, __, next) => next(new Error('secretName')))
    router.get('/throws', () => {
      throw new Error('secretName')
    })
    const app = await testApp({ routes: { a: mount('/a', router, open) }, transport: 'socket' })
    const ask = async (method: string, path: string, body?: string) => {
      const headers = { 'content-type': 'application/json' }
      const response = await app.request(method, path, { body, headers })
      return [response.status, ((await response.json()) as { code?: string }).code]
    }
    expect(await (await app.request('GET', '/a/hello')).text()).toBe('hello')
    expect(await ask('GET', '/a/none')).toEqual([404, 'ERR_CORE_NOT_FOUND'])
    expect(await ask('POST', '/a/none', '{}')).toEqual([404, 'ERR_CORE_NOT_FOUND'])
    expect(await ask('POST', '/a/json', '{')).toEqual([400, 'ERR_CORE_BAD_REQUEST'])
    expect(await ask('POST', '/a/json', `"${'x'.repeat(200_000)}"`)).toEqual([
      413,
      'ERR_CORE_CONTENT_TOO_LARGE',
    ])
    expect(app.takeErrors()).toEqual([])
    expect(await ask('GET', '/a/fails')).toEqual([500, 'ERR_CORE_INTERNAL'])
    expect(await ask('GET', '/a/throws')).toEqual([500, 'ERR_CORE_INTERNAL'])
    expect(app.takeErrors()).toHaveLength(2)
    await app.close()
    expect(requestLines(app).map((line) => line['status'])).toEqual([200, 404, 404, 400, 413, 500, 500])
  })

  it('is not called for a body above the limit that the mount sets, and is cut off where none was announced', async () => {
    const seen: unknown[] = []
    const handler: NodeHandler = (request, response) => {
      request.on('data', (chunk: Buffer) => seen.push(chunk.byteLength))
      request.on('error', (error: NodeJS.ErrnoException) => seen.push(error.code))
      request.on('end', () => response.end('ok'))
    }
    const app = await testApp({
      routes: { a: mount('/a', handler, { ...open, maxBodyBytes: 4 }), b: mount('/b', handler, open) },
      transport: 'socket',
    })
    expect((await app.request('POST', '/a', { body: '12345' })).status).toBe(413)
    expect(seen).toEqual([])
    expect((await app.request('POST', '/a', { body: '1234' })).status).toBe(200)
    const big = 'x'.repeat(2_000_000)
    expect((await app.request('POST', '/b', { body: big })).status).toBe(200)
    seen.length = 0
    const client = new RawClient(Number(new URL(app.baseUrl).port))
    client.write('POST /a HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n')
    expect(await client.closed()).toBe('')
    await app.app.stop()
    expect(seen).toEqual(['ECONNRESET'])
    expect(requestLines(app).at(-1)).toMatchObject({ errorCode: 'ERR_CORE_CONTENT_TOO_LARGE' })
  })

  it('is refused a body that middleware in front of it has read, and does not hang', async () => {
    const use = [
      middleware({ name: 'sign', stage: 'handle', run: async (ctx) => void (await ctx.rawBody()) }),
    ]
    const app = await testApp({
      routes: { a: mount('/a', (request, response) => void request.pipe(response), { ...open, use }) },
      transport: 'socket',
    })
    expect((await app.request('POST', '/a', { body: 'x' })).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([
      {
        err: {
          message: 'The body was read before the mounted handler was called. Do not read it in middleware.',
        },
      },
    ])
    expect((await app.request('GET', '/a')).status).toBe(200)
    await app.close()
  })
})
