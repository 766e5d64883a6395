import { describe, expect, it } from 'vitest'
import { createClient, fetchTransport, frameHeaders, type Client, type Transport } from '@keelson/client'
import { events, lines } from '@keelson/client/streams'
import { defineError } from '@keelson/core'
import { middleware } from '@keelson/core'
import { reply, route, router } from '@keelson/core'
import { toManifest } from '@keelson/core'
import { t } from '@keelson/core'
import { testApp, type TestApp } from '@keelson/testing'

const Closed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'Closed',
  details: t.Object({ at: t.String() }),
})
const Unknown = defineError('UNKNOWN_USER', { status: 401, title: 'Unknown user' })

const session = middleware({
  name: 'session',
  stage: 'authenticate',
  adds: ['user'],
  run: (ctx) => {
    const user = ctx.header('x-user')
    if (user === undefined) throw new Unknown()
    return { user }
  },
  describe: { errors: [Unknown] },
})

const EVENTS = { 'content-type': 'text/event-stream' }
const LINES = { 'content-type': 'application/x-ndjson' }

async function* texts(...parts: string[]) {
  yield* parts
}

const echo = router('/echo/:tenant', {
  all: route.post(
    '/:id/*rest',
    {
      query: { n: t.Integer(), tags: t.Optional(t.Array(t.String())), on: t.Optional(t.Boolean()) },
      headers: { 'x-text': t.String() },
      body: t.Object({ text: t.String() }),
      response: t.Unknown(),
      access: 'public',
    },
    ({ params, query, headers, body }) => ({ params, query, text: headers['x-text'], body }),
  ),
})

const files = router('/files', {
  all: route.get('/*path?', { response: t.String(), access: 'public' }, ({ params }) => `<${params.path}>`),
})

const paged = router('/paged', {
  list: route.post(
    '/',
    {
      query: { size: t.Integer({ default: 20 }), tags: t.Array(t.String(), { default: [] }) },
      headers: { 'x-lang': t.String({ default: 'en' }) },
      body: t.Object({ items: t.Array(t.Object({ id: t.String(), count: t.Integer({ default: 1 }) })) }),
      response: t.Unknown(),
      access: 'public',
    },
    ({ query, headers, body }) => ({ query, lang: headers['x-lang'], items: body.items }),
  ),
  note: route.post(
    '/note',
    { body: t.Optional(t.Object({ text: t.String() })), response: t.String(), access: 'public' },
    ({ body }) => body?.text ?? 'none',
  ),
})

const orders = router('/orders', {
  show: route.use(session).get(
    '/:id',
    {
      params: { id: t.String() },
      response: t.Object({ id: t.String(), user: t.String() }),
      errors: [Closed],
      access: 'public',
    },
    ({ params, user }) => {
      if (params.id === 'closed') throw new Closed({ message: 'It was closed', details: { at: 'May' } })
      if (params.id === 'broken') throw new Error('secret')
      return { id: params.id, user }
    },
  ),
  create: route.post(
    '/',
    {
      body: t.Object({ total: t.Number({ minimum: 0 }) }),
      response: { 201: t.Object({ id: t.String() }), 202: t.Object({ queued: t.Boolean() }) },
      access: 'public',
    },
    ({ body }) =>
      body.total > 10 ? reply(202, { queued: true }) : reply(201, { id: '1' }, { location: '/orders/1' }),
  ),
  remove: route.delete('/:id', { response: { 204: null }, access: 'public' }, () => undefined),
  watch: route.get('/watch', { access: 'public' }, () =>
    reply(200, texts('data: a\n\n', 'data: b\n\n'), EVENTS),
  ),
  export: route.get('/export', { access: 'public' }, () =>
    reply(200, texts('{"n":1}\n{"n"', ':2}\n'), LINES),
  ),
  trace: route.get('/trace', { response: t.Unknown(), access: 'public' }, (ctx) => ({
    trace: ctx.header('traceparent'),
    id: ctx.header('x-request-id'),
    left: ctx.header('x-request-timeout-ms'),
  })),
})
const routes = { echo, files, paged, orders }
type Api = typeof routes

interface World extends AsyncDisposable {
  readonly shop: Client<Api>
  readonly test: TestApp<Api>
}

async function world(transport: 'memory' | 'socket'): Promise<World> {
  const test = await testApp({ routes, transport })
  const inProcess = fetchTransport({
    fetch: ((url: string, init: RequestInit) => test.app.fetch(new Request(url, init))) as typeof fetch,
  })
  const more: { transport?: Transport } = transport === 'memory' ? { transport: inProcess } : {}
  const shop = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes), ...more })
  return { shop, test, [Symbol.asyncDispose]: () => test.close() }
}

const AS_ANN = { headers: { 'x-user': 'ann' } }

describe.each(['memory', 'socket'] as const)('a client of an app, over %s', (transport) => {
  it('gives what the route returns', async () => {
    await using on = await world(transport)
    expect(await on.shop.orders.show({ params: { id: 'a' } }, AS_ANN)).toEqual({ id: 'a', user: 'ann' })
    expect(await on.shop.orders.remove({ params: { id: 'a' } })).toBeUndefined()
  })

  it('sends params, query, headers and body so that the app reads the same', async () => {
    await using on = await world(transport)
    const odd = [
      'a b',
      'ü€😀',
      '%2F',
      'a/b',
      '?&=#+',
      '%',
      ':x',
      '...',
      "'()*!~",
      '\\',
      'a;b',
      '[x]',
      '"<>`^{|}',
    ]
    for (const text of odd) {
      const input = {
        params: { tenant: text, id: text, rest: `x/${text}/y` },
        query: { n: 7, tags: [text, 'b'], on: false },
        headers: { 'x-text': 'plain' },
        body: { text },
      }
      expect(await on.shop.echo.all(input)).toEqual({ ...input, headers: undefined, text: 'plain' })
    }
  })

  it('asks for a rest of the path, and for an empty one where the pattern takes it', async () => {
    await using on = await world(transport)
    expect(await on.shop.files.all({ params: { path: '' } })).toBe('<>')
    expect(await on.shop.files.all({ params: { path: 'a/b c' } })).toBe('<a/b c>')
  })

  it('may leave out what the app fills in', async () => {
    await using on = await world(transport)
    const { list, note } = on.shop.paged
    expect(await list({ body: { items: [{ id: 'a' }, { id: 'b', count: 2 }] } })).toEqual({
      query: { size: 20, tags: [] },
      lang: 'en',
      items: [
        { id: 'a', count: 1 },
        { id: 'b', count: 2 },
      ],
    })
    const given = { query: { size: 5, tags: ['x'] }, headers: { 'x-lang': 'de' }, body: { items: [] } }
    expect(await list(given)).toEqual({ query: given.query, lang: 'de', items: [] })
    expect(await note()).toBe('none')
    expect(await note({ body: { text: 'x' } })).toBe('x')
  })

  it('tells success statuses apart', async () => {
    await using on = await world(transport)
    expect(await on.shop.orders.create.result({ body: { total: 1 } })).toMatchObject({
      ok: true,
      status: 201,
      data: { id: '1' },
      headers: { location: '/orders/1' },
    })
    expect(await on.shop.orders.create.result({ body: { total: 11 } })).toMatchObject({
      ok: true,
      status: 202,
      data: { queued: true },
    })
  })

  it("gives the route's and its middleware's errors by their codes", async () => {
    await using on = await world(transport)
    const closed = await on.shop.orders.show.result({ params: { id: 'closed' } }, AS_ANN)
    expect(closed).toMatchObject({
      ok: false,
      status: 409,
      error: {
        code: 'ORDER_CLOSED',
        detail: 'It was closed',
        details: { at: 'May' },
        requestId: expect.any(String) as unknown,
      },
    })
    const unknown = await on.shop.orders.show.result({ params: { id: 'a' } })
    expect(unknown).toMatchObject({ ok: false, status: 401, error: { code: 'UNKNOWN_USER' } })
    await expect(on.shop.orders.show({ params: { id: 'closed' } }, AS_ANN)).rejects.toMatchObject({
      code: 'ORDER_CLOSED',
      status: 409,
    })
  })

  it('gives all other errors as UNEXPECTED', async () => {
    await using on = await world(transport)
    const invalid = await on.shop.orders.create.result({ body: { total: -1 } })
    expect(invalid).toMatchObject({
      ok: false,
      status: 400,
      error: { code: 'UNEXPECTED', serverCode: 'ERR_CORE_VALIDATION', details: [{ pointer: '/total' }] },
    })
    const broken = await on.shop.orders.show.result({ params: { id: 'broken' } }, AS_ANN)
    expect(broken).toMatchObject({
      ok: false,
      status: 500,
      error: { code: 'UNEXPECTED', serverCode: 'ERR_CORE_INTERNAL' },
    })
    expect(JSON.stringify(broken)).not.toContain('secret')
    on.test.takeErrors()
  })

  it('reads events and lines', async () => {
    await using on = await world(transport)
    const seen: unknown[] = []
    for await (const event of events(on.shop.orders.watch)) seen.push(event.data)
    for await (const value of lines(on.shop.orders.export)) seen.push(value)
    expect(seen).toEqual(['a', 'b', { n: 1 }, { n: 2 }])
  })
})

describe('a client inside of an app', () => {
  it("hands on the request's trace, id and time", async () => {
    await using back = await testApp({ routes, transport: 'socket' })
    const client = createClient<Api>({
      baseUrl: back.baseUrl,
      manifest: toManifest(routes),
      interceptors: [frameHeaders()],
    })
    const front = {
      ask: route.get('/', { response: t.Unknown(), access: 'public', deadlineMs: 5_000 }, async (ctx) => ({
        theirs: await client.orders.trace(),
        own: ctx.requestId,
        traceId: ctx.frame.trace.traceId,
      })),
    }
    await using test = await testApp({ routes: front })
    const response = await test.request('GET', '/')
    const { theirs, own, traceId } = (await response.json()) as {
      theirs: Record<string, string>
      own: string
      traceId: string
    }
    expect(theirs['id']).toBe(own)
    expect(theirs['trace']).toContain(traceId)
    expect(Number(theirs['left'])).toBeGreaterThan(0)
    expect(Number(theirs['left'])).toBeLessThanOrEqual(5_000)
  })
})
