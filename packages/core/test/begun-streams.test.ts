import { createReadStream } from 'node:fs'
import { PassThrough, Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { content, middleware, reply, route, type Outcome, type RequestSummary } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open, requestLines, transports } from './support.ts'
import { later, missing, LINES, lines } from './stream-support.ts'

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

async function bodyOf(value: unknown): Promise<unknown> {
  if (value instanceof Response) return value.text()
  if (value instanceof Blob) return value
  const chunks: Buffer[] = []
  for await (const chunk of value as AsyncIterable<string | Uint8Array>) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}
