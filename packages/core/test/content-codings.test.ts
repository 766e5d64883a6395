import { connect } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import { brotliCompressSync, createBrotliDecompress, createGunzip, gzipSync } from 'node:zlib'
import {
  contentCoding,
  createApp,
  form,
  mount,
  reply,
  route,
  SetupError,
  t,
  text as textBody,
  type App,
  type AppOptions,
} from '@keelson/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const open = { access: 'public' } as const
const text = { ...open, consumes: ['*/*'] } as const
const seen: string[] = []

const routes = {
  schema: route.post('/schema', { ...open, body: t.Object({ a: t.Integer() }) }, ({ body }) =>
    reply(200, body),
  ),
  // Something else is wrong as well, so that the body is not waited for by itself.
  query: route.post(
    '/query',
    { ...open, query: { n: t.Integer() }, body: t.Object({ a: t.Integer() }) },
    () => 'never',
  ),
  raw: route.post('/raw', text, async ({ rawBody }) => new TextDecoder().decode(await rawBody())),
  loose: route.post('/loose', open, async ({ rawBody }) => new TextDecoder().decode(await rawBody())),
  stream: route.post('/stream', text, async ({ bodyStream }) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of bodyStream()) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }),
  mounted: mount(
    '/mounted',
    async (request: Request) => {
      seen.push(request.url)
      // As handlers of frameworks do, which make an answer of their own of what they catch.
      return request.text().then(
        (body) => new Response(body),
        () => new Response('cannot be read', { status: 500 }),
      )
    },
    open,
  ),
  unread: mount('/unread', () => new Response('unread'), open),
}

let app: App
let base: string
beforeAll(async () => {
  app = createApp({ routes, log: false })
  base = (await app.listen({ port: 0, host: '127.0.0.1', signals: false })).urls[0] as string
})
afterAll(() => app.stop())

const ways = ['socket', 'app.fetch'] as const
type Way = (typeof ways)[number]

function send(
  way: Way,
  path: string,
  coding: string,
  body: Uint8Array | string = '{"a":1}',
): Promise<Response> {
  const request = new Request(new URL(path, base), {
    method: 'POST',
    headers: { 'content-encoding': coding, 'content-type': 'application/json' },
    body: body as string,
  })
  return way === 'socket' ? fetch(request) : app.fetch(request)
}

const paths = ['/schema', '/query', '/raw', '/loose', '/stream', '/mounted/x', '/unread/x']

describe.each(ways)('a body that is encoded, over %s,', (way) => {
  it.each(paths)('is 415 with what would be accepted: POST %s', async (path) => {
    const answer = await send(way, path, 'gzip', gzipSync('{"a":1}'))
    expect(answer.status).toBe(415)
    expect(answer.headers.get('accept-encoding')).toBe('identity')
    expect(await answer.json()).toMatchObject({ code: 'ERR_CORE_UNSUPPORTED_MEDIA_TYPE', status: 415 })
    expect(seen).not.toContain(new URL(path, base).href)
  })

  it.each([
    'GZIP',
    'x-gzip',
    'deflate',
    'br',
    'zstd',
    'compress',
    'unheard-of',
    'gzip, br',
    'identity, gzip',
    'gzip, identity',
    'gzip,gzip',
    ' ,gzip',
    'identity;q=1',
    'identity gzip',
    'x'.repeat(2_000),
  ])('is 415 whatever its coding is called: %s', async (coding) => {
    for (const path of ['/schema', '/raw', '/mounted/y']) {
      const answer = await send(way, path, coding)
      expect([path, answer.status]).toEqual([path, 415])
      expect(answer.headers.get('accept-encoding')).toBe('identity')
      expect((await answer.text()).length).toBeLessThan(500)
    }
  })

  it.each(['identity', 'Identity', 'IDENTITY', 'identity, identity', 'identity ,', ''])(
    'is read where the coding changes nothing: %j',
    async (coding) => {
      for (const path of ['/schema', '/raw', '/loose', '/stream', '/mounted/z']) {
        const answer = await send(way, path, coding)
        expect([path, answer.status, await answer.text()]).toEqual([path, 200, '{"a":1}'])
      }
    },
  )
})

const ignore = (): void => undefined
const gzip = contentCoding('gzip', { decode: (encoded) => pipeline(encoded, createGunzip(), ignore) })
const br = contentCoding('br', { decode: (encoded) => pipeline(encoded, createBrotliDecompress(), ignore) })
const LIMIT = 2_000

describe.each(ways)('a body whose coding the app decodes, over %s,', (way) => {
  let decoding: App
  let at: string
  beforeAll(async () => {
    const more = {
      form: route.post('/form', { ...open, body: form({ a: t.Integer() }) }, ({ body }) =>
        JSON.stringify(body),
      ),
      text: route.post('/text', { ...open, body: textBody() }, ({ body }) => body),
      first: route.post('/first', text, async ({ bodyStream }) => {
        for await (const chunk of bodyStream()) return String(chunk.byteLength > 0)
        return 'none'
      }),
      slow: route.post(
        '/slow',
        { ...text, deadlineMs: 60 },
        async ({ rawBody }) => (await rawBody()).byteLength,
      ),
    }
    const options = { log: false, maxBodyBytes: LIMIT, contentCodings: [gzip, br] } as const
    decoding = createApp({ routes: { ...routes, ...more }, ...options })
    at = (await decoding.listen({ port: 0, host: '127.0.0.1', signals: false })).urls[0] as string
  })
  afterAll(() => decoding.stop())

  const post = (
    path: string,
    body: Uint8Array | ReadableStream,
    coding = 'gzip',
    type = 'application/json',
  ) => {
    const request = new Request(new URL(path, at), {
      method: 'POST',
      headers: { 'content-encoding': coding, 'content-type': type },
      body: body as Uint8Array<ArrayBuffer>,
      duplex: 'half',
    } as RequestInit)
    return way === 'socket' ? fetch(request) : decoding.fetch(request)
  }
  const told = async (answer: Promise<Response>): Promise<[number, string]> => {
    const { status } = await answer
    return [status, await (await answer).text()]
  }

  it.each(paths.filter((path) => path !== '/query' && path !== '/unread/x'))(
    'is read as what comes out of it: POST %s',
    async (path) => {
      expect(await told(post(path, gzipSync('{"a":1}')))).toEqual([200, '{"a":1}'])
      expect(await told(post(path, brotliCompressSync('{"a":1}'), 'br'))).toEqual([200, '{"a":1}'])
      const chunks = ReadableStream.from([...gzipSync('{"a":1}')].map((byte) => new Uint8Array([byte])))
      expect(await told(post(path, chunks, 'X-Gzip'))).toEqual([200, '{"a":1}'])
    },
  )

  it('is read in each format, and its violations are told beside others', async () => {
    expect(await told(post('/form', gzipSync('a=1'), 'gzip', 'application/x-www-form-urlencoded'))).toEqual([
      200,
      '{"a":1}',
    ])
    expect(await told(post('/text', gzipSync('é'), 'gzip', 'text/plain'))).toEqual([200, 'é'])
    const [status, body] = await told(post('/query', gzipSync('{"a":"x"}')))
    expect([status, body]).toEqual([400, expect.stringContaining('/a')])
    expect(body).toContain('/n')
  })

  it.each(paths.filter((path) => path !== '/query' && path !== '/unread/x'))(
    'is bounded by what comes out of it, however small it is: POST %s',
    async (path) => {
      const [status, body] = await told(post(path, gzipSync(`"${'x'.repeat(LIMIT)}"`)))
      expect([status, body]).toEqual([413, expect.stringContaining(`larger than ${LIMIT} bytes`)])
      const small = gzipSync(Buffer.alloc(400_000))
      expect(small.byteLength).toBeLessThan(LIMIT)
      expect((await post(path, small)).status).toBe(413)
    },
  )

  it('may be a little larger than its limit while it is encoded, and not more', async () => {
    // What cannot be compressed.
    const noise = Buffer.from(Array.from({ length: LIMIT }, (_, i) => (i * i * 7919) % 251))
    const stored = gzipSync(noise, { level: 0 })
    expect(stored.byteLength).toBeGreaterThan(LIMIT)
    expect((await post('/raw', stored)).status).toBe(200)
    // Empty blocks: they cost work and give nothing.
    const block = Buffer.from([0, 0, 0, 0xff, 0xff])
    const empty = Buffer.concat([gzipSync('').subarray(0, 10), ...Array.from({ length: 2_000 }, () => block)])
    expect(await told(post('/raw', empty))).toEqual([
      413,
      expect.stringContaining(`larger than ${LIMIT} bytes`),
    ])
    expect((await told(post('/raw', Readable.toWeb(Readable.from([empty])) as ReadableStream)))[0]).toBe(413)
  })

  it.each([
    ['corrupt', Buffer.from('nothing of gzip')],
    ['cut off', gzipSync('{"a":1}').subarray(0, 15)],
  ])('is a 400 where it is %s', async (_, body) => {
    for (const path of ['/schema', '/raw', '/stream', '/mounted/x']) {
      const [status, answer] = await told(post(path, body))
      expect([path, status]).toEqual([path, 400])
      expect(answer).toContain('The body cannot be decoded as gzip.')
    }
  })

  it.each(['deflate', 'gzip, br', 'gzip,gzip'])(
    'is a 415 where it is %s, with those that are decoded',
    async (coding) => {
      const answer = await post('/raw', gzipSync('x'), coding)
      expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([415, 'gzip, br'])
    },
  )

  it('is let go by who reads the beginning alone', async () => {
    expect(await told(post('/first', gzipSync('abc')))).toEqual([200, 'true'])
    expect(await told(post('/raw', gzipSync('abc')))).toEqual([200, 'abc'])
  })

  it('that does not come to its end in time is a 504', async () => {
    const endless = new ReadableStream({ start: (to) => to.enqueue(gzipSync('abc').subarray(0, 12)) })
    expect((await told(post('/slow', endless)))[0]).toBe(504)
  })
})

describe('codings of an app', () => {
  it('need not read to the end: what they leave is let go', async () => {
    let isCancelled = false
    const first = contentCoding('first', {
      async *decode(encoded) {
        const { value } = await encoded[Symbol.asyncIterator]().next()
        if (value !== undefined) yield value as Uint8Array
      },
    })
    const app = createApp({ routes, log: false, contentCodings: [first] })
    const body = new ReadableStream({
      pull: (to) => to.enqueue(Buffer.from('abc')),
      cancel: () => void (isCancelled = true),
    })
    const headers = { 'content-encoding': 'first', 'content-type': 'text/plain' }
    const request = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
    expect(await (await app.fetch(new Request('http://a/raw', request))).text()).toBe('abc')
    expect(isCancelled).toBe(true)
    await app.stop()
  })

  it('are read when the client breaks off, without a word in the log', async () => {
    let fault: unknown
    const routes = {
      a: route.post('/', text, ({ rawBody }) => rawBody().catch((error: unknown) => (fault = error) && 'x')),
    }
    const app = createApp({ routes, log: false, contentCodings: [gzip] })
    const { port } = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
    const socket = connect(port as number, '127.0.0.1')
    const head =
      'POST / HTTP/1.1\r\nhost: a\r\ncontent-type: a/b\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n'
    socket.write(Buffer.concat([Buffer.from(head), gzipSync('abc').subarray(0, 12)]), () => socket.destroy())
    await expect.poll(() => fault).toBeInstanceOf(Error)
    expect(fault).not.toHaveProperty('message', 'The body cannot be decoded as gzip.')
    await app.stop()
  })

  it.each([
    ['a function', { contentCodings: [ignore] }, 'must be a content coding, made by contentCoding'],
    ['one name twice', { contentCodings: [gzip, br, gzip] }, "Two of its contentCodings decode 'gzip'."],
  ])('stop the start with %s', async (_, options, sentence) => {
    const start = async () =>
      createApp({ routes: {}, log: false, ...options } as unknown as AppOptions).start()
    const error: unknown = await start().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SetupError)
    expect((error as SetupError).message).toContain(sentence)
  })

  it.each([
    ['Gzip', { decode: ignore }, 'lower case'],
    ['identity', { decode: ignore }, 'the name of a coding'],
    ['gzip', {}, 'Option decode is missing.'],
  ])('have a name and a function: %s', (name, definition, sentence) => {
    expect(() => contentCoding(name, definition as never)).toThrow(sentence)
  })
})
