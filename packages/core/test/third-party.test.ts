import { Readable } from 'node:stream'
import { ConflictError, content, mount, reply, route, t } from '@keelson/core'
import { testApp, type TestApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'
import { compress, entityTags } from './third-party/content-middleware.ts'
import { rateLimit } from './third-party/rate-limit.ts'
import { responseCache } from './third-party/response-cache.ts'

const LONG = 'abcdefghij'.repeat(400)
const plain = { 'content-type': 'text/plain' }

const routes = {
  json: route.get('/json', { ...open, response: t.Object({ long: t.String() }) }, () => ({ long: LONG })),
  text: route.get('/text', open, () => LONG),
  bytes: route.get('/bytes', open, () => reply(200, Buffer.from(LONG), plain)),
  stream: route.get('/stream', open, () => reply(200, Readable.from([LONG, LONG]), plain)),
  short: route.get('/short', open, () => 'short'),
  picture: route.get('/picture', open, () => Buffer.alloc(5000)),
  events: route.get('/events', { ...open, response: content('text/event-stream') }, () =>
    Readable.from(['data: 1\n\n']),
  ),
  encoded: route.get('/encoded', open, () => reply(200, LONG, { 'content-encoding': 'x' })),
  tagged: route.get('/tagged', open, () => reply(200, Readable.from([LONG]), { ...plain, etag: '"own"' })),
  part: route.get('/part', open, () =>
    reply(206, LONG, { ...plain, 'content-range': `bytes 0-${LONG.length - 1}/9999` }),
  ),
  none: route.get('/none', open, () => undefined),
  error: route.get('/error', open, () => {
    throw new ConflictError(LONG)
  }),
  mounted: mount('/mounted', { fetch: () => new Response(LONG, { headers: plain }) }, open),
  empty: mount(
    '/empty',
    { fetch: () => new Response(null, { headers: { ...plain, 'content-length': '7' } }) },
    open,
  ),
}

const ask = (
  app: TestApp<typeof routes>,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
) => app.request(method, path, { headers: { 'accept-encoding': 'gzip, br;q=0.5', ...headers } })

describe.each(transports)('a compressor and entity tags of a third party, %s', (transport) => {
  const use = [entityTags(), compress()]

  it.each([
    ['/json', JSON.stringify({ long: LONG })],
    ['/text', LONG],
    ['/bytes', LONG],
    ['/stream', LONG + LONG],
    ['/mounted', LONG],
    ['/tagged', LONG],
  ])('compress %s', async (path, text) => {
    await using app = await testApp({ routes, use, transport })
    const response = await ask(app, path)
    const { headers } = response
    // Over the socket fetch decodes it, and keeps the header.
    const bytes = Buffer.from(await response.arrayBuffer())
    const { gunzipSync } = await import('node:zlib')
    expect((transport === 'memory' ? gunzipSync(bytes) : bytes).toString()).toBe(text)
    expect([headers.get('content-encoding'), headers.get('vary')]).toEqual(['gzip', 'accept-encoding'])
  })

  it.each(['/short', '/picture', '/events', '/encoded', '/part', '/none'])('leave %s', async (path) => {
    await using app = await testApp({ routes, use, transport })
    const own = await testApp({ routes, transport })
    const [changed, left] = [await ask(app, path), await ask(own, path)]
    expect(changed.status).toBe(left.status)
    expect(changed.headers.get('content-encoding')).toBe(left.headers.get('content-encoding'))
    expect(await changed.text()).toBe(await left.text())
    await own.close()
  })

  it('compress errors, of routes and of none', async () => {
    await using app = await testApp({ routes, use: [entityTags(), compress({ minBytes: 1 })], transport })
    for (const [path, status] of [
      ['/error', 409],
      ['/nowhere', 404],
    ] as const) {
      const response = await ask(app, path)
      expect([response.status, response.headers.get('content-encoding')]).toEqual([status, 'gzip'])
    }
  })

  it.each(['/json', '/text', '/bytes'])('say of HEAD %s what they say of GET', async (path) => {
    await using app = await testApp({ routes, use, transport })
    const [get, head] = [await ask(app, path), await ask(app, path, {}, 'HEAD')]
    const looked = ({ status, headers }: Response): unknown[] => [
      status,
      ...['etag', 'content-length', 'content-encoding', 'vary', 'content-type'].map((name) =>
        headers.get(name),
      ),
    ]
    expect(looked(head)).toEqual(looked(get))
    expect(Number(head.headers.get('content-length'))).toBeLessThan(LONG.length)
    expect(await head.text()).toBe('')
    await get.text()
  })

  it('say nothing of a length that a HEAD does not know', async () => {
    await using app = await testApp({ routes, use, transport })
    for (const path of ['/stream', '/mounted', '/empty'])
      expect((await ask(app, path, {}, 'HEAD')).headers.get('content-length')).not.toBe('7')
  })

  it('answer 304 where the client has it, by each coding', async () => {
    await using app = await testApp({ routes, use, transport })
    const tags = new Set<string>()
    for (const coding of ['gzip', 'br', 'identity']) {
      const headers = { 'accept-encoding': coding }
      const first = await ask(app, '/json', headers)
      await first.arrayBuffer()
      const tag = first.headers.get('etag') as string
      tags.add(tag)
      for (const known of [tag, `W/${tag}`, `"x", ${tag}`, '*']) {
        const second = await ask(app, '/json', { ...headers, 'if-none-match': known })
        expect([second.status, await second.text(), second.headers.get('etag')]).toEqual([304, '', tag])
        expect([second.headers.get('content-type'), second.headers.get('vary')]).toEqual([
          null,
          'accept-encoding',
        ])
      }
      expect((await ask(app, '/json', { ...headers, 'if-none-match': '"x"' })).status).toBe(200)
    }
    expect(tags.size).toBe(3)
  })

  it('answer 304 for a stream that the handler tagged, and weaken its tag', async () => {
    await using app = await testApp({ routes, use, transport })
    expect((await ask(app, '/tagged')).headers.get('etag')).toBe('W/"own"')
    const known = await ask(app, '/tagged', { 'if-none-match': 'W/"own"' })
    expect([known.status, await known.text()]).toEqual([304, ''])
  })

  it('tag the identity the other way round, and weaken it', async () => {
    await using app = await testApp({ routes, use: [compress(), entityTags()], transport })
    expect((await ask(app, '/text')).headers.get('etag')).toMatch(/^W\/"/)
    expect((await ask(app, '/short')).headers.get('etag')).toMatch(/^"/)
  })
})

describe.each(transports)('a rate limit of a third party, %s', (transport) => {
  it('tells what is left with whatever goes out, and refuses beyond', async () => {
    const use = [rateLimit({ limit: 8, windowMs: 60_000 })]
    await using app = await testApp({ routes, use, now: 30_000, transport })
    const seen: unknown[] = []
    for (const path of ['/json', '/bytes', '/stream', '/mounted', '/error', '/none', '/nowhere']) {
      const response = await ask(app, path)
      await response.arrayBuffer()
      seen.push([response.status, response.headers.get('ratelimit')])
    }
    expect(seen).toEqual(
      [200, 200, 200, 200, 409, 204, 404].map((status, at) => [status, `"default";r=${7 - at};t=30`]),
    )
    expect((await ask(app, '/json', {}, 'HEAD')).headers.get('ratelimit')).toBe('"default";r=0;t=30')
    const refused = await ask(app, '/json')
    expect([
      refused.status,
      refused.headers.get('retry-after'),
      refused.headers.get('ratelimit-policy'),
    ]).toEqual([429, '30', '"default";q=8;w=60'])
    await app.clock.advance(30_000)
    expect((await ask(app, '/none')).status).toBe(204)
  })
})

describe.each(transports)('a response cache of a third party, %s', (transport) => {
  let made = 0
  const counted = {
    json: route.get('/json', { ...open, response: t.Object({ made: t.Integer() }) }, () => ({
      made: ++made,
    })),
    text: route.get('/text', open, () => `text ${++made}`),
    bytes: route.get('/bytes', open, () => Buffer.from(`bytes ${++made}`)),
    stream: route.get('/stream', open, () => Readable.from([`stream ${++made}`])),
    error: route.get('/error', open, () => {
      throw new ConflictError(String(++made))
    }),
    none: route.get('/none', open, () => {
      made++
      return undefined
    }),
    mounted: mount('/mounted', { fetch: () => new Response(`mounted ${++made}`) }, open),
  }
  const use = [compress({ minBytes: 1 }), entityTags(), responseCache({ ttlMs: 1000, staleMs: 10_000 })]
  const looked = async (response: Response): Promise<unknown[]> => [
    response.status,
    response.headers.get('content-type'),
    response.headers.get('x-cache'),
    await response.text(),
  ]

  it.each([
    ['/json', 'application/json'],
    ['/text', 'text/plain; charset=utf-8'],
    ['/bytes', 'application/octet-stream'],
  ])('gives what it kept of %s, and makes it anew behind a stale answer', async (path, type) => {
    made = 0
    const app = await testApp({ routes: counted, use, now: 0, transport })
    const get = async (method = 'GET'): Promise<unknown[]> => looked(await app.request(method, path))
    const [, , , first] = await get()
    expect(await get()).toEqual([200, type, 'hit', first])
    expect(await get('HEAD')).toEqual([200, type, 'hit', ''])
    expect(made).toBe(1)
    await app.clock.advance(1500)
    expect(await get()).toEqual([200, type, 'stale', first])
    await expect.poll(() => made).toBe(2)
    await expect.poll(async () => (await get())[2]).toBe('hit')
    expect(String((await get())[3])).toContain('2')
    await app.close()
  })

  it.each([
    ['/stream', 200],
    ['/error', 409],
    ['/none', 204],
    ['/mounted', 200],
  ])('lets %s pass', async (path, status) => {
    made = 0
    await using app = await testApp({ routes: counted, use, now: 0, transport })
    for (const count of [1, 2]) {
      const response = await app.request('GET', path)
      expect([response.status, response.headers.get('x-cache')]).toEqual([status, 'miss'])
      await response.arrayBuffer()
      expect(made).toBe(count)
    }
  })

  it('is told by what it kept that the client has it', async () => {
    await using app = await testApp({ routes: counted, use, now: 0, transport })
    const etag = (await app.request('GET', '/json')).headers.get('etag') as string
    const response = await app.request('GET', '/json', { headers: { 'if-none-match': etag } })
    expect([response.status, response.headers.get('x-cache')]).toEqual([304, 'hit'])
  })

  it('has the stop of the app wait for what it makes anew', async () => {
    made = 0
    const app = await testApp({ routes: counted, use, now: 0, transport })
    await (await app.request('GET', '/text')).text()
    await app.clock.advance(1500)
    await (await app.request('GET', '/text')).text()
    expect((await app.app.stop()).heldUp).toEqual([])
    expect(made).toBe(2)
  })
})
