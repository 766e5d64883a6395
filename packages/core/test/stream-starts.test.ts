import { AsyncLocalStorage } from 'node:async_hooks'
import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import {
  content,
  currentFrame,
  middleware,
  NotFoundError,
  reply,
  route,
  type Outcome,
  type RequestSummary,
} from '@keelson/core'
import { frameKey, runInFrame } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, requestLines, transports } from './support.ts'

const later = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/** A generator that fails before its first piece. */
async function* missing(): AsyncGenerator<string> {
  await later()
  yield* []
  throw new NotFoundError('No such file.')
}

/** A Response of a stream, whose types differ between Node and the DOM. */
function responseOf(pieces: AsyncIterable<unknown>): Response {
  return new Response(ReadableStream.from(pieces) as ReadableStream<Uint8Array<ArrayBuffer>>)
}

/** The same after pieces that say nothing. */
async function* emptyThenMissing(): AsyncGenerator<string | Uint8Array> {
  yield ''
  yield new Uint8Array(0)
  yield* missing()
}

const failing = (): Readable =>
  new Readable({
    read() {
      this.destroy(new NotFoundError('No such file.'))
    },
  })

const FAILING: readonly (readonly [name: string, make: () => unknown, status: number])[] = [
  ['a file stream', () => createReadStream('/nope'), 500],
  ['a generator', missing, 404],
  ['a generator that gave nothing but empty pieces', emptyThenMissing, 404],
  ['a generator in a reply', () => reply(200, missing(), { 'x-own': '1' }), 404],
  ['an asynchronous handler', async () => missing(), 404],
  ['a Node stream', failing, 404],
  ['a Node stream of objects', () => Readable.from(missing()), 404],
  ['a Node stream of empty texts', () => Readable.from(emptyThenMissing()), 404],
  ['a Node stream that failed before', () => failing().destroy(new NotFoundError()), 404],
  ['a Node stream that was destroyed', () => Readable.from(['a']).destroy(), 500],
  [
    'a web stream',
    () => new ReadableStream({ pull: (controller) => controller.error(new NotFoundError()) }),
    404,
  ],
  ['a Response', () => responseOf(missing()), 404],
  ['an iterator that throws', () => ({ [Symbol.asyncIterator]: () => { throw new NotFoundError() } }), 404], // oxfmt-ignore
]

describe.each(transports)('a stream that fails before its first piece, %s', (transport) => {
  it.each(FAILING)('is an error like any other: %s', async (_, make, status) => {
    const seen: unknown[] = []
    const ended = deferred<RequestSummary>()
    const use = [
      middleware({
        name: 'look',
        stage: 'respond',
        transform: (_ctx, outcome) => {
          seen.push(outcome.status)
          outcome.headers.set('x-seen', 'yes')
          return outcome
        },
      }),
      middleware({ name: 'end', stage: 'record', observe: (_ctx, summary) => ended.resolve(summary) }),
    ] as const
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, make) }, transport })
    const response = await app.request('GET', '/')
    expect([response.status, response.headers.get('x-seen'), response.headers.get('x-own')]).toEqual([
      status,
      'yes',
      null,
    ])
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const problem = (await response.json()) as { code: string; requestId: string }
    expect([problem.code, problem.requestId]).toEqual([
      status === 404 ? 'ERR_CORE_NOT_FOUND' : 'ERR_CORE_INTERNAL',
      response.headers.get('x-request-id'),
    ])
    expect(await ended.promise).toMatchObject({ status, errorCode: problem.code, aborted: false })
    expect(app.takeErrors()).toHaveLength(status === 500 ? 1 : 0)
    expect(seen).toEqual([status])
  })

  it.each<[string, () => unknown]>([
    ['a Node stream', () => Readable.from(['', { secret: 1 }])],
    ['a generator', async function* () { yield { secret: 1 } }], // oxfmt-ignore
    ['a web stream', () => ReadableStream.from([{ secret: 1 }])],
  ])(
    'is an error, too, when the first piece cannot be sent and no transform makes it so: %s',
    async (_, make) => {
      const lines = middleware({
        name: 'lines',
        stage: 'respond',
        transform: (_ctx, outcome) => {
          const rows = outcome.value as AsyncIterable<unknown>
          outcome.value = (async function* () {
            for await (const row of rows) if (row !== '') yield `${JSON.stringify(row)}\n`
          })()
          return outcome
        },
      })
      await using app = await testApp({
        routes: {
          a: route.get('/a', open, make),
          b: route.get('/b', { ...open, use: [lines] }, make),
        },
        transport,
      })
      const response = await app.request('GET', '/a')
      expect([response.status, (await response.text()).includes('secret')]).toEqual([500, false])
      expect(app.takeErrors()).toHaveLength(1)
      expect(await (await app.request('GET', '/b')).text()).toBe('{"secret":1}\n')
    },
  )

  it('is not read without a middleware that looks either, and does not end the process behind a slow one', async () => {
    const slow = middleware({
      name: 'slow',
      stage: 'handle',
      wrap: async (_ctx, next) => {
        const outcome = await next()
        await new Promise((resolve) => setTimeout(resolve, 20))
        return outcome
      },
    })
    const slowTransform = middleware({
      name: 'slow-transform',
      stage: 'respond',
      transform: async (_ctx, outcome) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        return outcome
      },
    })
    const dying = (): Readable => {
      const stream = new PassThrough()
      stream.write('first')
      setTimeout(() => stream.destroy(new Error('too soon')), 5)
      return stream
    }
    await using app = await testApp({
      routes: {
        bare: route.get('/bare', open, () => createReadStream('/nope')),
        slow: route.get('/slow', { ...open, use: [slow] }, () => createReadStream('/nope')),
        dying: route.get('/dying', { ...open, use: [slowTransform] }, dying),
      },
      transport,
    })
    for (const path of ['/bare', '/slow', '/dying']) {
      const response = await app.request('GET', path)
      expect(response.status).toBe(500)
    }
    expect(app.takeErrors()).toHaveLength(3)
  })

  it('is a stream of a transform: an error as well', async () => {
    const put = (make: () => unknown) =>
      [
        middleware({
          name: 'put',
          stage: 'respond',
          transform: (_ctx, outcome) => ((outcome.value = make()), outcome),
        }),
      ] as const
    await using app = await testApp({
      routes: {
        a: route.get('/a', { ...open, use: put(missing) }, () => ({ n: 1 })),
        b: route.get('/b', { ...open, use: put(() => createReadStream('/nope')) }, () => 'x'),
        c: route.get('/c', { ...open, use: put(() => responseOf(missing())) }, () => 'x'),
      },
      transport,
    })
    expect((await app.request('GET', '/a')).status).toBe(404)
    expect((await app.request('GET', '/b')).status).toBe(500)
    expect((await app.request('GET', '/c')).status).toBe(404)
    expect(app.takeErrors()).toHaveLength(1)
  })

  it('that waits for its first piece is a 504 when the deadline passes, and is closed', async () => {
    const closed = deferred()
    const waiting = async function* ({ signal }: { signal: AbortSignal }) {
      try {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        yield 'late'
      } finally {
        closed.resolve()
      }
    }
    const silent = new Readable({ read: () => undefined })
    await using app = await testApp({
      routes: {
        a: route.get('/a', { ...open, deadlineMs: 20 }, waiting),
        b: route.get('/b', { ...open, deadlineMs: 20 }, () => silent),
      },
      transport,
    })
    for (const path of ['/a', '/b']) {
      const response = await app.request('GET', path)
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        504,
        'ERR_CORE_GATEWAY_TIMEOUT',
      ])
    }
    await closed.promise
    expect(silent.destroyed).toBe(true)
    app.takeErrors()
  })

  it('that waits for its first piece is let go of when the client leaves', async () => {
    const started = deferred()
    const closed = deferred()
    const ended = deferred<RequestSummary>()
    const use = [
      middleware({ name: 'end', stage: 'record', observe: (_ctx, summary) => ended.resolve(summary) }),
    ] as const
    const waiting = () => {
      const stream = new Readable({ read: () => started.resolve() })
      stream.on('close', () => closed.resolve())
      return stream
    }
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, waiting) }, transport })
    const leaving = new AbortController()
    const answer = failureOf(app.request('GET', '/', { signal: leaving.signal }))
    await started.promise
    leaving.abort()
    expect(await answer).toBeInstanceOf(Error)
    await closed.promise
    expect(await ended.promise).toMatchObject({ status: 499, aborted: true })
  })
})

const LINES = Array.from({ length: 500 }, (_, at) => `line ${at} ${'x'.repeat(at)}\n`)

async function* lines(): AsyncGenerator<string> {
  for (const line of LINES) {
    if (line.length % 7 === 0) await later()
    yield line
  }
}

const WHOLE: readonly (readonly [name: string, make: () => unknown])[] = [
  ['a generator', lines],
  ['a Node stream of texts', () => Readable.from(lines())],
  ['a Node stream of bytes', () => Readable.from(lines()).pipe(new PassThrough())],
  ['a file', () => createReadStream(import.meta.filename)],
  ['a web stream', () => ReadableStream.from(lines())],
  ['a Response', () => new Response(LINES.join(''))],
  ['a Blob', () => new Blob(LINES)],
  ['an empty generator', async function* () {}],
  ['an empty Node stream', () => Readable.from([])],
  ['an empty Node stream of bytes', () => new Readable({ read() { this.push(null) } })], // oxfmt-ignore
  ['a Node stream of empty texts', () => Readable.from(['', ''])],
  ['an empty web stream', () => ReadableStream.from([])],
  ['a Node stream that was read in part', () => { const one = Readable.from(['a', 'b']); one.read(); return one }], // oxfmt-ignore
]

describe.each(transports)('a stream that was begun, %s', (transport) => {
  const seeing = middleware({
    name: 'see',
    stage: 'respond',
    transform: async (_ctx, outcome) => {
      await later()
      return outcome
    },
  })

  it.each(WHOLE)('is sent whole: %s', async (_, make) => {
    const expected = await new Response(
      (await bodyOf(make())) as ConstructorParameters<typeof Response>[0],
    ).text()
    await using app = await testApp({
      routes: {
        bare: route.get('/bare', open, make),
        seen: route.get('/seen', { ...open, use: [seeing] }, make),
      },
      transport,
    })
    for (const path of ['/bare', '/seen']) {
      const response = await app.request('GET', path)
      expect([response.status, await response.text()]).toEqual([200, expected])
      expect((await app.request('HEAD', path)).status).toBe(200)
    }
  })

  it.each<[string, () => unknown, (outcome: Outcome) => void]>([
    [
      'a Node stream piped through another',
      () => Readable.from(lines()),
      (one) => {
        one.value = (one.value as Readable).pipe(createGzip())
        one.headers.set('content-encoding', 'gzip')
      },
    ],
    [
      'a web stream piped through another',
      () => ReadableStream.from(lines()).pipeThrough(new TextEncoderStream()),
      (one) => {
        expect(one.value).toBeInstanceOf(ReadableStream)
        one.value = (one.value as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(
          new CompressionStream('gzip'),
        )
        one.headers.set('content-encoding', 'gzip')
      },
    ],
    [
      'a generator made into another',
      lines,
      (one) => {
        one.value = Readable.from(one.value as AsyncIterable<string>).pipe(createGzip())
        one.headers.set('content-encoding', 'gzip')
      },
    ],
  ])('may be changed by a transform: %s', async (_, make, change) => {
    const use = [
      middleware({
        name: 'change',
        stage: 'respond',
        transform: (_ctx, outcome) => (change(outcome), outcome),
      }),
    ] as const
    await using app = await testApp({ routes: { a: route.get('/', { ...open, use }, make) }, transport })
    const response = await app.request('GET', '/')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    // fetch unpacks by itself.
    const body =
      transport === 'socket'
        ? response
        : new Response(response.body?.pipeThrough(new DecompressionStream('gzip')))
    expect(await body.text()).toBe(LINES.join(''))
  })

  it('is not begun for HEAD, nor for a status without a body', async () => {
    let begun = 0
    const make = async function* () {
      begun++
      yield 'x'
    }
    await using app = await testApp({
      routes: {
        a: route.get('/a', open, make),
        b: route.get('/b', open, () => reply(204, make())),
      },
      transport,
    })
    expect((await app.request('HEAD', '/a')).status).toBe(200)
    expect((await app.request('GET', '/b')).status).toBe(204)
    expect(begun).toBe(0)
  })

  it.each(['generator', 'node', 'web'])('opens within 300 ms when it is one of events: %s', async (kind) => {
    const first = deferred()
    const make = async function* () {
      await first.promise
      yield 'data: 1\n\n'
    }
    const of = () =>
      kind === 'generator' ? make() : kind === 'node' ? Readable.from(make()) : ReadableStream.from(make())
    await using app = await testApp({
      routes: {
        a: route.get('/a', { ...open, response: content('text/event-stream') }, of),
        b: route.get('/b', { ...open, use: [seeing] }, () =>
          reply(200, of(), { 'content-type': 'text/event-stream; charset=utf-8' }),
        ),
      },
      transport,
    })
    for (const path of ['/a', '/b']) {
      const startedAt = performance.now()
      const response = await app.request('GET', path)
      expect(performance.now() - startedAt).toBeLessThan(10_000)
      expect(response.status).toBe(200)
      first.resolve()
      expect(await response.text()).toBe('data: 1\n\n')
    }
  })

  it('of events breaks where it fails after it has opened', async () => {
    const first = deferred()
    const make = async function* () {
      await first.promise
      yield* missing()
    }
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, response: content('text/event-stream') }, make) },
      transport,
    })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(200)
    first.resolve()
    expect(await failureOf(response.text())).toBeInstanceOf(Error)
  })
})

describe.each(transports)('an answer that was cut, %s', (transport) => {
  it('is an error in the request log, for a stream that fails and for a deadline', async () => {
    const ended: RequestSummary[] = []
    const both = deferred()
    const use = [
      middleware({
        name: 'end',
        stage: 'record',
        observe: (_ctx, summary) => {
          ended.push(summary)
          if (ended.length === 2) both.resolve()
        },
      }),
    ] as const
    const cut = deferred()
    const breaking = async function* () {
      yield 'first'
      await cut.promise
      throw new Error('broken')
    }
    const hanging = async function* () {
      yield 'first'
      await new Promise(() => undefined)
    }
    await using app = await testApp({
      routes: {
        breaking: route.get('/breaking', { ...open, use }, breaking),
        hanging: route.get('/hanging', { ...open, use, deadlineMs: 50 }, hanging),
      },
      transport,
    })
    const response = await app.request('GET', '/breaking')
    cut.resolve()
    expect(await failureOf(response.text())).toBeInstanceOf(Error)
    const other = await app.request('GET', '/hanging')
    expect(await failureOf(other.text())).toBeInstanceOf(Error)
    await both.promise
    expect(ended).toMatchObject([
      { status: 200, aborted: true, errorCode: 'ERR_CORE_INTERNAL' },
      { status: 200, aborted: true, errorCode: 'ERR_CORE_GATEWAY_TIMEOUT' },
    ])
    await app.app.stop()
    expect(requestLines(app)).toMatchObject([
      { level: 50, status: 200, aborted: true, errorCode: 'ERR_CORE_INTERNAL' },
      { level: 50, status: 200, aborted: true, errorCode: 'ERR_CORE_GATEWAY_TIMEOUT' },
    ])
    app.takeErrors()
  })

  it('says nothing of the kind when it was whole', async () => {
    const app = await testApp({ routes: { a: route.get('/', open, lines) }, transport })
    await (await app.request('GET', '/')).text()
    await app.close()
    const [line] = requestLines(app)
    expect([line?.level, line?.['aborted']]).toEqual([30, undefined])
  })
})

const TRACER = new AsyncLocalStorage<string>()
const BRANCH = frameKey<string>('branch')

async function bodyOf(value: unknown): Promise<unknown> {
  if (value instanceof Response) return value.text()
  if (value instanceof Blob) return value
  const chunks: Buffer[] = []
  for await (const chunk of value as AsyncIterable<string | Uint8Array>) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

describe.each(transports)("a middleware's own storage, %s", (transport) => {
  const traced = middleware({
    name: 'traced',
    stage: 'receive',
    wrap: (ctx, next) => TRACER.run('span', () => runInFrame(ctx.frame.with(BRANCH, 'b'), next)),
  })
  const chunk = 'x'.repeat(64 * 1024)

  const MAKERS: readonly (readonly [string, (seen: Set<unknown>) => unknown])[] = [
    ['a generator', generate],
    ['a Node stream', (seen) => Readable.from(generate(seen), { highWaterMark: 1 })],
    ['a Node stream with a read of its own', (seen) => reading(seen)],
    ['a web stream', (seen) => ReadableStream.from(generate(seen))],
    ['a Response', (seen) => new Response(ReadableStream.from(generate(seen)))],
  ]

  async function* generate(seen: Set<unknown>) {
    for (let i = 0; i < 60; i++) {
      seen.add(TRACER.getStore()).add(currentFrame()?.get(BRANCH))
      if (i % 3 === 0) await later()
      yield Buffer.from(chunk)
    }
  }

  function reading(seen: Set<unknown>): Readable {
    let i = 0
    return new Readable({
      read() {
        seen.add(TRACER.getStore()).add(currentFrame()?.get(BRANCH))
        this.push(i++ < 60 ? chunk : null)
      },
    })
  }

  it.each(MAKERS)('is kept while a stream is sent: %s', async (_, make) => {
    const seen = new Set<unknown>()
    await using app = await testApp({
      routes: {
        now: route.get('/now', { ...open, use: [traced] }, () => make(seen)),
        soon: route.get('/soon', { ...open, use: [traced] }, async () => make(seen)),
      },
      transport,
    })
    for (const path of ['/now', '/soon']) {
      const text = await (await app.request('GET', path)).text()
      expect(text.length).toBe(60 * chunk.length)
    }
    expect([...seen]).toEqual(['span', 'b'])
  })

  it('is kept in a stream that a transform sends through another', async () => {
    const seen = new Set<unknown>()
    const pipe = middleware({
      name: 'pipe',
      stage: 'respond',
      transform: (_ctx, outcome) => {
        outcome.value = (outcome.value as Readable).pipe(new PassThrough())
        return outcome
      },
    })
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, use: [traced, pipe] }, () => reading(seen)) },
      transport,
    })
    await (await app.request('GET', '/')).text()
    expect([...seen]).toEqual(['span', 'b'])
  })
})

describe.each(transports)('a stream that the handler has read, %s', (transport) => {
  const drained = async <T extends AsyncIterable<unknown>>(stream: T): Promise<T> => {
    for await (const chunk of stream) void chunk
    return stream
  }
  const webStream = () => new Blob(['x']).stream() as ReadableStream & AsyncIterable<unknown>
  it.each<[string, () => unknown]>([
    ['of node', () => drained(Readable.from(['x']))],
    ['of node, declared', () => drained(Readable.from([Buffer.from('x')], { objectMode: false }))],
    ['of the web', () => drained(webStream())],
    [
      'that was cancelled',
      async () => {
        const stream = webStream()
        await stream.cancel()
        return stream
      },
    ],
  ])('is a 500 that says so: %s', async (_, make) => {
    await using app = await testApp({ routes: { a: route.get('/', open, make) }, transport })
    expect((await app.request('GET', '/')).status).toBe(500)
    expect(app.takeErrors()).toMatchObject([
      { err: { message: expect.stringMatching(/read (before|already)/) } },
    ])
  })

  it('is sent from where it was left, and an empty one is an empty answer', async () => {
    const rest = async () => {
      const stream = ReadableStream.from(['a', 'b'])
      const reader = stream.getReader()
      await reader.read()
      reader.releaseLock()
      return stream
    }
    await using app = await testApp({
      routes: {
        a: route.get('/a', open, rest),
        b: route.get('/b', open, () => Readable.from([])),
        c: route.get('/c', open, () => ReadableStream.from([])),
      },
      transport,
    })
    expect(await (await app.request('GET', '/a')).text()).toBe('b')
    for (const path of ['/b', '/c']) {
      const response = await app.request('GET', path)
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
  })
})
