import { Readable } from 'node:stream'
import {
  content,
  ConflictError,
  middleware,
  mount,
  reply,
  route,
  t,
  type Answer,
  type MiddlewareContext,
} from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, requestLines, transports } from './support.ts'

/** A middleware that is an `encode` alone. */
const encoding = (
  encode: (answer: Answer, ctx: MiddlewareContext<{}>) => void | Promise<void>,
  name = 'encoding',
) => middleware({ name, stage: 'respond', encode: (ctx, answer) => encode(answer, ctx) })

async function bytesOf(body: Answer['body']): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array(0)
  if (typeof body === 'string') return Buffer.from(body)
  if (body instanceof Uint8Array) return body
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(Buffer.from(chunk as string))
  return Buffer.concat(chunks)
}

/** Settles when the signal aborts, as a handler does that minds it. */
const deferredUntil = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  })

const kindOf = (body: Answer['body']): string =>
  body === undefined
    ? 'none'
    : typeof body === 'string'
      ? 'text'
      : body instanceof Uint8Array
        ? 'bytes'
        : 'stream'

const routes = {
  json: route.get('/json', { ...open, response: { 200: t.Object({ a: t.Number() }) } }, () => ({ a: 1 })),
  free: route.get('/free', open, () => [1]),
  text: route.get('/text', open, () => 'grün'),
  bytes: route.get('/bytes', open, () => new Uint8Array([1, 2, 3])),
  stream: route.get('/stream', open, () => Readable.from(['ab', 'c'])),
  generator: route.get('/generator', open, async function* () {
    yield 'ab'
    yield 'c'
  }),
  web: route.get('/web', open, () => new Response('web', { headers: { 'content-type': 'text/x' } })),
  events: route.get('/events', { ...open, response: content('text/event-stream') }, () =>
    Readable.from(['data: 1\n\n']),
  ),
  none: route.get('/none', open, () => undefined),
  fresh: route.get('/fresh', open, () => reply(304, undefined, { etag: '"1"' })),
  error: route.get('/error', open, () => {
    throw new ConflictError()
  }),
  mounted: mount('/mounted', { fetch: () => new Response('mounted') }, open),
}

describe.each(transports)('encode, %s', (transport) => {
  it.each([
    ['/json', 200, 'text', '{"a":1}'],
    ['/free', 200, 'text', '[1]'],
    ['/text', 200, 'text', 'grün'],
    ['/bytes', 200, 'bytes', '\u0001\u0002\u0003'],
    ['/stream', 200, 'stream', 'abc'],
    ['/generator', 200, 'stream', 'abc'],
    ['/web', 200, 'stream', 'web'],
    ['/events', 200, 'stream', 'data: 1\n\n'],
    ['/none', 204, 'none', ''],
    ['/fresh', 304, 'none', ''],
    ['/mounted', 200, 'stream', 'mounted'],
  ])('sees the content of %s', async (path, status, kind, text) => {
    const seen: unknown[] = []
    const look = encoding(async (answer) => {
      seen.push(answer.status, kindOf(answer.body))
      const bytes = await bytesOf(answer.body)
      seen.push(Buffer.from(bytes).toString())
      if (answer.body !== undefined) answer.body = bytes
    })
    await using app = await testApp({ routes, use: [look], transport })
    const response = await app.request('GET', path)
    expect(seen).toEqual([status, kind, text])
    expect([response.status, await response.text()]).toEqual([status, text])
    const length = response.headers.get('content-length')
    expect(length).toBe(text === '' ? null : String(Buffer.byteLength(text)))
  })

  it('sees rendered errors, and answers of no route', async () => {
    const seen: unknown[] = []
    const look = encoding((answer) => {
      seen.push(answer.status, (JSON.parse(answer.body as string) as { code: string }).code)
    })
    await using app = await testApp({ routes, use: [look], transport })
    await app.request('GET', '/error')
    await app.request('GET', '/nowhere')
    await app.request('POST', '/json')
    expect(seen).toEqual([
      409,
      'ERR_CORE_CONFLICT',
      404,
      'ERR_CORE_NOT_FOUND',
      405,
      'ERR_CORE_METHOD_NOT_ALLOWED',
    ])
  })

  it('runs from the inside out, after every transform', async () => {
    const seen: string[] = []
    const both = (name: string) =>
      middleware({
        name,
        stage: 'respond',
        transform: (_, outcome) => (seen.push(`transform ${name}`), outcome),
        encode: (_, answer) => {
          seen.push(`encode ${name}`)
          answer.body = `${answer.body as string}${name}`
        },
      })
    const a = route.use(both('c')).get('/', { ...open, use: [both('d')] }, () => '')
    await using app = await testApp({ routes: { a }, use: [both('a'), both('b')], transport })
    expect(await (await app.request('GET', '/')).text()).toBe('dcba')
    expect(seen.join()).toBe(
      'transform d,transform c,transform b,transform a,encode d,encode c,encode b,encode a',
    )
  })

  it.each([
    ['/text', '5', 'text'],
    ['/bytes', '3', 'bytes'],
    ['/json', '7', 'text'],
    ['/error', undefined, 'text'],
  ])('of a HEAD of %s has the body of GET, which is not sent', async (path, length, kind) => {
    const seen: string[] = []
    const look = encoding((answer) => void seen.push(kindOf(answer.body)))
    await using app = await testApp({ routes, use: [look], transport })
    const response = await app.request('HEAD', path)
    expect([seen, await response.text()]).toEqual([[kind], ''])
    expect(response.headers.get('content-length')).toMatch(length ?? /^\d+$/)
  })

  it('of a HEAD of a stream lets go of it and of what was put in its place', async () => {
    const closed: string[] = []
    const source = (): Readable =>
      new Readable({ read: () => undefined, destroy: (_, done) => (closed.push('source'), done(null)) })
    const outer = encoding((answer) => {
      const through = new Readable({
        read: () => undefined,
        destroy: (_, done) => (closed.push('through'), done(null)),
      })
      ;(answer.body as Readable).pipe(through as never)
      answer.body = through
    })
    const a = route.get('/', open, () => reply(200, source(), { 'content-length': 3 }))
    const app = await testApp({ routes: { a }, use: [outer], transport })
    const response = await app.request('HEAD', '/')
    expect([response.status, response.headers.get('content-length')]).toEqual([200, null])
    await app.close()
    expect(closed.toSorted()).toEqual(['source', 'through'])
  })

  it.each<[string, (answer: Answer) => void, [number, string | null, string]]>([
    [
      'a longer text',
      (answer) => {
        answer.body = `${answer.body as string}!ß`
      },
      [200, '8', 'grün!ß'],
    ],
    [
      'a shorter one',
      (answer) => {
        answer.body = 'x'
      },
      [200, '1', 'x'],
    ],
    [
      'an empty one',
      (answer) => {
        answer.body = ''
      },
      [200, '0', ''],
    ],
    [
      'none',
      (answer) => {
        answer.body = undefined
      },
      [200, '0', ''],
    ],
    [
      'bytes, and a wrong length besides',
      (answer) => {
        answer.body = new Uint8Array([0x61])
        answer.headers.set('content-length', 99)
      },
      [200, '1', 'a'],
    ],
    [
      'a stream',
      (answer) => {
        answer.body = Readable.from(['a', 'b'])
      },
      [200, null, 'ab'],
    ],
    [
      'a stream of a length that it says',
      (answer) => {
        answer.body = Readable.from(['a', 'b'])
        answer.headers.set('content-length', 2)
      },
      [200, '2', 'ab'],
    ],
    [
      'status 304',
      (answer) => {
        answer.status = 304
      },
      [304, '5', ''],
    ],
    [
      'status 204',
      (answer) => {
        answer.status = 204
      },
      [204, null, ''],
    ],
    [
      'status 205',
      (answer) => {
        answer.status = 205
      },
      [205, '0', ''],
    ],
  ])('may make %s of a text', async (_, change, expected) => {
    const app = await testApp({ routes, use: [encoding(change)], transport })
    const response = await app.request('GET', '/text')
    const { status, headers } = response
    expect([status, headers.get('content-length'), await response.text()]).toEqual(expected)
    await app.close()
    expect(requestLines(app)[0]).toMatchObject({ status: expected[0], bytes: Buffer.byteLength(expected[2]) })
  })

  it('that makes a 304 of an answer takes the type of its content with it, when the later ones have seen it', async () => {
    const seen: unknown[] = []
    const notModified = (answer: Answer): void => void (answer.status = 304)
    const outer = encoding((answer) => void seen.push(answer.headers.get('content-type')), 'outer')
    for (const make of [notModified, async (answer: Answer) => notModified(answer)]) {
      await using app = await testApp({ routes, use: [outer, encoding(make, 'inner')], transport })
      const { status, headers } = await app.request('GET', '/text')
      expect([status, headers.get('content-type')]).toEqual([304, null])
    }
    expect(seen).toEqual(Array(2).fill('text/plain; charset=utf-8'))
  })

  it('may replace a stream whose length was promised', async () => {
    const longer = encoding((answer) => {
      const body = answer.body as AsyncIterable<string>
      answer.body = (async function* () {
        for await (const chunk of body) yield `${String(chunk)}${String(chunk)}`
      })()
    })
    const a = route.get('/', open, () => reply(200, Readable.from(['ab', 'c']), { 'content-length': 3 }))
    await using app = await testApp({ routes: { a }, use: [longer], transport })
    const response = await app.request('GET', '/')
    expect([await response.text(), response.headers.get('content-length')]).toEqual(['ababcc', null])
  })

  it('that throws is a 500, whose bytes the later ones see, logged as what failed after a success', async () => {
    const seen: string[] = []
    const use = [
      encoding((answer) => {
        answer.headers.set('x-outer', 'yes')
        seen.push(`outer ${answer.status} ${kindOf(answer.body)} ${answer.headers.get('x-inner') ?? 'no'}`)
      }, 'outer'),
      encoding((answer, { path }) => {
        answer.headers.set('x-inner', 'yes')
        if (path !== '/error') throw new ConflictError('Come again.')
      }, 'inner'),
    ]
    await using app = await testApp({ routes, use, transport })
    for (const path of ['/json', '/stream', '/generator', '/none', '/mounted']) {
      const response = await app.request('GET', path)
      expect([response.status, response.headers.get('x-outer')]).toEqual([500, 'yes'])
      expect(await response.json()).toMatchObject({ code: 'ERR_CORE_INTERNAL' })
      const [line, ...others] = app.takeErrors()
      expect(others).toEqual([])
      expect(line?.msg).toBe('The answer failed after the handler had succeeded.')
      expect(line?.['err']).toMatchObject({
        message: expect.stringContaining('The encode of middleware inner failed.') as string,
      })
      expect(JSON.stringify(line?.['err'])).toContain('Come again.')
    }
    expect(seen).toEqual(Array.from({ length: 5 }, () => 'outer 500 text no'))
    expect((await app.request('GET', '/error')).status).toBe(409)
  })

  it('that fails on an error says only that the request failed', async () => {
    const broken = encoding(async () => {
      throw new Error('broken')
    })
    await using app = await testApp({ routes, use: [broken], transport })
    expect((await app.request('GET', '/error')).status).toBe(500)
    expect(app.takeErrors().map((line) => line.msg)).toEqual(['The request failed.'])
  })

  it.each<[string, (answer: Answer) => void, string]>([
    ['a status that is none', (answer) => void (answer.status = 99), 'set the status 99'],
    ['null', (answer) => void (answer.body = null as never), 'set a body that is null'],
    ['an object', (answer) => void (answer.body = { a: 1 } as never), 'set a body that is'],
    ['a Response', (answer) => void (answer.body = new Response('x') as never), 'set a body that is'],
    ['a number', (answer) => void (answer.body = 7 as never), 'set a body that is'],
    ['an ArrayBuffer', (answer) => void (answer.body = new ArrayBuffer(1) as never), 'set a body that is'],
  ])('cannot make %s of an answer', async (_, change, message) => {
    for (const use of [encoding(change), encoding(async (answer) => change(answer))]) {
      await using app = await testApp({ routes, use: [use], transport })
      expect((await app.request('GET', '/text')).status).toBe(500)
      expect(JSON.stringify(app.takeErrors())).toContain(`Middleware encoding ${message}`)
    }
  })

  it.each([
    ['at once', 'x'],
    ['after its first piece was held back', undefined],
  ])('may put a stream there that fails %s', async (_, first) => {
    const failing = encoding((answer) => {
      answer.body = new Readable({
        read() {
          this.destroy(new Error('no such file'))
        },
      })
    })
    await using app = await testApp({ routes, use: [failing], transport })
    expect((await app.request('GET', first === undefined ? '/stream' : '/text')).status).toBe(500)
    expect(app.takeErrors()[0]?.msg).toBe('The answer failed after the handler had succeeded.')
  })

  it('cannot send a stream of what is no chunk', async () => {
    const body = Readable.from([{ a: 1 }, { a: 2 }])
    const wrong = encoding((answer) => {
      answer.body = body
    })
    await using app = await testApp({ routes, use: [wrong], transport })
    expect((await app.request('GET', '/text')).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain('only strings and bytes can be sent')
    expect(body.destroyed).toBe(true)
  })

  it('that waits holds the answer, whose deadline passes, and what it makes then has no effect', async () => {
    const gate = deferred()
    const closed = deferred()
    const slow = encoding(async (answer) => {
      if (answer.status === 504) return
      await gate.promise
      answer.body = new Readable({
        read: () => undefined,
        destroy: (_, done) => (closed.resolve(), done(null)),
      })
      answer.headers.set('x-late', 'yes')
    })
    const quick = encoding((answer) => void answer.headers.set('x-quick', 'yes'), 'quick')
    const a = route.get('/', { ...open, deadlineMs: 100 }, () => 'x')
    await using app = await testApp({ routes: { a }, use: [quick, slow], transport })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('x-quick')]).toEqual([504, 'yes'])
    expect(app.takeErrors()).toHaveLength(1)
    gate.resolve()
    await closed.promise
  })

  it('that has no time left to wait changes nothing of a 504', async () => {
    const unfinished = encoding(async (answer) => {
      answer.headers.set('content-encoding', 'gzip')
      answer.status = 200
      await new Promise(() => undefined)
    })
    const a = route.get('/', { ...open, deadlineMs: 20 }, ({ signal }) => deferredUntil(signal))
    await using app = await testApp({ routes: { a }, use: [unfinished], transport })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('content-encoding')]).toEqual([504, null])
    expect(await response.json()).toMatchObject({ status: 504 })
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('that fails lets go of the stream that another one put there', async () => {
    const closed = deferred()
    const use = [
      encoding(() => {
        throw new Error('broken')
      }, 'outer'),
      encoding((answer) => {
        answer.body = new Readable({
          read: () => undefined,
          destroy: (_, done) => (closed.resolve(), done(null)),
        })
      }, 'inner'),
    ]
    await using app = await testApp({ routes, use, transport })
    expect((await app.request('GET', '/text')).status).toBe(500)
    await closed.promise
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('that fails after its client is gone is told as late, and the app waits for it', async () => {
    const begun = deferred()
    const gate = deferred()
    const left = deferred()
    const slow = encoding(async (_, { signal }) => {
      signal.addEventListener('abort', () => left.resolve())
      begun.resolve()
      await gate.promise
      throw new Error('too late')
    })
    const app = await testApp({ routes, use: [slow], transport })
    const gone = new AbortController()
    const failure = failureOf(app.request('GET', '/text', { signal: gone.signal }))
    await begun.promise
    gone.abort()
    await failure
    await left.promise
    const stopped = app.app.stop()
    gate.resolve()
    expect((await stopped).heldUp).toEqual([])
    expect(app.takeErrors().map((line) => [line.msg, line['event']])).toEqual([
      ['A handler failed after its request was over.', 'late-result'],
    ])
    expect(requestLines(app)[0]).toMatchObject({ status: 499 })
  })

  it('keeps back pressure, and closes both streams when the client goes away', async () => {
    let made = 0
    const closed = deferred()
    const source = async function* () {
      try {
        for (;;) {
          made++
          yield Buffer.alloc(65_536)
        }
      } finally {
        closed.resolve()
      }
    }
    const through = encoding((answer) => {
      const body = answer.body as AsyncIterable<Uint8Array>
      answer.body = (async function* () {
        for await (const chunk of body) yield chunk
      })()
    })
    await using app = await testApp({
      routes: { a: route.get('/', open, source) },
      use: [through],
      transport,
    })
    const response = await app.request('GET', '/')
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    await reader.read()
    await reader.cancel()
    await closed.promise
    expect(made).toBeLessThan(200)
  })

  it('closes a stream that it reads and does not pass on', async () => {
    const closed = deferred()
    const source = (): Readable =>
      new Readable({
        read() {
          this.push('x')
        },
        destroy: (_, done) => (closed.resolve(), done(null)),
      })
    const emptied = encoding((answer) => {
      answer.body = undefined
    })
    await using app = await testApp({
      routes: { a: route.get('/', open, source) },
      use: [emptied],
      transport,
    })
    expect(await (await app.request('GET', '/')).text()).toBe('')
    await closed.promise
  })

  it('may say more headers for whatever goes out', async () => {
    const late = encoding((_, ctx) => void ctx.responseHeaders.set('x-late', 'yes').vary('accept-encoding'))
    await using app = await testApp({ routes, use: [late], transport })
    const { headers } = await app.request('GET', '/text')
    expect([headers.get('x-late'), headers.get('vary')]).toEqual(['yes', 'accept-encoding'])
  })
})

describe.each(transports)('what encode would lose, %s', (transport) => {
  it.each<[string, (answer: Answer) => unknown, string]>([
    [
      'other headers',
      (answer) => ((answer as { headers: unknown }).headers = new Headers()),
      'Middleware odd replaced answer.headers: change them in place',
    ],
    [
      'an answer of its own',
      (answer) => ({ ...answer, body: 'new' }),
      'The encode of middleware odd returned',
    ],
    ['one that it promises', async (answer) => ({ ...answer }), 'The encode of middleware odd returned'],
    ['a reply', () => reply(201, 'new'), 'The encode of middleware odd returned'],
  ])('is a 500 that says what to write: %s', async (_, encode, message) => {
    const odd = encoding(encode as never, 'odd')
    await using app = await testApp({ routes, use: [odd], transport })
    expect((await app.request('GET', '/text')).status).toBe(500)
    expect(JSON.stringify(app.takeErrors())).toContain(message)
  })

  it.each<[string, (answer: Answer) => unknown]>([
    ['the answer that it was given', (answer) => answer],
    ['its headers', (answer) => answer.headers.set('x-a', '1')],
    ['its body', (answer) => (answer.body = Buffer.from('new'))],
  ])('is not %s', async (_, encode) => {
    await using app = await testApp({ routes, use: [encoding(encode as never)], transport })
    expect((await app.request('GET', '/text')).status).toBe(200)
  })
})

describe.each(transports)('the content of a 206, %s', (transport) => {
  it.each<[string, string | Uint8Array, number]>([
    ['the text that its range names', 'abc', 206],
    ['those bytes', Buffer.from('abc'), 206],
    ['another text', 'abcd', 500],
    ['other bytes', Buffer.from('a'), 500],
  ])('may be %s', async (_, body, status) => {
    const change = encoding((answer) => {
      if (answer.status === 206) answer.body = body
    })
    const part = (): unknown => reply(206, 'abc', { 'content-range': 'bytes 2-4/9' })
    await using app = await testApp({ routes: { a: route.get('/', open, part) }, use: [change], transport })
    expect((await app.request('GET', '/')).status).toBe(status)
    expect(app.takeErrors()).toHaveLength(status === 500 ? 1 : 0)
  })
})

describe('a transform that fails', () => {
  it('is a 500 whatever it threw, told as what failed after a success', async () => {
    const broken = middleware({
      name: 'broken',
      stage: 'respond',
      transform: async () => {
        throw new ConflictError('no')
      },
    })
    await using app = await testApp({ routes, use: [broken] })
    expect((await app.request('GET', '/text')).status).toBe(500)
    expect(app.takeErrors().map((line) => line.msg)).toEqual([
      'The answer failed after the handler had succeeded.',
    ])
  })
})
