import type { IncomingMessage, ServerResponse } from 'node:http'
import { mount, route, type MountedHandler } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { fetchEcho, nodeEcho } from './mount-support.ts'
import { deferred, failureOf, open, requestLines, transports } from './support.ts'

describe('a mounted handler', () => {
  it('that writes by itself is logged with its own status', async () => {
    const handler = (_: IncomingMessage, response: ServerResponse) => {
      response.statusCode = 418
      response.end('tea')
    }
    const app = await testApp({ routes: { legacy: mount('/legacy', handler, open) }, transport: 'socket' })
    expect((await app.request('GET', '/legacy/x')).status).toBe(418)
    await app.close()
    expect(requestLines(app)).toMatchObject([{ status: 418, route: 'legacy.rest', bytes: 3 }])
  })

  it.each(transports)('of the Fetch API streams both ways, %s', async (transport) => {
    const upper = new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, to) => to.enqueue(Buffer.from(Buffer.from(chunk).toString().toUpperCase())),
    })
    const handler = (request: Request) =>
      new Response((request.body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(upper), {
        status: 201,
        headers: { 'x-a': 'b' },
      })
    await using app = await testApp({ routes: { legacy: mount('/legacy', handler, open) }, transport })
    const body = ReadableStream.from(['one ', 'two ', 'three'].map((text) => Buffer.from(text)))
    const response = await app.request('POST', '/legacy/x', { body })
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([
      201,
      'b',
      'ONE TWO THREE',
    ])
  })

  it('of node:http streams both ways', async () => {
    const handler = (request: IncomingMessage, response: ServerResponse) =>
      void request.pipe(response.writeHead(201, { 'x-a': 'b' }))
    await using app = await testApp({
      routes: { legacy: mount('/legacy', handler, open) },
      transport: 'socket',
    })
    const response = await app.request('POST', '/legacy/x', {
      body: ReadableStream.from(['one ', 'two'].map((text) => Buffer.from(text))),
    })
    expect([response.status, await response.text()]).toEqual([201, 'one two'])
  })

  it.each(transports)(
    'of the Fetch API gets no body where there is none, and a signal that follows the client, %s',
    async (transport) => {
      const seen = deferred<Request>()
      const handler = (request: Request) => {
        seen.resolve(request)
        return new Promise<Response>((_, reject) =>
          request.signal.addEventListener('abort', () => reject(request.signal.reason as Error)),
        )
      }
      const app = await testApp({ routes: { legacy: mount('/legacy', handler, open) }, transport })
      const leaving = new AbortController()
      const answer = failureOf(
        app.request('DELETE', '/legacy/x', { headers: { 'x-a': 'b' }, signal: leaving.signal }),
      )
      const request = await seen.promise
      expect([request.body, request.headers.get('x-a'), request.method]).toEqual([null, 'b', 'DELETE'])
      leaving.abort()
      await answer
      await app.close()
      expect(request.signal.aborted).toBe(true)
    },
  )

  it('of node:http is a 501 where there is no Node.js server', async () => {
    await using app = await testApp({ routes: { legacy: mount('/legacy', nodeEcho, open) } })
    const response = await app.request('GET', '/legacy/x')
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      501,
      'ERR_CORE_NOT_IMPLEMENTED',
    ])
    expect(app.takeErrors()).toHaveLength(1)
  })

  it.each<[string, MountedHandler]>([
    [
      'throws',
      ((_: IncomingMessage, __: ServerResponse) => {
        throw new Error('secretName')
      }) as MountedHandler,
    ],
    [
      'rejects',
      (async (_: IncomingMessage, __: ServerResponse) => {
        throw new Error('secretName')
      }) as MountedHandler,
    ],
    [
      'rejects a fetch',
      async (_: Request) => {
        throw new Error('secretName')
      },
    ],
  ])('that %s is a 500 that tells nothing', async (_, handler) => {
    const app = await testApp({ routes: { legacy: mount('/legacy', handler, open) }, transport: 'socket' })
    const response = await app.request('GET', '/legacy/x')
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secretName')])
    await app.app.stop()
    expect(app.takeErrors()).toHaveLength(1)
    expect(requestLines(app)).toMatchObject([{ status: 500, errorCode: 'ERR_CORE_INTERNAL' }])
  })

  it.each([
    ['/legacy', 'strict'],
    ['/legacy', 'ignore'],
    ['/legacy/', 'strict'],
    ['/legacy/', 'ignore'],
  ] as const)(
    'at %s has its prefix, with and without a slash, where that is %s',
    async (prefix, trailingSlash) => {
      const routes = {
        legacy: mount(prefix, fetchEcho, open),
        own: route.get('/legacy/own', open, () => 'own'),
      }
      await using app = await testApp({ routes, routing: { trailingSlash } })
      for (const path of ['/legacy', '/legacy/'])
        expect(await (await app.request('GET', path)).json()).toMatchObject({ url: '/' })
      expect(await (await app.request('GET', '/legacy/a/')).json()).toMatchObject({ url: '/a/' })
      expect(await (await app.request('GET', '/legacy/own')).text()).toBe('own')
      expect((await app.request('GET', '/legacyx')).status).toBe(404)
    },
  )

  it.each(['strict', 'ignore'] as const)('at / has all paths, where a slash is %s', async (trailingSlash) => {
    await using app = await testApp({
      routes: { legacy: mount('/', fetchEcho, open) },
      routing: { trailingSlash },
    })
    for (const path of ['/', '/a', '/a/'])
      expect(await (await app.request('GET', path)).json()).toMatchObject({ url: path })
  })

  it.each([
    [undefined, "The prefix is missing. Give a text like '/legacy'."],
    [7, "The prefix must be a text like '/legacy', not 7."],
  ])('at %s stops the start', (prefix, message) => {
    expect(() => mount(prefix as never, fetchEcho, open)).toThrow(message)
  })

  it('of the Fetch API is held to the size of bodies', async () => {
    await using app = await testApp({
      routes: { legacy: mount('/legacy', fetchEcho, { ...open, maxBodyBytes: 4 }) },
    })
    expect((await app.request('POST', '/legacy/x', { body: '12345' })).status).toBe(413)
    expect(await (await app.request('POST', '/legacy/x', { body: '1234' })).json()).toMatchObject({
      body: '1234',
    })
  })

  it('that is none stops the start', () => {
    expect(() => mount('/legacy', 'nonsense' as never, open)).toThrow(
      'The handler is neither a function nor an object with fetch.',
    )
  })
})
