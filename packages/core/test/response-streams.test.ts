import { Readable } from 'node:stream'
import { currentFrame, middleware, reply, route, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, oldStream, open, requestLines, transports } from './support.ts'

const KIB = 1024
const chunk = Buffer.alloc(64 * KIB, 'x')

/** Many more chunks than the buffers between server and client hold. */
const ENDLESS = 2_000

/** Gives one piece, then waits; unlike a generator that waits, it ends at once when it is told to. */
function oneUntilStopped(): AsyncIterable<string> {
  const end = deferred<IteratorResult<string>>()
  const results: IteratorResult<string>[] = [{ done: false, value: 'one' }]
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => results.shift() ?? end.promise,
      return: () => {
        end.resolve({ done: true, value: undefined })
        return end.promise
      },
    }),
  }
}

interface Source {
  made: number
  isClosed: boolean
}

async function* generate(source: Source) {
  try {
    for (; source.made < ENDLESS; source.made++) yield chunk
  } finally {
    source.isClosed = true
  }
}

const SOURCES: readonly (readonly [name: string, make: (source: Source) => unknown])[] = [
  ['a generator', generate],
  ['a Node stream', (source) => Readable.from(generate(source), { highWaterMark: 1 })],
  ['an old Node stream', (source) => oldStream(Readable.from(generate(source), { highWaterMark: 1 }))],
  ['a web stream', (source) => ReadableStream.from(generate(source))],
  ['a Web Response', (source) => new Response(ReadableStream.from(generate(source)))],
]

describe.each(transports)('a streamed answer, %s', (transport) => {
  it.each(SOURCES)(
    'of %s is made no faster than it is read, and ends when the client goes away',
    async (_, make) => {
      const source: Source = { made: 0, isClosed: false }
      const aborted = deferred<unknown>()
      const ended = deferred<RequestSummary>()
      const record = middleware({
        name: 'record',
        stage: 'record',
        observe: (_ctx, summary) => ended.resolve(summary),
      })
      const handler = ({ signal }: { signal: AbortSignal }) => {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason))
        return make(source)
      }
      const app = await testApp({
        routes: { a: route.get('/', { ...open, use: [record] }, handler) },
        transport,
      })
      const response = await app.request('GET', '/')
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      expect((await reader.read()).value?.byteLength).toBeGreaterThan(0)
      await settled(() => source.made)
      expect(source.made).toBeLessThan(ENDLESS / 2)
      await reader.cancel()
      expect(await aborted.promise).toMatchObject({ code: 'ERR_CORE_CLIENT_CLOSED' })
      expect(await ended.promise).toMatchObject({
        status: 499,
        aborted: true,
        errorCode: 'ERR_CORE_CLIENT_CLOSED',
      })
      await app.close()
      expect(source.isClosed).toBe(true)
      expect(requestLines(app)).toMatchObject([
        { level: 30, status: 499, errorCode: 'ERR_CORE_CLIENT_CLOSED' },
      ])
    },
  )

  it('that would end when it is told to stop is cut off by its deadline all the same', async () => {
    const app = await testApp({
      routes: { a: route.get('/', { ...open, deadlineMs: 1000 }, () => oneUntilStopped()) },
      transport,
      now: 0,
    })
    const response = await app.request('GET', '/')
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('one')
    const rest = failureOf(reader.read())
    await app.clock.advance(1000)
    expect(await rest).toBeInstanceOf(Error)
    app.takeErrors()
    await app.close()
  })

  it('is read to its end by a patient client, and its bytes are counted', async () => {
    const pieces = Array.from({ length: 200 }, () => chunk)
    const app = await testApp({ routes: { a: route.get('/', open, () => Readable.from(pieces)) }, transport })
    const bytes = await (await app.request('GET', '/')).arrayBuffer()
    expect(bytes.byteLength).toBe(200 * 64 * KIB)
    await app.close()
    expect(requestLines(app)).toMatchObject([{ status: 200, bytes: 200 * 64 * KIB }])
  })

  it.each<[string, (isSeen: Promise<void>) => unknown]>([
    ['a generator', (isSeen) => breaking(isSeen)],
    ['a Node stream', (isSeen) => Readable.from(breaking(isSeen))],
    ['a Node stream that is destroyed', (isSeen) => destroyed(isSeen)],
    ['a web stream', (isSeen) => ReadableStream.from(breaking(isSeen))],
    ['a stream that gives what cannot be sent', (isSeen) => pieces(isSeen, { secretName: 1 })],
    [
      'a stream shorter than it promised',
      (isSeen) => reply(200, pieces(isSeen, 'second'), { 'content-length': 99 }),
    ],
    [
      'a stream longer than it promised',
      (isSeen) => reply(200, pieces(isSeen, 'second'), { 'content-length': 7 }),
    ],
  ])('of %s breaks where it fails: the client never sees a clean end', async (_, make) => {
    const seen = deferred()
    const app = await testApp({ routes: { a: route.get('/', open, () => make(seen.promise)) }, transport })
    const response = await app.request('GET', '/')
    expect(response.status).toBe(200)
    seen.resolve()
    expect(await failureOf(response.text())).toBeInstanceOf(Error)
    await app.app.stop()
    expect(app.takeErrors()).toMatchObject([
      {
        msg: 'The request failed.',
        code: 'ERR_CORE_INTERNAL',
        requestId: response.headers.get('x-request-id'),
      },
    ])
    expect(requestLines(app)).toMatchObject([{ status: 200, errorCode: 'ERR_CORE_INTERNAL' }])
    await app.close()
  })

  it('is made in the frame of its request', async () => {
    const seen: unknown[] = []
    const handler = async function* () {
      seen.push(currentFrame()?.id)
      yield chunk
      await new Promise((resolve) => void setImmediate(resolve))
      seen.push(currentFrame()?.id)
      for (let i = 0; i < 100; i++) yield chunk
      seen.push(currentFrame()?.id)
    }
    await using app = await testApp({ routes: { a: route.get('/', open, handler) }, transport })
    const response = await app.request('GET', '/')
    await response.arrayBuffer()
    const id = response.headers.get('x-request-id')
    expect(seen).toEqual([id, id, id])
  })
})

async function* pieces(isSeen: Promise<void>, second: unknown) {
  yield 'first'
  await isSeen
  yield second
}

async function* breaking(isSeen: Promise<void>) {
  yield 'first'
  await isSeen
  throw new Error('secretName')
}

function destroyed(isSeen: Promise<void>): Readable {
  const stream = new Readable({ read: () => undefined })
  stream.push('first')
  void isSeen.then(() => stream.destroy())
  return stream
}

/** Resolves once a number stands still for a while of the event loop. */
async function settled(read: () => number): Promise<void> {
  let calm = 0
  for (let last = -1; calm < 200; last = read()) {
    calm = read() === last ? calm + 1 : 0
    await new Promise((resolve) => void setImmediate(resolve))
  }
}
