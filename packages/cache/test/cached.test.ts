import { cached } from '@keelson/cache'
import {
  acceptWeight,
  content,
  middleware,
  NotFoundError,
  reply,
  route,
  t,
  type Outcome,
} from '@keelson/core'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { account, Arrivals, cachedApp, Counter, gate, open, seen, transports } from './http-support.ts'

const keep = { ttlMs: 60_000 }

describe.each(transports)('cached, %s', (transport) => {
  it('runs the handler once, and gives what the response schema let through', async () => {
    const made = new Counter()
    const list = route.get(
      '/',
      { ...open, response: t.Object({ n: t.Integer() }), use: [cached(keep)] },
      () =>
        reply(200, { n: made.next(), secret: 1 } as { n: number }, { 'x-total': '7', link: ['<a>', '<b>'] }),
    )
    await using app = await cachedApp({ list }, { transport })
    for (let at = 0; at < 3; at++) {
      const answer = await app.request('GET', '/')
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect([answer.headers.get('x-total'), answer.headers.get('link')]).toEqual(['7', '<a>, <b>'])
      expect(await seen(answer)).toEqual([200, '{"n":1}'])
    }
    expect(made.count).toBe(1)
  })

  it('gives texts, bytes and answers without content as they were', async () => {
    const made = new Counter()
    const use = [cached(keep)]
    const routes = {
      text: route.get('/text', { ...open, use }, () => `ä ${made.next()}`),
      bytes: route.get('/bytes', { ...open, use }, () => new Uint8Array([made.next()])),
      none: route.get('/none', { ...open, use }, () => void made.next()),
      moved: route.get('/moved', { ...open, use }, () =>
        reply(303, undefined, { location: `/${made.next()}` }),
      ),
      page: route.get(
        '/page',
        { ...open, response: content('text/html'), use },
        () => `<p>${made.next()}</p>`,
      ),
    }
    await using app = await cachedApp(routes, { transport })
    for (let at = 0; at < 2; at++) {
      const answers = await Promise.all(
        Object.keys(routes).map(async (name) => {
          const answer = await app.request('GET', `/${name}`)
          return [
            answer.status,
            answer.headers.get('content-type'),
            answer.headers.get('location'),
            await answer.text(),
          ]
        }),
      )
      expect(answers).toEqual([
        [200, 'text/plain; charset=utf-8', null, 'ä 1'],
        [200, 'application/octet-stream', null, '\u0002'],
        [204, null, null, ''],
        [303, null, '/4', ''],
        [200, 'text/html; charset=utf-8', null, '<p>5</p>'],
      ])
    }
  })

  it('tells requests apart by validated params and query, whatever their order and form', async () => {
    const made = new Counter()
    const show = route.get(
      '/:id',
      {
        ...open,
        params: { id: t.Integer() },
        query: { a: t.Optional(t.Integer()), b: t.Optional(t.Array(t.String())) },
        use: [cached(keep)],
      },
      () => made.next(),
    )
    await using app = await cachedApp({ show }, { transport })
    const ask = async (path: string) => (await seen(app.request('GET', path)))[1]
    expect(await ask('/1?a=1&b=x&b=y')).toBe('1')
    expect(await ask('/1?b=x&b=y&a=1')).toBe('1')
    expect(await ask('/1?a=%31&b=x&b=y')).toBe('1')
    expect(await ask('/1?a=1&b=y&b=x')).toBe('2')
    expect(await ask('/1?a=1&b=x,y')).toBe('3')
    expect(await ask('/2?a=1&b=x&b=y')).toBe('4')
    expect(await ask('/1')).toBe('5')
    expect(await ask('/1?')).toBe('5')
  })

  it('tells apart what an undeclared query says, and paths that one route serves', async () => {
    const made = new Counter()
    const files = route.get('/files/*path', { ...open, use: [cached(keep)] }, () => made.next())
    await using app = await cachedApp({ files }, { transport })
    const ask = async (path: string) => (await seen(app.request('GET', path)))[1]
    expect(await ask('/files/a')).toBe('1')
    expect(await ask('/files/a/b')).toBe('2')
    expect(await ask('/files/a%2Fb')).not.toBe('1')
    expect(await ask('/files/a?x=1')).not.toBe('1')
    expect(await ask('/files/a?x=1&x=2')).not.toBe(await ask('/files/a?x=1'))
    expect(await ask('/files/a')).toBe('1')
  })

  it('validates before it looks: what is not valid is refused, and nobody gets it from the cache', async () => {
    const show = route.get(
      '/',
      { ...open, query: { n: t.Integer() }, use: [cached(keep)] },
      ({ query }) => query.n,
    )
    await using app = await cachedApp({ show }, { transport })
    expect(await seen(app.request('GET', '/?n=1'))).toEqual([200, '1'])
    expect((await app.request('GET', '/?n=x')).status).toBe(400)
    // What the schema drops tells nothing apart.
    expect(await seen(app.request('GET', '/?n=1&other=1'))).toEqual([200, '1'])
  })

  it('has declared headers and cookies in its key, and others where vary names them, which the answer says', async () => {
    const made = new Counter()
    const routes = {
      declared: route.get(
        '/declared',
        {
          ...open,
          headers: { 'x-a': t.Optional(t.String()) },
          cookies: { c: t.Optional(t.String()) },
          use: [cached(keep)],
        },
        () => made.next(),
      ),
      named: route.get('/named', { ...open, use: [cached({ ...keep, vary: ['Accept-Language'] })] }, () =>
        made.next(),
      ),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (path: string, headers: Record<string, string>) =>
      (await seen(app.request('GET', path, { headers })))[1]
    expect(await ask('/declared', { 'x-a': '1' })).toBe('1')
    expect(await ask('/declared', { 'x-a': '2' })).toBe('2')
    expect(await ask('/declared', { 'x-a': '1', cookie: 'c=1' })).toBe('3')
    expect(await ask('/declared', { 'x-a': '1', 'x-other': '1' })).toBe('1')
    expect(await ask('/named', { 'accept-language': 'de' })).toBe('4')
    expect(await ask('/named', { 'accept-language': 'en' })).toBe('5')
    const answer = await app.request('GET', '/named', { headers: { 'accept-language': 'de' } })
    expect([await answer.text(), answer.headers.get('vary')]).toEqual(['4', 'accept-language'])
  })

  it('keeps an answer for each media type that is negotiated, and one for all who prefer the same', async () => {
    const made = new Counter()
    const response = { 200: content('text/csv', 'text/plain') }
    const show = route.get('/', { ...open, response, use: [cached(keep)] }, (ctx) => {
      ctx.responseHeaders.vary('accept')
      const weigh = (one: string) => acceptWeight(ctx.header('accept'), one)
      const type = weigh('text/plain') > weigh('text/csv') ? 'text/plain' : 'text/csv'
      return reply(200, `${type} ${made.next()}`, { 'content-type': type })
    })
    await using app = await cachedApp({ show }, { transport })
    const ask = async (accept: string) => (await seen(app.request('GET', '/', { headers: { accept } })))[1]
    expect(await ask('text/csv')).toBe('text/csv 1')
    expect(await ask('text/plain')).toBe('text/plain 2')
    expect(await ask('text/csv;q=0.9')).toBe('text/csv 1')
    expect(await ask('text/plain, text/csv;q=0.1')).toBe('text/plain 3')
    expect(await ask('text/plain, text/csv;q=0.2')).toBe('text/plain 3')
    expect((await app.request('GET', '/', { headers: { accept: 'image/png' } })).status).toBe(406)
  })

  it('serves HEAD from the entry of GET, and never the other way round', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached(keep)] }, ({ method }) => `${method} ${made.next()}`)
    await using app = await cachedApp({ show }, { transport })
    expect((await app.request('HEAD', '/')).status).toBe(200)
    expect(await seen(app.request('GET', '/'))).toEqual([200, 'GET 2'])
    const head = await app.request('HEAD', '/')
    expect([head.headers.get('content-length'), await head.text()]).toEqual(['5', ''])
    expect(made.count).toBe(2)
  })

  it('keeps answers of POST and QUERY by their validated body, or by what a function says', async () => {
    const made = new Counter()
    const body = t.Object({ q: t.String(), page: t.Optional(t.Integer()) })
    const routes = {
      post: route.post('/post', { ...open, body, use: [cached({ ...keep, key: 'body' })] }, () =>
        made.next(),
      ),
      query: route.query('/query', { ...open, body, use: [cached(keep)] }, () => made.next()),
      own: route.post(
        '/own',
        { ...open, body, use: [cached({ ...keep, key: ({ header }) => header('x-key') })] },
        () => made.next(),
      ),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (method: string, path: string, json: object, headers = {}) =>
      (await seen(app.request(method, path, { json, headers })))[1]
    for (const [method, path, first] of [
      ['POST', '/post', 1],
      ['QUERY', '/query', 3],
    ] as const) {
      expect(await ask(method, path, { q: 'a', page: 1 })).toBe(`${first}`)
      expect(await ask(method, path, { page: 1, q: 'a' })).toBe(`${first}`)
      expect(await ask(method, path, { q: 'b' })).toBe(`${first + 1}`)
    }
    expect(await ask('POST', '/own', { q: 'a' }, { 'x-key': '1' })).toBe('5')
    expect(await ask('POST', '/own', { q: 'b' }, { 'x-key': '1' })).toBe('5')
    // undefined passes the cache by.
    expect(await ask('POST', '/own', { q: 'b' })).toBe('6')
    expect(await ask('POST', '/own', { q: 'b' })).toBe('7')
  })

  it('tells callers, tenants and hosts apart', async () => {
    const made = new Counter()
    const routes = {
      user: route
        .use(account)
        .get('/user', { ...open, use: [cached({ ...keep, by: 'user' })] }, () => made.next()),
      all: route
        .use(account)
        .get('/all', { ...open, use: [cached({ ...keep, by: 'nobody' })] }, () => made.next()),
    }
    await using app = await cachedApp(routes, { transport })
    const ask = async (path: string, headers: Record<string, string>) =>
      (await seen(app.request('GET', path, { headers })))[1]
    expect(await ask('/user', { 'x-user': 'a' })).toBe('1')
    expect(await ask('/user', { 'x-user': 'b' })).toBe('2')
    expect(await ask('/user', {})).toBe('3')
    expect(await ask('/user', { 'x-user': 'a', 'x-tenant': 't' })).toBe('4')
    expect(await ask('/user', { 'x-user': 'a' })).toBe('1')
    expect(await ask('/all', { 'x-user': 'a' })).toBe('5')
    expect(await ask('/all', { 'x-user': 'b' })).toBe('5')
    expect(await ask('/all', { 'x-user': 'b', 'x-tenant': 't' })).toBe('6')
  })

  it('keeps errors that it is asked to keep, which are rendered for each request', async () => {
    const made = new Counter()
    const routes = {
      thrown: route.get('/thrown', { ...open, use: [cached({ ...keep, errors: [404] })] }, () => {
        throw new NotFoundError(`Not there ${made.next()}.`)
      }),
      replied: route.get('/replied', { ...open, use: [cached({ ...keep, errors: [404] })] }, () =>
        reply(404, `${made.next()}`),
      ),
      other: route.get('/other', { ...open, use: [cached(keep)] }, () => reply(404, `${made.next()}`)),
    }
    await using app = await cachedApp(routes, { transport })
    const first = (await (await app.request('GET', '/thrown')).json()) as { code: string; detail: string }
    const again = await app.request('GET', '/thrown')
    expect([again.status, again.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    expect([first.code, first.detail]).toEqual(['ERR_CORE_NOT_FOUND', 'Not there 1.'])
    expect(((await again.json()) as { detail: string }).detail).toBe('Not there 1.')
    expect([await seen(app.request('GET', '/replied')), await seen(app.request('GET', '/replied'))]).toEqual([
      [404, '2'],
      [404, '2'],
    ])
    expect([await seen(app.request('GET', '/other')), await seen(app.request('GET', '/other'))]).toEqual([
      [404, '3'],
      [404, '4'],
    ])
  })

  it('keeps no headers of one request, and of the others those that are chosen', async () => {
    const headers = {
      'x-request-id': 'mine',
      'ratelimit-policy': 'a',
      'access-control-allow-origin': '*',
      'x-a': '1',
      etag: '"1"',
    }
    const routes = {
      all: route.get('/all', { ...open, use: [cached(keep)] }, () => reply(200, 'x', headers)),
      some: route.get('/some', { ...open, use: [cached({ ...keep, headers: ['etag'] })] }, () =>
        reply(200, 'x', headers),
      ),
    }
    await using app = await cachedApp(routes, { transport })
    const got = async (path: string) => {
      const answer = await app.request('GET', path)
      return Object.keys(headers).filter(
        (name) => answer.headers.get(name) === headers[name as keyof typeof headers],
      )
    }
    expect([await got('/all'), await got('/all')]).toEqual([
      ['x-a', 'etag'],
      ['x-a', 'etag'],
    ])
    expect([await got('/some'), await got('/some')]).toEqual([['etag'], ['etag']])
  })

  it.each([
    ['a cookie', () => reply(200, 'x', { 'set-cookie': 'a=1' }), 'it sets a cookie'],
    [
      'no-store',
      () => reply(200, 'x', { 'cache-control': 'max-age=5, No-Store' }),
      'its cache-control says no-store',
    ],
    ['private', () => reply(200, 'x', { 'cache-control': 'private' }), 'its cache-control says private'],
    ['no-cache', () => reply(200, 'x', { 'cache-control': 'no-cache="a", max-age=5' }), 'says no-cache'],
    ['vary', () => reply(200, 'x', { vary: 'Accept-Language' }), "it varies by 'accept-language'"],
    ['vary by anything', () => reply(200, 'x', { vary: '*' }), 'it says vary: *'],
    ['a stream', () => Readable.from(['x']), 'it is a stream'],
  ] as const)(
    'gives an answer with %s to nobody else, and the log says why once',
    async (_what, answer, why) => {
      const made = new Counter()
      const show = route.get('/', { ...open, use: [cached(keep)] }, () => {
        made.next()
        return answer() as never
      })
      await using app = await cachedApp({ show }, { transport })
      for (let at = 1; at <= 3; at++) {
        const got = await app.request('GET', '/')
        expect(await got.text()).toBe('x')
        expect(got.headers.get('set-cookie')).toBe(why === 'it sets a cookie' ? 'a=1' : null)
      }
      expect(made.count).toBe(3)
      const lines = app.log.lines.filter(({ msg }) => String(msg).includes('is not kept'))
      expect(lines.map(({ msg }) => msg)).toEqual([expect.stringContaining(why)])
    },
  )

  it('passes a stream through to who began it, and tells it when that leaves; others run their own', async () => {
    const made = new Counter()
    const [begun, left] = [gate(), gate()]
    const use = [cached(keep)]
    const show = route.get('/', { ...open, use }, async function* ({ signal }) {
      const n = made.next()
      const told = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      void told.then(left.open)
      await begun.promise
      yield `${n}`
      if (n === 1) await told
      yield 'end'
    })
    const arrivals = new Arrivals()
    await using app = await cachedApp({ show }, { transport, use: [arrivals.middleware] })
    const first = app.request('GET', '/')
    await arrivals.until(1)
    const second = app.request('GET', '/')
    await arrivals.until(2)
    begun.open()
    expect(await seen(second)).toEqual([200, '2end'])
    const reader = (await first).body!.getReader()
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('1')
    await reader.cancel()
    await left.promise
    expect(made.count).toBe(2)
    expect(await seen(app.request('GET', '/'))).toEqual([200, '3end'])
    expect(made.count).toBe(3)
  })

  it('gives an answer to a condition or a range to its request alone, and keeps the whole one', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached(keep)] }, ({ header }) => {
      made.next()
      if (header('if-none-match') === '"1"') return reply(304, undefined, { etag: '"1"' })
      if (header('range') !== undefined) return reply(206, 'w', { 'content-range': 'bytes 0-0/5' })
      return reply(200, 'whole', { etag: '"1"' })
    })
    await using app = await cachedApp({ show }, { transport })
    const ask = (headers: Record<string, string>) => seen(app.request('GET', '/', { headers }))
    expect(await ask({ 'if-none-match': '"1"' })).toEqual([304, ''])
    expect(await ask({ range: 'bytes=0-0' })).toEqual([206, 'w'])
    expect(made.count).toBe(2)
    expect([await ask({}), await ask({})]).toEqual([
      [200, 'whole'],
      [200, 'whole'],
    ])
    expect(made.count).toBe(3)
  })

  it('sees a cookie that the handler says by ctx.responseHeaders', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached(keep)] }, ({ responseHeaders }) => {
      responseHeaders.append('set-cookie', `n=${made.next()}`)
      return 'x'
    })
    await using app = await cachedApp({ show }, { transport })
    expect((await app.request('GET', '/')).headers.get('set-cookie')).toBe('n=1')
    expect((await app.request('GET', '/')).headers.get('set-cookie')).toBe('n=2')
  })

  it('does not keep an answer that is larger than its bound', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached({ ...keep, maxEntryBytes: 100 })] }, () => {
      made.next()
      return 'x'.repeat(200)
    })
    await using app = await cachedApp({ show }, { transport })
    for (let at = 0; at < 2; at++) expect((await seen(app.request('GET', '/')))[1]).toHaveLength(200)
    expect(made.count).toBe(2)
  })

  it('passes the stage respond as any answer: the same bytes each time, which encoders may know by identity', async () => {
    const packed = new WeakMap<object, Uint8Array>()
    const made = new Counter()
    const transformed: unknown[] = []
    const compress = middleware({
      name: 'compress',
      stage: 'respond',
      encode: (_ctx, answer) => {
        if (!(answer.body instanceof Uint8Array)) throw new Error('It is not bytes.')
        let gzipped = packed.get(answer.body)
        if (gzipped === undefined) packed.set(answer.body, (gzipped = gzipSync(answer.body)))
        else made.next()
        answer.body = gzipped
        answer.headers.set('content-encoding', 'gzip').set('x-request', String(made.count))
      },
    })
    const etag = middleware({
      name: 'etag',
      stage: 'respond',
      transform: (_ctx, outcome: Outcome) => {
        transformed.push(outcome.value)
        outcome.headers.set('etag', '"1"')
        return outcome
      },
      encode: (ctx, answer) => {
        if (ctx.header('if-none-match') === '"1"') answer.status = 304
      },
    })
    const show = route.get('/', { ...open, use: [cached(keep)] }, () => ({ a: 1 }))
    await using app = await cachedApp({ show }, { transport, use: [etag, compress] })
    for (let at = 0; at < 3; at++) {
      const answer = await app.request('GET', '/', { headers: { 'accept-encoding': 'gzip' } })
      expect(answer.headers.get('x-request')).toBe(String(at))
      await answer.arrayBuffer()
    }
    expect(made.count).toBe(2)
    expect(transformed[0]).toBeInstanceOf(Uint8Array)
    expect(new Set(transformed).size).toBe(1)
    expect((await app.request('GET', '/', { headers: { 'if-none-match': '"1"' } })).status).toBe(304)
  })

  it('makes no promise for what is in memory', async () => {
    const order: string[] = []
    const first = middleware({
      name: 'first',
      stage: 'receive',
      run: () => {
        order.push('received')
        queueMicrotask(() => order.push('microtask'))
      },
      transform: (_ctx, outcome) => {
        order.push('answered')
        return outcome
      },
    })
    const show = route.get('/', { ...open, use: [cached(keep)] }, () => 'x')
    await using app = await cachedApp({ show }, { transport, use: [first] })
    await seen(app.request('GET', '/'))
    order.length = 0
    await seen(app.request('GET', '/'))
    expect(order).toEqual(['received', 'answered', 'microtask'])
  })
})

describe('a call within the process', () => {
  it('runs the handler: kept are answers of HTTP', async () => {
    const made = new Counter()
    const show = route.get('/', { ...open, use: [cached(keep)] }, () => made.next())
    await using app = await cachedApp({ show }, { calls: true } as never)
    await seen(app.request('GET', '/'))
    const result = await app.app.invoke('show' as never, {} as never)
    expect(result).toMatchObject({ ok: true, data: 2 })
  })
})
