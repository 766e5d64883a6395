import type { IncomingMessage, ServerResponse } from 'node:http'
import { createHash } from 'node:crypto'
import { middleware, mount, type MountedHandler, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import connect from 'connect'
import express from 'express'
import { Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import Koa from 'koa'
import { describe, expect, it } from 'vitest'
import { RawClient } from './server-support.ts'
import { deferred, open, requestLines, transports } from './support.ts'

/** The same small service, as each framework writes it. `hung` tells when an endless answer has begun. */
const FRAMEWORKS: Readonly<Record<string, (hung: () => void) => MountedHandler>> = {
  express: (hung) => {
    const app = express()
    app.set('env', 'test')
    app.get('/hello', (_, response) => void response.send('hello'))
    app.get('/throws', () => {
      throw new Error('secretName')
    })
    app.get('/rejects', async () => {
      throw new Error('secretName')
    })
    app.get('/empty', (_, response) => void response.status(204).end())
    app.get('/events', (_, response) => {
      response.set('content-type', 'text/event-stream').write('data: 1\n\n')
      hung()
    })
    app.post('/echo', (request, response) => void request.pipe(response))
    app.post('/json', express.json({ limit: '1mb' }), (request, response) => void response.json(request.body))
    app.post('/hash', async (request, response) => void response.send(await hashOf(request)))
    return app
  },
  connect: (hung) => {
    const app = connect()
    const at = (path: string, handle: (request: IncomingMessage, response: ServerResponse) => void) =>
      app.use((request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) =>
        request.url === path ? handle(request, response) : next(),
      )
    at('/hello', (_, response) => void response.end('hello'))
    at('/throws', () => {
      throw new Error('secretName')
    })
    at('/empty', (_, response) => void response.writeHead(204).end())
    at('/events', (_, response) => {
      response.setHeader('content-type', 'text/event-stream')
      response.write('data: 1\n\n')
      hung()
    })
    at('/echo', (request, response) => void request.pipe(response))
    at('/hash', (request, response) => void hashOf(request).then((hash) => response.end(hash)))
    return app
  },
  koa: (hung) => {
    const app = new Koa()
    app.silent = true
    app.use(async (ctx) => {
      switch (ctx.path) {
        case '/hello':
          ctx.body = 'hello'
          return
        case '/throws':
          throw new Error('secretName')
        case '/empty':
          ctx.status = 204
          return
        case '/events':
          ctx.type = 'text/event-stream'
          ctx.respond = false
          ctx.res.statusCode = 200
          ctx.res.write('data: 1\n\n')
          hung()
          return
        case '/echo':
          ctx.body = ctx.req
          return
        case '/hash':
          ctx.body = await hashOf(ctx.req)
          return
        default:
      }
    })
    return app.callback()
  },
}

async function hashOf(body: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of body) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** An app with the framework below `/legacy`, and what its `record` stage was told. */
async function serveFramework(name: string) {
  const summaries: RequestSummary[] = []
  const hung = deferred()
  const handler = (FRAMEWORKS[name] as (hung: () => void) => MountedHandler)(hung.resolve)
  const use = [
    middleware({ name: 'note', stage: 'record', observe: (_, summary) => void summaries.push(summary) }),
  ]
  const app = await testApp({
    routes: { legacy: mount('/legacy', handler, { ...open, use }) },
    transport: 'socket',
  })
  const port = Number(new URL(app.baseUrl).port)
  return { app, summaries, hung: hung.promise, port }
}

const names = Object.keys(FRAMEWORKS)
const BIG = Buffer.alloc(3_000_000, 'keelson ')

describe.each(names)('%s below a prefix', (name) => {
  it('answers, and each answer is logged and observed as whole', async () => {
    const { app, summaries } = await serveFramework(name)
    for (let i = 0; i < 3; i++) {
      const response = await app.request('GET', '/legacy/hello')
      expect([response.status, await response.text()]).toEqual([200, 'hello'])
      expect(response.headers.get('x-request-id')).toMatch(/\w/)
    }
    await app.close()
    const line = { status: 200, bytes: 5, route: 'legacy.rest' }
    expect(requestLines(app)).toMatchObject([line, line, line])
    const summary = { status: 200, bytes: 5, aborted: false, error: undefined }
    expect(summaries).toMatchObject([summary, summary, summary])
  })

  it.each(['GET', 'POST', 'DELETE', 'HEAD', 'OPTIONS'])(
    'answers 404 to a %s that nothing of it handles',
    async (method) => {
      const { app, summaries } = await serveFramework(name)
      const response = await app.request(method, '/legacy/none')
      expect(response.status).toBe(404)
      await response.text()
      await app.close()
      expect(summaries).toMatchObject([{ status: 404, aborted: false }])
    },
  )

  it('answers 404 to an upload that nothing of it handles', async () => {
    const { app } = await serveFramework(name)
    const response = await app.request('POST', '/legacy/none', { body: 'x'.repeat(100_000) })
    expect(response.status).toBe(404)
    await response.text()
    await app.close()
  })

  it('answers 500 where it throws, without the reason', async () => {
    const { app, summaries } = await serveFramework(name)
    const response = await app.request('GET', '/legacy/throws')
    expect([response.status, await response.text()]).toEqual([500, expect.any(String)])
    await app.close()
    expect(summaries).toMatchObject([{ status: 500, aborted: false }])
  })

  it('answers HEAD without a body', async () => {
    const { app, summaries } = await serveFramework(name)
    const response = await app.request('HEAD', '/legacy/hello')
    expect([response.status, await response.text()]).toEqual([200, ''])
    await app.close()
    expect(summaries).toMatchObject([{ status: 200, bytes: 0, aborted: false }])
  })

  it('answers without a body', async () => {
    const { app, summaries } = await serveFramework(name)
    expect((await app.request('GET', '/legacy/empty')).status).toBe(204)
    await app.close()
    expect(summaries).toMatchObject([{ status: 204, bytes: 0, aborted: false }])
  })

  it('pipes a body back', async () => {
    const { app, summaries } = await serveFramework(name)
    const response = await app.request('POST', '/legacy/echo', { body: BIG })
    expect(Buffer.from(await response.arrayBuffer()).equals(BIG)).toBe(true)
    await app.close()
    expect(summaries).toMatchObject([{ status: 200, bytes: BIG.byteLength, aborted: false }])
  })

  it.each(['with a length', 'in chunks'])('reads a large body %s as an iterator', async (how) => {
    const { app } = await serveFramework(name)
    const body = how === 'in chunks' ? ReadableStream.from([BIG.subarray(0, 10), BIG.subarray(10)]) : BIG
    const response = await app.request('POST', '/legacy/hash', { body })
    expect(await response.text()).toBe(await hashOf(ReadableStream.from([BIG]) as AsyncIterable<unknown>))
    await app.close()
  })

  it('serves several requests of one connection, pipelined ones and such with bodies too', async () => {
    const { app, port, summaries } = await serveFramework(name)
    const client = new RawClient(port)
    const get = 'GET /legacy/hello HTTP/1.1\r\nhost: a\r\n\r\n'
    const post = 'POST /legacy/hash HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\nabc'
    client.write(get + post + get)
    const answers = [await client.response(), await client.response(), await client.response()]
    expect(answers.map(({ status, body }) => [status, body.length])).toEqual([
      [200, 5],
      [200, 64],
      [200, 5],
    ])
    expect((await client.request(get)).body).toBe('hello')
    client.destroy()
    await app.close()
    expect(summaries.map(({ status }) => status)).toEqual([200, 200, 200, 200])
  })

  it('is told when the client goes away, which is logged as 499', async () => {
    const { app, port, summaries, hung } = await serveFramework(name)
    const client = new RawClient(port)
    client.write('GET /legacy/events HTTP/1.1\r\nhost: a\r\n\r\n')
    await hung
    await client.until(/data: 1/)
    client.destroy()
    await app.close()
    expect(summaries).toMatchObject([{ status: 499, aborted: true, bytes: 9 }])
  })

  it('lets the app stop at once, between requests and during one', async () => {
    const { app, port } = await serveFramework(name)
    const client = new RawClient(port)
    await client.request('GET /legacy/hello HTTP/1.1\r\nhost: a\r\n\r\n')
    client.write('POST /legacy/hash HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\na')
    await app.request('GET', '/legacy/hello')
    const stopping = app.app.stop()
    client.write('bc')
    expect((await client.response()).status).toBe(200)
    const { durationMs, isClean } = await stopping
    expect(isClean).toBe(true)
    expect(durationMs).toBeLessThan(10_000)
    await client.closed()
  })

  it('gets its `100 Continue` when it reads, and the client none when it does not', async () => {
    const { app, port } = await serveFramework(name)
    const head = (path: string) =>
      `POST /legacy/${path} HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n`
    const reader = new RawClient(port)
    reader.write(head('hash'))
    await reader.until(/^HTTP\/1.1 100 Continue\r\n\r\n$/)
    reader.text = ''
    expect((await reader.request('abc')).status).toBe(200)
    reader.destroy()
    const other = new RawClient(port)
    other.write(head('none'))
    const text = await other.closed()
    expect(text).toMatch(/^HTTP\/1.1 404 /)
    expect(text.toLowerCase()).toContain('\r\nconnection: close\r\n')
    await app.close()
  })
})

describe.each(transports)('hono below a prefix, %s', (transport) => {
  const hono = new Hono()
  hono.get('/hello', (c) => c.text('hello'))
  hono.get('/throws', () => {
    throw new Error('secretName')
  })
  hono.onError((_, c) => c.text('Internal Server Error', 500))
  hono.get('/events', (c) => streamSSE(c, async (stream) => stream.writeSSE({ data: '1' })))
  hono.post('/json', async (c) => c.json(await c.req.json()))
  hono.post('/echo', (c) => new Response(c.req.raw.body))
  hono.post('/form', async (c) => c.json(Object.fromEntries(await c.req.formData())))

  it('answers as it does by itself, and each answer is logged as whole', async () => {
    const app = await testApp({ routes: { legacy: mount('/legacy', hono, open) }, transport })
    const ask = async (method: string, path: string, body?: string, type = 'text/plain') => {
      const response = await app.request(method, path, { body, headers: { 'content-type': type } })
      return [response.status, await response.text()]
    }
    expect(await ask('GET', '/legacy/hello')).toEqual([200, 'hello'])
    expect(await ask('HEAD', '/legacy/hello')).toEqual([200, ''])
    expect(await ask('GET', '/legacy/none')).toEqual([404, '404 Not Found'])
    expect(await ask('POST', '/legacy/none', 'x'.repeat(100_000))).toEqual([404, '404 Not Found'])
    expect(await ask('GET', '/legacy/throws')).toEqual([500, 'Internal Server Error'])
    expect(await ask('GET', '/legacy/events')).toEqual([200, 'data: 1\n\n'])
    expect(await ask('POST', '/legacy/json', '{"a":1}', 'application/json')).toEqual([200, '{"a":1}'])
    expect(await ask('POST', '/legacy/echo', 'x'.repeat(500_000))).toEqual([200, 'x'.repeat(500_000)])
    const part = '--b\r\ncontent-disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n'
    expect(await ask('POST', '/legacy/form', part, 'multipart/form-data; boundary=b')).toEqual([
      200,
      '{"file":"text"}',
    ])
    await app.close()
    const statuses = [200, 200, 404, 404, 500, 200, 200, 200, 200]
    expect(requestLines(app).map((line) => line['status'])).toEqual(statuses)
  })
})
