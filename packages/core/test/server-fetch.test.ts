import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { currentFrame, Frame, runInFrame } from '../src/frame/index.ts'
import type { Call, Payload } from '../src/operation/index.ts'
import type { FetchInfo } from '../src/app/index.ts'
import { createFetchHandler } from '../src/server/web/fetch.ts'
import type { ProxyOptions } from '../src/server/message/forwarding.ts'
import { send, TestDispatcher, turn, until, type Answer } from './server-support.ts'

function handle(answer: Answer, options?: ProxyOptions) {
  const dispatcher = new TestDispatcher(answer)
  const handler = createFetchHandler(dispatcher, options)
  return {
    dispatcher,
    fetch: (url: string, init?: RequestInit & { duplex?: 'half' }, info?: FetchInfo) =>
      handler(new Request(new URL(url, 'http://shop.example'), init), info),
  }
}

async function* pieces(...list: (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of list) {
    await turn()
    yield piece
  }
}

describe('a fetch handler', () => {
  it('gives the dispatcher the request, and the host the answer', async () => {
    const web = handle((exchange) =>
      send(
        exchange,
        JSON.stringify([
          exchange.method,
          exchange.url,
          exchange.path,
          exchange.search,
          exchange.meta('x-a'),
          exchange.remoteAddress,
          exchange.hasBody,
        ]),
        201,
        'content-type',
        'application/json',
        'set-cookie',
        'a=1',
        'set-cookie',
        'b=2',
      ),
    )
    const answer = await web.fetch(
      '/a%20b/?c=d#e',
      { headers: { 'X-A': 'x' } },
      { remoteAddress: '::ffff:192.0.2.1' },
    )
    expect(await answer.json()).toEqual(['GET', '/a%20b/?c=d', '/a%20b/', 'c=d', 'x', '192.0.2.1', false])
    expect([answer.status, answer.headers.get('content-type'), answer.headers.getSetCookie()]).toEqual([
      201,
      'application/json',
      ['a=1', 'b=2'],
    ])
    expect(web.dispatcher.settled).toEqual([
      { label: 'GET /a%20b/', completed: true, bytes: 59, reason: undefined },
    ])
  })

  it('believes proxies that are trusted', async () => {
    const info = { remoteAddress: '10.0.0.1' }
    const init = { headers: { 'x-forwarded-for': '6.6.6.6, 203.0.113.9' } }
    const ask = async (options?: ProxyOptions) =>
      (
        await handle((exchange) => send(exchange, exchange.remoteAddress), options).fetch('/', init, info)
      ).text()
    expect(await ask()).toBe('10.0.0.1')
    expect(await ask({ trustProxy: ['10.0.0.0/8'] })).toBe('203.0.113.9')
  })

  it('gives headers by lower-case name', async () => {
    const web = handle((exchange) => send(exchange, JSON.stringify(exchange.input('headers'))))
    expect(await (await web.fetch('/', { headers: { 'X-A': '1', b: '2' } })).json()).toEqual({
      'x-a': '1',
      b: '2',
    })
  })

  it('tells the host how long there is work', async () => {
    let release = (): void => undefined
    const work: Promise<unknown>[] = []
    const web = handle((exchange) =>
      send(
        exchange,
        (async function* () {
          yield 'a'
          await new Promise<void>((resolve) => (release = resolve))
        })(),
      ),
    )
    const answer = await web.fetch('/', undefined, { waitUntil: (promise) => work.push(promise) })
    let isDone = false
    void work[0]?.then(() => (isDone = true))
    const text = answer.text()
    for (let i = 0; i < 5; i++) await turn()
    expect([work.length, isDone]).toEqual([1, false])
    release()
    expect(await text).toBe('a')
    await work[0]
    expect(web.dispatcher.settled).toMatchObject([{ completed: true, bytes: 1 }])
  })
})

describe('a body that comes by fetch', () => {
  const echo = async (exchange: Call) => send(exchange, await exchange.readBody(10))

  it('is read whole or as a stream, up to its bound', async () => {
    const web = handle(echo)
    expect(await (await web.fetch('/', { method: 'POST', body: 'hello' })).text()).toBe('hello')
    expect(await (await web.fetch('/', { method: 'POST' })).text()).toBe('')
    expect(
      await (
        await web.fetch('/', {
          method: 'POST',
          body: ReadableStream.from(
            pieces(Buffer.from('ab'), Buffer.from('c')) as AsyncIterable<Uint8Array<ArrayBuffer>>,
          ),
          duplex: 'half',
        })
      ).text(),
    ).toBe('abc')
    const stream = handle((exchange) => send(exchange, exchange.bodyStream(10)))
    expect(await (await stream.fetch('/', { method: 'POST', body: 'hello' })).text()).toBe('hello')
  })

  it('is 413 when it is too large, announced or counted', async () => {
    let isCancelled = false
    const web = handle(echo)
    expect((await web.fetch('/', { method: 'POST', body: 'hello world' })).status).toBe(413)
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
      cancel: () => {
        isCancelled = true
      },
    })
    expect((await web.fetch('/', { method: 'POST', body, duplex: 'half' })).status).toBe(413)
    await until(() => isCancelled)
    const announced = await web.fetch('/', { method: 'POST', body: 'x', headers: { 'content-length': '11' } })
    expect(announced.status).toBe(413)
  })

  it('is 415 when it is encoded, and 400 when it breaks off', async () => {
    const web = handle(echo)
    expect(
      (await web.fetch('/', { method: 'POST', body: 'x', headers: { 'content-encoding': 'gzip' } })).status,
    ).toBe(415)
    const body = new ReadableStream({
      start: (controller) => {
        controller.enqueue(new Uint8Array(1))
        setImmediate(() => controller.error(new Error('gone')))
      },
    })
    expect((await web.fetch('/', { method: 'POST', body, duplex: 'half' })).status).toBe(400)
  })

  it('that nobody reads is let go', async () => {
    let isCancelled = false
    const web = handle((exchange) => send(exchange, 'ok'))
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(8)),
      cancel: () => {
        isCancelled = true
      },
    })
    expect(await (await web.fetch('/', { method: 'POST', body, duplex: 'half' })).text()).toBe('ok')
    await until(() => isCancelled)
  })
})

describe('an answer by fetch', () => {
  it.each([
    ['text', 'grün', 'grün', '5'],
    ['bytes', Buffer.from('abc'), 'abc', '3'],
    ['nothing', undefined, '', '0'],
  ])('may be %s', async (_, body, text, length) => {
    const answer = await handle((exchange) => send(exchange, body)).fetch('/')
    expect([answer.headers.get('content-length'), await answer.text()]).toEqual([length, text])
  })

  it('has no media type that nobody gave', async () => {
    const web = handle((exchange) => send(exchange, exchange.path === '/text' ? 'x' : Buffer.from('x')))
    expect((await web.fetch('/text')).headers.has('content-type')).toBe(false)
    expect((await web.fetch('/bytes')).headers.has('content-type')).toBe(false)
  })

  it.each([204, 205, 304])('of %d has no body', async (status) => {
    const answer = await handle((exchange) => send(exchange, 'dropped', status)).fetch('/')
    expect([answer.status, answer.body]).toEqual([status, null])
  })

  it('to HEAD has the length and no body, and starts no iterator', async () => {
    let isStarted = false
    const lazy = { [Symbol.asyncIterator]: () => ((isStarted = true), pieces('a')) }
    const web = handle((exchange) =>
      send(exchange, exchange.path === '/lazy' ? lazy : 'hello', 200, 'x-a', 'b'),
    )
    const answer = await web.fetch('/', { method: 'HEAD' })
    expect([answer.headers.get('content-length'), answer.headers.get('x-a'), answer.body]).toEqual([
      '5',
      'b',
      null,
    ])
    expect((await web.fetch('/lazy', { method: 'HEAD' })).body).toBe(null)
    expect(isStarted).toBe(false)
  })

  it('loses headers that frame a message', async () => {
    const answer = await handle((exchange) =>
      send(exchange, 'x', 200, 'connection', 'close', 'transfer-encoding', 'chunked', 'x-a', 'b'),
    ).fetch('/')
    expect([...answer.headers.keys()].toSorted()).toEqual(['content-length', 'x-a'])
  })

  it.each([
    ['an iterable', () => pieces('a', '', Buffer.from('bc'), 'é')],
    ['a Node stream', () => Readable.from(pieces('a', '', Buffer.from('bc'), 'é'))],
    ['a web stream', () => ReadableStream.from(pieces('a', '', Buffer.from('bc'), 'é')) as Payload],
  ])('may come in pieces from %s', async (_, body) => {
    const web = handle((exchange) => send(exchange, body()))
    expect(await (await web.fetch('/')).text()).toBe('abcé')
    expect(web.dispatcher.settled).toMatchObject([{ completed: true, bytes: 5 }])
  })

  it('makes no more pieces than are asked for, in the frame of the request', async () => {
    const frames: unknown[] = []
    async function* counted(): AsyncGenerator<string> {
      for (;;) {
        frames.push(currentFrame()?.id)
        yield 'x'
      }
    }
    const web = handle((exchange) => runInFrame(new Frame('mine'), () => send(exchange, counted())))
    const reader = (await web.fetch('/')).body?.getReader()
    for (let i = 0; i < 5; i++) await turn()
    expect(frames).toEqual([])
    await reader?.read()
    await reader?.read()
    expect(frames).toEqual(['mine', 'mine'])
    await reader?.cancel()
  })

  it('closes its source when the reader cancels', async () => {
    let isClosed = false
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) yield 'x'
      } finally {
        isClosed = true
      }
    }
    const web = handle((exchange) => send(exchange, endless()))
    const reader = (await web.fetch('/')).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    await until(() => isClosed)
    expect(web.dispatcher.settled).toEqual([
      { label: 'GET /', completed: false, bytes: 1, reason: undefined },
    ])
  })

  it('that fails breaks for the reader, too', async () => {
    const failure = new Error('no more')
    async function* failing(): AsyncGenerator<string> {
      yield 'x'
      throw failure
    }
    const web = handle((exchange) => send(exchange, failing()))
    await expect((await web.fetch('/')).text()).rejects.toThrow('no more')
    expect(web.dispatcher.settled).toEqual([{ label: 'GET /', completed: false, bytes: 1, reason: failure }])
  })

  it.each([
    ['fewer', pieces('ab')],
    ['more', pieces('abc', 'def')],
  ])('with %s bytes than promised breaks', async (_, body) => {
    const answer = await handle((exchange) => send(exchange, body, 200, 'content-length', '5')).fetch('/')
    await expect(answer.text()).rejects.toThrow('promised')
  })

  it('that cannot be written is a 500 that tells nothing', async () => {
    const web = handle((exchange) => send(exchange, 'secret', 200, 'x-a', 'a\r\nb'))
    const answer = await web.fetch('/')
    expect(answer.status).toBe(500)
    expect(await answer.json()).toMatchObject({ code: 'ERR_CORE_INTERNAL' })
    expect(web.dispatcher.settled).toMatchObject([{ completed: true }])
  })
})

describe('a request whose signal aborts', () => {
  it('before the answer rejects, and counts as gone', async () => {
    const controller = new AbortController()
    const web = handle(() => undefined)
    const answer = web.fetch('/', { signal: controller.signal })
    await turn()
    controller.abort(new Error('gone'))
    await expect(answer).rejects.toThrow('gone')
    expect(web.dispatcher.settled).toEqual([
      { label: 'GET /', completed: false, bytes: 0, reason: undefined },
    ])
    send(web.dispatcher.seen[0] as Call, 'late')
    expect(web.dispatcher.settled).toHaveLength(1)
  })

  it('before it is handled rejects', async () => {
    const web = handle(() => undefined)
    await expect(web.fetch('/', { signal: AbortSignal.abort(new Error('gone')) })).rejects.toThrow('gone')
  })

  it('during the answer breaks it, and closes its source', async () => {
    let isClosed = false
    const controller = new AbortController()
    async function* endless(): AsyncGenerator<string> {
      try {
        for (;;) {
          yield 'x'
          await turn()
        }
      } finally {
        isClosed = true
      }
    }
    const web = handle((exchange) => send(exchange, endless()))
    const text = (await web.fetch('/', { signal: controller.signal })).text()
    text.catch(() => undefined)
    await turn()
    controller.abort(new Error('gone'))
    await expect(text).rejects.toThrow('gone')
    await until(() => isClosed)
    expect(web.dispatcher.settled).toMatchObject([{ completed: false, reason: undefined }])
  })

  it('is reset by the dispatcher before and during the answer', async () => {
    const web = handle((exchange) =>
      exchange.path === '/never' ? undefined : send(exchange, pieces('a', 'b', 'c')),
    )
    const never = web.fetch('/never')
    web.dispatcher.seen[0]?.reset(new Error('deadline'))
    await expect(never).rejects.toThrow('deadline')
    const text = (await web.fetch('/')).text()
    web.dispatcher.seen[1]?.reset(new Error('deadline'))
    await expect(text).rejects.toThrow('deadline')
    expect(web.dispatcher.settled.map(({ completed }) => completed)).toEqual([false, false])
  })
})
