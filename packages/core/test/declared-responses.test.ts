import { content, middleware, NotFoundError, reply, route, t, toManifest } from '@keelson/core'
import { ClientError, createClient, fetchTransport, type Client } from '@keelson/client'
import { toOpenApi } from '@keelson/openapi'
import { diffOpenApi } from '@keelson/openapi/tools'
import { contractTest, testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { failureOf, open, transports } from './support.ts'

const Order = t.Object({ id: t.String() })
const Missing = t.Object({ code: t.String(), tried: t.Array(t.String()) })
const NEXT = { id: 'a' }

const routes = {
  show: route.get(
    '/orders/:id',
    {
      ...open,
      headers: { 'if-none-match': t.Optional(t.String()) },
      response: { 200: { body: Order, headers: { etag: t.String() } }, 302: null, 304: null, 404: Missing },
    },
    ({ params, headers }) => {
      if (params.id === 'gone') throw new NotFoundError()
      if (params.id === 'none') return reply(404, { code: 'NONE', tried: ['a'] })
      if (params.id === 'moved') return reply(302, undefined, { location: '/orders/a' })
      if (headers['if-none-match'] === '"v1"') return reply(304)
      return reply(200, NEXT, { etag: '"v1"' })
    },
  ),
  create: route.post(
    '/orders',
    {
      ...open,
      query: { wrong: t.Optional(t.String()) },
      response: {
        201: {
          body: Order,
          headers: {
            location: t.String({ format: 'uri-reference', description: 'Where it is.' }),
            'x-total': t.Optional(t.Integer({ minimum: 1 })),
            'set-cookie': t.Optional(t.Array(t.String())),
          },
        },
        202: { body: null, headers: { 'retry-after': z.coerce.number() } },
      },
    },
    ({ query: { wrong } }) => {
      if (wrong === 'missing') return reply(201, NEXT, {} as { location: string })
      if (wrong === 'type') return reply(201, NEXT, { location: '/', 'x-total': 0 })
      if (wrong === 'none') return reply(202, undefined, { 'retry-after': 5 })
      return reply(201, NEXT, {
        location: '/orders/a',
        'x-total': 2,
        'set-cookie': ['a=1', 'b=2'],
        'x-more': 1,
      })
    },
  ),
  file: route.get(
    '/file',
    {
      ...open,
      response: { 200: { body: content('text/csv'), headers: { 'content-disposition': t.String() } } },
    },
    () => reply(200, 'id\n', { 'content-disposition': 'attachment' }),
  ),
  bare: route.get(
    '/bare',
    { ...open, response: { 200: { body: Order, headers: { etag: t.Optional(t.String()) } } } },
    () => NEXT,
  ),
}
type Api = typeof routes

describe('a declared status that is no success', () => {
  it('is in the type of the result, beside errors', () => {
    type Result = Awaited<ReturnType<Client<Api>['show']['result']>>
    type Refused = Extract<Result, { data: unknown; ok: false }>
    expectTypeOf<Refused['status']>().toEqualTypeOf<302 | 304 | 404>()
    expectTypeOf<Extract<Refused, { status: 404 }>['data']>().toEqualTypeOf<{
      code: string
      tried: string[]
    }>()
    expectTypeOf<Extract<Refused, { status: 304 }>['data']>().toEqualTypeOf<undefined>()
    expectTypeOf<Extract<Refused, { status: 404 }>['data']>().not.toBeAny()
  })

  it.each(['undici', 'fetch'])('is a value of .result() and thrown by the direct call, %s', async (kind) => {
    await using test = await testApp({ routes, transport: 'socket' })
    const own = kind === 'fetch' ? { transport: fetchTransport() } : {}
    const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes), ...own })
    const none = await client.show.result({ params: { id: 'none' } })
    expect(none).toMatchObject({ ok: false, status: 404, data: { code: 'NONE', tried: ['a'] } })
    expect(none).not.toHaveProperty('error')
    const thrown = await failureOf(client.show({ params: { id: 'none' } }))
    expect(ClientError.is(thrown)).toBe(true)
    expect(thrown).toMatchObject({
      code: 'ERR_CLIENT_ANSWER',
      status: 404,
      details: { code: 'NONE', tried: ['a'] },
      message: 'show: status 404',
    })
    // An error with the same status stays one.
    expect(await client.show.result({ params: { id: 'gone' } })).toMatchObject({
      ok: false,
      status: 404,
      error: { code: 'UNEXPECTED', serverCode: 'ERR_CORE_NOT_FOUND' },
    })
    expect(await client.show({ params: { id: 'a' } })).toEqual(NEXT)
  })

  it('makes conditional requests and redirects usable', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    const first = await client.show.result({ params: { id: 'a' } })
    if (!first.ok) throw new Error('Expected a success')
    expectTypeOf(first.headers.etag).toEqualTypeOf<string>()
    const again = await client.show.result({
      params: { id: 'a' },
      headers: { 'if-none-match': first.headers.etag },
    })
    expect(again).toMatchObject({ ok: false, status: 304, data: undefined })
    const moved = await client.show.result({ params: { id: 'moved' } })
    expect(moved).toMatchObject({ ok: false, status: 302, headers: { location: '/orders/a' } })
  })

  it('stands in the manifest and in the document', async () => {
    expect(toManifest(routes).routes['show']).toBe('GET /orders/:id 200 302:- 304 404')
    await using test = await testApp({ routes })
    const { responses } = toOpenApi(test.app).paths['/orders/{id}']!.get!
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '302', '304', '404']))
    expect(responses['304']).not.toHaveProperty('content')
  })
})

describe.each(transports)('a response without a body, %s', (transport) => {
  it('is what the client gets where the route declares none, or may have none', async () => {
    const none = {
      created: route.post('/created', { ...open, response: { 201: null } }, () => reply(201)),
      empty: route.get('/empty', { ...open, response: t.Void() }, () => undefined),
      reset: route.get('/reset', { ...open, response: { 200: t.String(), 205: null } }, () => reply(205)),
      unknown: route.get('/unknown', { ...open, response: t.Unknown() }, () => undefined),
      maybe: route.get('/maybe', { ...open, response: z.string().optional() }, () => undefined),
    }
    await using test = await testApp({ routes: none, transport })
    expect(await test.client.created.result()).toMatchObject({ ok: true, status: 201, data: undefined })
    expect(await test.client.reset.result()).toMatchObject({ ok: true, status: 205, data: undefined })
    expect(await test.client.empty()).toBeUndefined()
    expect(await test.client.unknown()).toBeUndefined()
    expect(await test.client.maybe()).toBeUndefined()
  })

  it('is not one of a route that declares JSON', async () => {
    const lost = route.use(
      middleware({
        name: 'lost',
        stage: 'respond',
        transform: (_, outcome) => {
          outcome.value = undefined
          return outcome
        },
      }),
    )
    const json = {
      show: lost.get('/show', { ...open, response: { 200: Order, 201: Order } }, () => NEXT),
    }
    await using test = await testApp({ routes: json, transport })
    expect(await test.client.show.result()).toMatchObject({
      ok: false,
      status: 200,
      error: { code: 'UNEXPECTED', message: 'show: status 200 with no body is not declared.' },
    })
  })
})

describe.each(transports)('declared headers of a response, %s', (transport) => {
  it('are sent, others too, and one that is missing or wrong is a 500', async () => {
    await using test = await testApp({ routes, transport })
    const good = await test.request('POST', '/orders')
    expect(good.status).toBe(201)
    expect(Object.fromEntries(good.headers)).toMatchObject({
      location: '/orders/a',
      'x-total': '2',
      'x-more': '1',
    })
    expect((await test.request('GET', '/bare')).status).toBe(200)
    expect(await (await test.request('GET', '/file')).text()).toBe('id\n')
    expect((await test.request('POST', '/orders?wrong=none')).headers.get('retry-after')).toBe('5')
    for (const wrong of ['missing', 'type']) {
      expect((await test.request('POST', `/orders?wrong=${wrong}`)).status).toBe(500)
    }
    const told = test.takeErrors().map((line) => JSON.stringify(line))
    expect(told).toHaveLength(2)
    expect(told[0]).toContain('The headers of the response do not match their schema: /location is required.')
    expect(told[1]).toContain('The headers of the response do not match their schema: /x-total must be >= 1.')
    expect(told.join()).not.toContain('The headers do not match the schema')
  })

  it('are not looked at in production', async () => {
    await using test = await testApp({ routes, transport, mode: 'production' })
    expect((await test.request('POST', '/orders?wrong=missing')).status).toBe(201)
  })
})

describe('declared headers', () => {
  it('are typed for who replies', () => {
    const response = {
      201: { body: Order, headers: { location: t.String(), 'x-n': t.Optional(t.Integer()) } },
    }
    route.get('/', { ...open, response }, () => reply(201, NEXT, { location: '/', 'x-n': 1, other: 'x' }))
    // @ts-expect-error -- location is missing
    route.get('/', { ...open, response }, () => reply(201, NEXT, { other: 'x' }))
    // @ts-expect-error -- there are no headers
    route.get('/', { ...open, response }, () => reply(201, NEXT))
    // @ts-expect-error -- a bare value has no headers
    route.get('/', { ...open, response }, () => NEXT)
    // @ts-expect-error -- another type than declared
    route.get('/', { ...open, response }, () => reply(201, NEXT, { location: '/', 'x-n': 'a' }))
  })

  it('are typed and there for the client', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    const created = await client.create.result({})
    if (!created.ok || created.status !== 201) throw new Error('Expected 201')
    expectTypeOf(created.headers.location).toEqualTypeOf<string>()
    expectTypeOf(created.headers['x-total']).toEqualTypeOf<`${number}` | undefined>()
    expectTypeOf(created.headers['other']).toEqualTypeOf<string | readonly string[] | undefined>()
    expect(created.headers).toMatchObject({ location: '/orders/a', 'x-total': '2' })
    expectTypeOf(created.data).toEqualTypeOf<{ id: string }>()
    const shown = await client.show({ params: { id: 'a' } })
    expectTypeOf(shown).toEqualTypeOf<{ id: string }>()
  })

  it.each(['undici', 'fetch'])('are texts for the client, whatever they say: %s', async (kind) => {
    const told = route.get(
      '/told',
      {
        ...open,
        response: {
          200: {
            body: Order,
            headers: {
              'x-count': t.Integer(),
              'x-last': t.Boolean(),
              'x-cache': t.Union([t.Literal('hit'), t.Literal('miss')]),
              'x-tags': t.Array(t.String()),
              'x-any': t.Unknown(),
              'retry-after': t.Optional(t.Number()),
              'x-zod': z.coerce.number(),
            },
          },
        },
      },
      () =>
        reply(200, NEXT, {
          'x-count': 3,
          'x-last': false,
          'x-cache': 'hit',
          'x-tags': ['a', 'b'],
          'x-any': 'x',
          'retry-after': 0.5,
          'x-zod': 1e21,
        }),
    )
    await using test = await testApp({ routes: { told }, transport: 'socket' })
    const own = kind === 'fetch' ? { transport: fetchTransport() } : {}
    const manifest = toManifest({ told })
    const client = createClient<{ told: typeof told }>({ baseUrl: test.baseUrl, manifest, ...own })
    const answer = await client.told.result()
    if (!answer.ok) throw new Error('Expected a success')
    const { headers } = answer
    expectTypeOf(headers['x-count']).toEqualTypeOf<`${number}`>()
    expectTypeOf(headers['x-last']).toEqualTypeOf<'true' | 'false'>()
    expectTypeOf(headers['x-cache']).toEqualTypeOf<'hit' | 'miss'>()
    expectTypeOf(headers['x-tags']).toEqualTypeOf<string | readonly string[]>()
    expectTypeOf(headers['x-any']).toEqualTypeOf<string | readonly string[]>()
    expectTypeOf(headers['retry-after']).toEqualTypeOf<`${number}` | undefined>()
    expectTypeOf(headers['x-zod']).toEqualTypeOf<`${number}`>()
    expect(headers).toMatchObject({
      'x-count': '3',
      'x-last': 'false',
      'x-cache': 'hit',
      'x-tags': kind === 'fetch' ? 'a, b' : ['a', 'b'],
      'x-any': 'x',
      'retry-after': '0.5',
      'x-zod': '1e+21',
    })
  })

  it('must be sent where they have a default, which fills in nothing of an answer', async () => {
    const headers = {
      'x-n': t.Integer({ default: 5 }),
      'x-z': z.coerce.number().default(5),
      'x-o': t.Optional(t.Integer({ default: 5 })),
    }
    const silent = route.get('/silent', { ...open, response: { 200: { body: Order, headers } } }, () =>
      reply(200, NEXT, {} as { 'x-n': number; 'x-z': number }),
    )
    const response = { 200: { body: Order, headers } }
    // @ts-expect-error -- x-n and x-z are missing
    route.get('/', { ...open, response }, () => reply(200, NEXT, { 'x-o': 1 }))
    await using test = await testApp({ routes: { silent } })
    expect((await test.request('GET', '/silent')).status).toBe(500)
    expect(JSON.stringify(test.takeErrors())).toContain('/x-n is required; /x-z is required')
    const described = toOpenApi(test.app).paths['/silent']!.get!.responses['200']!.headers!
    expect(described['x-n']).toMatchObject({ required: true })
    expect(described['x-z']).toMatchObject({ required: true })
    expect(described['x-o']).not.toHaveProperty('required')
  })

  it('are in the document, and a change of them in the diff', async () => {
    const documentOf = async (tree: {}) => {
      await using test = await testApp({ routes: tree })
      return toOpenApi(test.app)
    }
    const document = await documentOf(routes)
    const { responses } = document.paths['/orders']!.post!
    expect(responses['201']?.headers).toMatchObject({
      location: {
        required: true,
        description: 'Where it is.',
        schema: { type: 'string', format: 'uri-reference' },
      },
      'x-total': { schema: { type: 'integer', minimum: 1 } },
    })
    expect(responses['201']?.headers?.['x-total']).not.toHaveProperty('required')
    expect(responses['202']).not.toHaveProperty('content')
    const less = {
      ...routes,
      bare: route.get('/bare', { ...open, response: { 200: { body: Order, headers: {} } } }, () => NEXT),
    }
    expect(diffOpenApi(document, await documentOf(less))).toMatchObject([{ kind: 'header-removed' }])
  })

  it('are held by the contract test', async () => {
    const lie = route.get(
      '/lie',
      { ...open, response: { 200: { body: Order, headers: { etag: t.String({ minLength: 2 }) } } } },
      () => reply(200, NEXT, { etag: '"' }),
    )
    await using test = await testApp({ routes: { lie }, mode: 'production' })
    await expect(contractTest(test.app, { seed: 1, runsPerRoute: 1 })).rejects.toThrow(
      'its headers are not those that are declared: etag must NOT have fewer than 2 characters',
    )
  })

  it.each([
    ['is not written in lower case', { Location: t.String() }],
    ['The value is not a schema', { location: 5 }],
  ])('that cannot be stop the start: %s', async (message, headers) => {
    const response = { 200: { body: Order, headers: headers as never } } as never
    const wrong = route.get('/', { ...open, response }, () => NEXT as never)
    await expect(testApp({ routes: { wrong } })).rejects.toThrow(message)
  })
})
