import { createHook } from 'node:async_hooks'
import { Readable } from 'node:stream'
import { setImmediate as immediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { fetchTransport, retry, undiciTransport, type Transport } from '../src/index.ts'
import { events, lines } from '../src/streams.ts'
import { currentFrame } from '@keelson/core'
import { runInFrame } from '@keelson/core/frames'
import { bodyOf, newFrame, sendJson, serve } from './support.ts'

const TRANSPORTS: readonly (readonly [string, () => Transport])[] = [
  ['undici', () => undiciTransport()],
  ['global fetch', () => fetchTransport()],
]

describe.each(TRANSPORTS)('over %s', (_, make) => {
  it('sends method, URL, headers and JSON, and reads JSON', async () => {
    await using server = await serve(async (request, response) => {
      const { method, url, headers } = request
      sendJson(response, 200, { method, url, headers, body: await bodyOf(request) })
    })
    const call = server.call('POST /x/:id', { transport: make(), headers: { 'x-a': 'ü' } })
    const answer = await call({ params: { id: 'a/b' }, query: { q: ['1', '&'] }, body: { n: 1 } })
    expect(answer).toMatchObject({
      method: 'POST',
      url: '/x/a%2Fb?q=1&q=%26',
      body: '{"n":1}',
      headers: { 'content-type': 'application/json', 'content-length': '7', 'x-a': 'ü' },
    })
  })

  it('reads errors, redirects and empty answers', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/empty') response.writeHead(204).end()
      else if (request.url === '/away') response.writeHead(302, { location: '/empty' }).end()
      else sendJson(response, 409, { code: 'CLOSED', title: 'Closed' })
    })
    const transport = make()
    expect(await server.call('DELETE /empty 204', { transport })()).toBeUndefined()
    expect(await server.call('HEAD /empty 204', { transport })()).toBeUndefined()
    await expect(server.call('GET /away', { transport })()).rejects.toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
    })
    expect(await server.call('GET /error CLOSED', { transport }).result()).toMatchObject({
      ok: false,
      status: 409,
      error: { code: 'CLOSED', title: 'Closed' },
    })
  })

  it('gives the cookies of an answer as a list', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'set-cookie': ['a=1; Path=/', 'b=2'], 'x-b': 'c' }).end()
    })
    expect(await server.call('GET /', { transport: make() }).result()).toMatchObject({
      headers: { 'set-cookie': ['a=1; Path=/', 'b=2'], 'x-b': 'c' },
    })
  })

  it('sends bytes, blobs, forms and streams', async () => {
    await using server = await serve(async (request, response) => {
      const type = request.headers['content-type']
      sendJson(response, 200, { type: type?.split(';')[0], body: await bodyOf(request) })
    })
    const call = server.call('POST / text/csv', { transport: make() })
    const form = new FormData()
    form.set('field', 'value')
    async function* parts() {
      yield 'a,'
      await immediate()
      yield 'b'
    }
    const encoded = (async function* () {
      for await (const part of parts()) yield new TextEncoder().encode(part)
    })()
    const csv = { type: 'text/csv', body: 'a,b' }
    expect(await call({ body: 'a,b' })).toEqual(csv)
    expect(await call({ body: new TextEncoder().encode('a,b') })).toEqual(csv)
    expect(await call({ body: new Blob(['a,b']) })).toEqual(csv)
    expect(await call({ body: new Blob(['a,b']).stream() })).toEqual(csv)
    expect(await call({ body: encoded })).toEqual(csv)
    expect(await call({ body: Readable.from([Buffer.from('a,'), Buffer.from('b')]) })).toEqual(csv)
    expect(await call({ body: form })).toMatchObject({
      type: 'multipart/form-data',
      body: expect.stringContaining('name="field"') as unknown,
    })
  })

  it('ends at the time, and lets go of the connection', async () => {
    let close: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (close = resolve))
    await using server = await serve((_request, response) => response.on('close', close))
    const call = server.call('GET /', { transport: make(), timeoutMs: 50 })
    await expect(call()).rejects.toMatchObject({ code: 'ERR_CLIENT_TIMEOUT', status: 0 })
    await closed
  })

  it('ends at the time in the middle of a body', async () => {
    await using server = await serve((_request, response) => response.writeHead(200).write('x'))
    const call = server.call('GET /', { transport: make(), timeoutMs: 50 })
    await expect(call()).rejects.toMatchObject({ code: 'ERR_CLIENT_TIMEOUT' })
  })

  it("ends with the caller's signal, for its reason", async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    await using server = await serve(() => controller.abort(reason))
    const call = server.call('GET /', { transport: make() })
    await expect(call({}, { signal: controller.signal })).rejects.toBe(reason)
  })

  it('says that no answer came when nobody listens, or the connection breaks', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/body') response.writeHead(200, { 'content-length': '10' }).write('x')
      setImmediate(() => response.destroy())
    })
    const head = server.call('POST /head', { transport: make() })
    const body = server.call('POST /body', { transport: make() })
    for (const call of [head, body])
      await expect(call()).rejects.toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    await server[Symbol.asyncDispose]()
    await expect(head()).rejects.toMatchObject({
      code: 'ERR_CLIENT_NETWORK',
      cause: expect.any(Error) as unknown,
    })
    expect(await head.result()).toMatchObject({ ok: false, status: 0, error: { code: 'UNEXPECTED' } })
  })

  it('retries what is safe until an answer comes', async () => {
    let count = 0
    await using server = await serve((_request, response) => {
      count += 1
      if (count === 1) response.destroy()
      else if (count === 2) response.writeHead(503, { 'retry-after': '0' }).end('busy')
      else sendJson(response, 200, count)
    })
    const call = server.call('GET /', { transport: make(), interceptors: [retry({ delayMs: 1 })] })
    expect(await call()).toBe(3)
  })

  it('gives events as they come, and reconnects', async () => {
    const ids: unknown[] = []
    let next: () => void = () => undefined
    await using server = await serve(async (request, response) => {
      ids.push(request.headers['last-event-id'])
      if (ids.length === 3) return response.writeHead(204).end()
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(`retry: 1\nid: ${ids.length}\ndata: first\n\n`)
      await new Promise<void>((resolve) => (next = resolve))
      if (ids.length === 1) response.end('data: second\n\n')
      else response.destroy()
    })
    const seen: string[] = []
    const call = server.call('GET / 2xx', { transport: make() })
    for await (const event of events(call, {}, { reconnect: true })) {
      seen.push(event.data)
      // Only now does the server go on: the event came before the end of the answer.
      next()
    }
    expect(seen).toEqual(['first', 'second', 'first'])
    expect(ids).toEqual([undefined, '1', '2'])
  })

  it('gives lines as they come, and closes the connection of a loop that is left', async () => {
    let close: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (close = resolve))
    await using server = await serve((_request, response) => {
      response
        .on('close', close)
        .writeHead(200, { 'content-type': 'application/x-ndjson' })
        .write('{"n":1}\n{"n"')
    })
    for await (const value of lines(server.call('GET / 2xx', { transport: make() }))) {
      expect(value).toEqual({ n: 1 })
      break
    }
    await closed
  })

  it('stops reading a body that is too large', async () => {
    let close: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (close = resolve))
    await using server = await serve((_request, response) => {
      response.on('close', close)
      const fill = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', fill)
      }
      fill()
    })
    const call = server.call('GET /', { transport: make(), maxResponseBytes: 100_000 })
    await expect(call()).rejects.toThrow('maxResponseBytes')
    await closed
  })
})

describe('the undici transport', () => {
  it('keeps connections, also after answers that are given up', async () => {
    let count = 0
    await using server = await serve((_request, response) => {
      count += 1
      response.writeHead(count % 2 === 1 ? 503 : 200).end('x'.repeat(1_000))
    })
    const transport = undiciTransport({ connections: 1 })
    const call = server.call('GET / 2xx', { transport, interceptors: [retry({ delayMs: 0 })] })
    for (let at = 0; at < 5; at++) await call()
    expect(count).toBe(10)
    expect(server.connections()).toBe(1)
    await transport.close()
  })

  it('asks for answers that are not compressed, since it does not decompress (RFC 9110 §12.5.3)', async () => {
    await using server = await serve((request, response) =>
      sendJson(response, 200, request.headers['accept-encoding']),
    )
    expect(await server.call('GET /')()).toBe('identity')
    expect(await server.call('GET /')({}, { headers: { 'accept-encoding': 'br' } })).toBe('br')
  })

  it('is shared by clients that name none', async () => {
    await using server = await serve((_request, response) => sendJson(response, 200, 1))
    for (let at = 0; at < 20; at++) await server.call('GET /')()
    // The pool may open a second one before it knows that the first is free.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  it('ends calls in flight when it is closed and they take too long', async () => {
    await using server = await serve(() => undefined)
    const transport = undiciTransport()
    const call = server.call('GET /', { transport })()
    const failed = call.catch((error: unknown) => error)
    await immediate()
    await transport.close({ timeoutMs: 10 })
    expect(await failed).toMatchObject({ code: 'ERR_CLIENT_NETWORK' })
    await expect(server.call('GET /', { transport })()).rejects.toMatchObject({
      code: 'ERR_CLIENT_NETWORK',
    })
  })

  it.each(['transfer-encoding', 'upgrade', 'keep-alive'])(
    'refuses the header %s before it sends',
    async (name) => {
      await using server = await serve((_request, response) => response.end())
      await expect(server.call('GET /')({ headers: { [name]: 'x' } })).rejects.toMatchObject({
        code: 'ERR_CLIENT_INPUT',
      })
      expect(server.connections()).toBe(0)
    },
  )

  it('needs a host', async () => {
    await using server = await serve(() => undefined)
    await expect(server.call('GET /', { baseUrl: '/api' })()).rejects.toMatchObject({
      code: 'ERR_CLIENT_INPUT',
    })
  })

  it('takes a dispatcher of the caller', async () => {
    const { Agent } = await import('undici')
    await using server = await serve((_request, response) => sendJson(response, 200, 1))
    const dispatcher = new Agent()
    expect(await server.call('GET /', { transport: undiciTransport({ dispatcher }) })()).toBe(1)
    expect(Object.keys(dispatcher.stats)).toEqual([server.url])
    await dispatcher.close()
  })

  it('keeps no frame of a request in its connections, and none is lost around the call', async () => {
    await using server = await serve((_request, response) => sendJson(response, 200, 1))
    const transport = undiciTransport()
    const framesOfSockets: unknown[] = []
    const hook = createHook({
      init(_id, type) {
        if (type === 'TCPWRAP' || type === 'TCPCONNECTWRAP') framesOfSockets.push(currentFrame()?.id)
      },
    }).enable()
    const frame = newFrame()
    const after = await runInFrame(frame, async () => {
      await server.call('GET /', { transport })()
      return currentFrame()?.id
    })
    hook.disable()
    expect(after).toBe(frame.id)
    expect(framesOfSockets.length).toBeGreaterThan(0)
    expect(framesOfSockets).not.toContain(frame.id)
    await transport.close()
  })

  it('reads a stream in the frame of its call', async () => {
    await using server = await serve(async (request, response) =>
      sendJson(response, 200, await bodyOf(request)),
    )
    async function* body() {
      await immediate()
      yield new TextEncoder().encode(currentFrame()?.id ?? 'none')
    }
    const call = server.call('POST / text/plain')
    const frame = newFrame()
    expect(await runInFrame(frame, () => call({ body: body() }))).toBe(frame.id)
  })
})

describe('the fetch transport', () => {
  it('asks the fetch that it is given, with the options for all calls', async () => {
    const asked: unknown[] = []
    const own = (async (url: string, init: object) => {
      asked.push([url, init])
      return new Response('{"a":1}', { headers: { 'content-type': 'application/json' } })
    }) as unknown as typeof fetch
    const transport = fetchTransport({ fetch: own, credentials: 'include' })
    await using server = await serve(() => undefined)
    expect(await server.call('GET /x', { transport, baseUrl: '' })()).toEqual({ a: 1 })
    expect(asked).toMatchObject([['/x', { method: 'GET', credentials: 'include', redirect: 'manual' }]])
  })

  it('never leaves the origin by a path that begins with two slashes', async () => {
    const asked: string[] = []
    const own = (async (url: string) => {
      asked.push(url)
      return Response.json(1)
    }) as unknown as typeof fetch
    await using server = await serve(() => undefined)
    await server.call('GET /*rest', { transport: fetchTransport({ fetch: own }), baseUrl: '' })({
      params: { rest: '/evil.example/x' },
    })
    expect(new URL(asked[0] ?? '', 'https://shop.example/').href).toBe('https://shop.example//evil.example/x')
  })
})
