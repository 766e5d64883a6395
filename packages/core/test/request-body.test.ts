import { createHmac } from 'node:crypto'
import { json, middleware, route, router, t, UnauthorizedError, type RouteTree } from '@keelson/core'
import { testApp, type TestRequest } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { open, transports } from './support.ts'

const Order = t.Object({ total: t.Number() })
const JSON_TYPE = { 'content-type': 'application/json' }

describe.each(transports)('a body, %s', (transport) => {
  const send = async (routes: RouteTree, request: TestRequest, path = '/') => {
    await using app = await testApp({ routes, transport })
    const response = await app.request('POST', path, request)
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      told: (text === '' ? {} : JSON.parse(text)) as { code?: string; errors?: unknown; details?: unknown },
    }
  }
  const orders = { a: route.post('/', { ...open, body: Order }, ({ body }) => body) }

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/vnd.shop+json',
    'application/merge-patch+json; charset=utf8',
    'application/json; profile="https://x.example/p;charset=ascii"',
    'application/json; charset="utf\\-8"',
  ])('is taken as %s', async (type) => {
    expect(await send(orders, { headers: { 'content-type': type }, body: '{"total":1}' })).toMatchObject({
      status: 200,
      told: { total: 1 },
    })
  })

  it.each([
    'text/plain',
    'application/jsonx',
    'text/json',
    'application/x-www-form-urlencoded',
    'application/json; charset=latin1',
    'application/json; charset=utf-16',
    'nonsense',
    '+json',
  ])('is refused as %s', async (type) => {
    const { status, told } = await send(orders, { headers: { 'content-type': type }, body: '{"total":1}' })
    expect([status, told.code]).toEqual([415, 'ERR_CORE_UNSUPPORTED_MEDIA_TYPE'])
  })

  it('is refused without a media type, and told which one is read', async () => {
    const { status, headers } = await send(orders, { body: new TextEncoder().encode('{"total":1}') })
    expect([status, headers.get('accept')]).toEqual([415, 'application/json'])
  })

  it('is taken in the media types that the route names, and in no other', async () => {
    const routes = {
      a: route.post(
        '/',
        { ...open, body: json(Order, { mediaTypes: ['application/vnd.order', 'application/x-order'] }) },
        ({ body }) => body,
      ),
    }
    expect(
      (await send(routes, { headers: { 'content-type': 'application/x-order' }, body: '{"total":1}' }))
        .status,
    ).toBe(200)
    expect((await send(routes, { headers: JSON_TYPE, body: '{"total":1}' })).status).toBe(415)
  })

  it.each([
    ['cut off', '{"total":', 'ERR_CORE_JSON_SYNTAX'],
    ['not JSON', 'total=1', 'ERR_CORE_JSON_SYNTAX'],
    ['two values', '1 2', 'ERR_CORE_JSON_SYNTAX'],
    ['a prototype', '{"total":1,"__proto__":{"admin":true}}', 'ERR_CORE_JSON_PROTOTYPE_KEY'],
    ['a number beyond a double', '{"total":1e999}', 'ERR_CORE_JSON_NUMBER'],
    ['such a number that nobody declared', '{"total":1,"more":[-1e999]}', 'ERR_CORE_JSON_NUMBER'],
    ['such a number beside a violation', '{"total":"1","more":1e999}', 'ERR_CORE_JSON_NUMBER'],
    ['not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'ERR_CORE_JSON_ENCODING'],
    ['nested too deep', `{"total":1,"x":${'['.repeat(70)}${']'.repeat(70)}}`, 'ERR_CORE_VALIDATION'],
  ] as const)('that is %s is a 400', async (_, body, code) => {
    const { status, told } = await send(orders, { headers: JSON_TYPE, body })
    expect(status).toBe(400)
    expect(told.code).toBe(code)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it.each([
    ['anything', t.Unknown(), {}],
    ['a number by its bounds alone', t.Object({ a: t.Unsafe<number>({ minimum: 0 }) }), {}],
    ['what it does not declare', t.Object({ a: t.Optional(t.Number()) }), { unknown: { body: 'pass' } }],
    [
      'and leaves out what it does not declare',
      t.Object({ b: t.Optional(t.Number()) }),
      { unknown: { body: 'ignore' } },
    ],
  ] as const)('cannot hold a number beyond a double where a schema takes %s', async (_, schema, options) => {
    const routes = { a: route.post('/', { ...open, ...options, body: schema }, ({ body }) => body) }
    const { status, told } = await send(routes, { headers: JSON_TYPE, body: '{"a":1e999}' })
    expect([status, told.code]).toEqual([400, 'ERR_CORE_JSON_NUMBER'])
  })

  it.each([
    ['plain', '{"__proto__":1}'],
    ['escaped', String.raw`{"\u005f_proto\u005F_":1}`],
    ['beside others', '{"a":1,"__proto__":1}'],
  ])('cannot name the prototype where a schema takes any name, %s', async (_, body) => {
    for (const schema of [t.Record(t.String(), t.Integer()), t.Unknown()]) {
      const routes = {
        a: route.post('/', { ...open, body: schema }, ({ body: got }) => Object.keys(got as object)),
      }
      const { status, told } = await send(routes, { headers: JSON_TYPE, body })
      expect([status, told.code]).toEqual([400, 'ERR_CORE_JSON_PROTOTYPE_KEY'])
    }
  })

  it.each<[string, () => TestRequest]>([
    ['with its media type', () => ({ headers: JSON_TYPE, body: '' })],
    ['without any', () => ({})],
    [
      'of no bytes in chunks',
      () => ({ headers: JSON_TYPE, body: new ReadableStream({ start: (to) => to.close() }) }),
    ],
  ])('that is missing %s is a violation where one is required', async (_, make) => {
    for (const body of [Order, z.object({ total: z.number() })]) {
      const { status, told } = await send({ a: route.post('/', { ...open, body }, () => 1) }, make())
      expect([status, told.code]).toEqual([400, 'ERR_CORE_VALIDATION'])
      expect(told.errors).toMatchObject([{ in: 'body', pointer: '' }])
    }
  })

  it('may be missing where the schema is optional', async () => {
    const routes = {
      a: route.post('/', { ...open, body: t.Optional(Order) }, ({ body }) => ({ has: body !== undefined })),
    }
    expect((await send(routes, {})).told).toEqual({ has: false })
    expect((await send(routes, { json: { total: 1 } })).told).toEqual({ has: true })
    expect((await send(routes, { json: {} })).status).toBe(400)
  })

  it('with a repeated name is refused where the app, the router or the route says so', async () => {
    const refuse = { json: { duplicates: 'refuse' } } as const
    const take = (options: object = {}) =>
      route.post('/a', { ...open, body: t.Object({ a: t.Number() }), ...options }, ({ body }) => body)
    const routes = {
      usual: take(),
      strict: router('/strict', refuse, {
        a: take(),
        loose: router('/loose', { a: take({ json: { duplicates: 'last' } }) }),
      }),
      own: router('/own', { a: take(refuse) }),
    }
    const request = { headers: JSON_TYPE, body: '{"a":1,"a":2}' }
    expect(await send(routes, request, '/a')).toMatchObject({ status: 200, told: { a: 2 } })
    expect(await send(routes, request, '/strict/a')).toMatchObject({
      status: 400,
      told: { code: 'ERR_CORE_JSON_DUPLICATE_NAME' },
    })
    expect((await send(routes, request, '/strict/loose/a')).status).toBe(200)
    expect((await send(routes, request, '/own/a')).status).toBe(400)
    await using app = await testApp({ routes, ...refuse, transport })
    expect((await app.request('POST', '/a', request)).status).toBe(400)
  })

  it.each([
    ['announced', (bytes: number) => 'x'.repeat(bytes)],
    ['in chunks', (bytes: number) => ReadableStream.from([Buffer.alloc(bytes / 2), Buffer.alloc(bytes / 2)])],
  ])('larger than its limit is a 413, %s', async (_, make) => {
    const routes = {
      app: route.post('/app', open, async ({ rawBody }) => rawBody),
      raw: route.post('/raw', open, async (ctx) => (await ctx.rawBody()).byteLength),
      own: route.post(
        '/own',
        { ...open, maxBodyBytes: 200 },
        async (ctx) => (await ctx.rawBody()).byteLength,
      ),
      stream: route.post('/stream', open, async (ctx) => {
        let sum = 0
        for await (const chunk of ctx.bodyStream()) sum += chunk.byteLength
        return sum
      }),
      schema: route.post('/schema', { ...open, body: json(Order, { mediaTypes: ['text/plain'] }) }, () => 1),
    }
    await using app = await testApp({ routes, maxBodyBytes: 100, transport })
    const ask = async (path: string, bytes: number) =>
      (await app.request('POST', path, { headers: { 'content-type': 'text/plain' }, body: make(bytes) }))
        .status
    expect([await ask('/raw', 100), await ask('/raw', 102)]).toEqual([200, 413])
    expect([await ask('/own', 200), await ask('/own', 202)]).toEqual([200, 413])
    expect([await ask('/stream', 100), await ask('/stream', 102)]).toEqual([200, 413])
    expect(await ask('/schema', 102)).toBe(413)
  })

  it('is a mebibyte at most by default', async () => {
    const routes = { a: route.post('/', open, async (ctx) => (await ctx.rawBody()).byteLength) }
    expect((await send(routes, { body: Buffer.alloc(1_048_576) })).told).toBe(1_048_576)
    expect((await send(routes, { body: Buffer.alloc(1_048_577) })).status).toBe(413)
  })

  it('can be read raw from authenticate on, and is parsed afterwards', async () => {
    const sign = (bytes: Uint8Array | string) => createHmac('sha256', 'key').update(bytes).digest('hex')
    const signed = middleware({
      name: 'signed',
      stage: 'authenticate',
      describe: { errors: [UnauthorizedError] },
      run: async (ctx) => {
        if (ctx.header('x-signature') !== sign(await ctx.rawBody())) throw new UnauthorizedError()
      },
    })
    const handler = async (ctx: { body: unknown; rawBody: () => Promise<Uint8Array> }) => ({
      body: ctx.body,
      bytes: (await ctx.rawBody()).byteLength,
    })
    const routes = { a: route.use(signed).post('/', { ...open, body: Order }, handler) }
    const body = '{ "total": 1 }'
    expect(await send(routes, { headers: { ...JSON_TYPE, 'x-signature': sign(body) }, body })).toMatchObject({
      status: 200,
      told: { body: { total: 1 }, bytes: body.length },
    })
    expect((await send(routes, { headers: { ...JSON_TYPE, 'x-signature': sign('x') }, body })).status).toBe(
      401,
    )
  })

  it('is read once: as a whole or as a stream', async () => {
    const routes = {
      both: route.post('/both', open, async (ctx) => {
        for await (const _ of ctx.bodyStream());
        return (await ctx.rawBody()).byteLength
      }),
      twice: route.post('/twice', open, async (ctx) => [
        (await ctx.rawBody()).byteLength,
        (await ctx.rawBody()).byteLength,
      ]),
      late: route.post('/late', { ...open, body: Order }, (ctx) => {
        ctx.bodyStream()
      }),
    }
    await using app = await testApp({ routes, transport })
    expect((await app.request('POST', '/both', { body: 'abc' })).status).toBe(500)
    expect(await (await app.request('POST', '/twice', { body: 'abc' })).json()).toEqual([3, 3])
    expect((await app.request('POST', '/late', { json: { total: 1 } })).status).toBe(500)
    expect(app.takeErrors().map((line) => (line['err'] as Error).message)).toEqual([
      expect.stringContaining('use either'),
      expect.stringContaining('use either'),
    ])
  })
})
