import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { middleware, NotFoundError, reply, route, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, transports } from './support.ts'
import { missing } from './stream-support.ts'

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
