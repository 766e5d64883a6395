import { reply, route, router, t, toManifest, type UploadBody } from '@keelson/core'
import { ClientError, createClient, fetchTransport, type Client } from '@keelson/client'
import { createClient as createClientForBrowsers } from '@keelson/client/fetch'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { failureOf, open } from './support.ts'

const routes = {
  none: route.get('/none', { ...open, response: t.Integer() }, () => 1),
  greet: route.get(
    '/greet',
    { ...open, cookies: { name: t.String(), n: t.Optional(t.Integer()) }, response: t.String() },
    ({ cookies }) => `${cookies.name} ${cookies.n}`,
  ),
  upload: route.put(
    '/files/:name',
    { ...open, consumes: ['image/png', 'text/csv'], response: t.String() },
    async ({ params, rawBody }) => `${params.name} ${Buffer.from(await rawBody()).toString()}`,
  ),
  hook: route.post(
    '/hook',
    { ...open, consumes: ['application/json'], response: t.String() },
    async ({ rawBody }) => Buffer.from(await rawBody()).toString(),
  ),
  shape: route.post(
    '/shape',
    { ...open, body: { a: t.String(), n: t.Integer({ default: 2 }) } },
    ({ body }) => {
      expectTypeOf(body).toEqualTypeOf<{ a: string; n: number }>()
      return reply(200, body)
    },
  ),
  in: router('/in', { none: route.get('/', open, () => 1) }),
}
type Api = typeof routes

describe('the input of a call', () => {
  it('is refused where the route takes none of it', () => {
    const client = null as unknown as Client<Api>
    const wrong = [
      // @ts-expect-error -- no such place
      () => client.none({ qurey: 1 }),
      // @ts-expect-error -- it takes no query
      () => client.none({ query: { a: 1 } }),
      // @ts-expect-error -- it takes no params
      () => client.in.none.result({ params: { a: 1 } }),
      // @ts-expect-error -- it takes no body
      () => client.greet({ body: 1 }),
      // @ts-expect-error -- another type of cookie
      () => client.greet({ cookies: { name: 1 } }),
    ]
    const right = [() => client.none(), () => client.none({}), () => client.none(undefined, { timeoutMs: 1 })]
    expect([...wrong, ...right]).toHaveLength(8)
  })

  it('has the bytes of a route that reads them itself, with its params', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes) })
    type In = NonNullable<Parameters<(typeof client)['upload']>[0]>
    expectTypeOf<In>().toEqualTypeOf<{ params: { readonly name: string }; body: UploadBody }>()
    const params = { name: 'a' }
    const bodies: UploadBody[] = [
      'text',
      new TextEncoder().encode('text'),
      new TextEncoder().encode('text').buffer,
      new Blob(['text']),
      new Blob(['text']).stream(),
      (async function* () {
        yield 'te'
        yield new TextEncoder().encode('xt')
      })(),
    ]
    for (const body of bodies) expect(await client.upload({ params, body })).toBe('a text')
    // @ts-expect-error -- the body is missing
    await client.upload.result({ params })
    // @ts-expect-error -- an object is not written as a picture
    await failureOf(client.upload({ params, body: { a: 1 } }))
    expect(await client.hook({ body: { any: 'value' } })).toBe('{"any":"value"}')
    test.takeErrors()
  })

  it('has cookies, which are sent in Node', async () => {
    await using test = await testApp({ routes, transport: 'socket' })
    for (const transport of [undefined, fetchTransport()]) {
      const client = createClient<Api>({ baseUrl: test.baseUrl, manifest: toManifest(routes), transport })
      expect(await client.greet({ cookies: { name: 'Zoë; b=1', n: 2 } })).toBe('Zoë; b=1 2')
      expect(await client.greet({ cookies: { name: 'x' } })).toBe('x undefined')
      // Optional for the compiler, since browsers send them by themselves.
      expect(await client.greet.result()).toMatchObject({ ok: false, status: 400 })
    }
  })

  it('has cookies, which are refused by the build for browsers, where the platform would drop them', async () => {
    const fetch = (): never => {
      throw new Error('nothing is sent')
    }
    const client = createClientForBrowsers<Api>({
      baseUrl: 'http://127.0.0.1',
      manifest: toManifest(routes),
      transport: fetchTransport({ fetch }),
    })
    const failure = await failureOf(client.greet({ cookies: { name: 'x' } }))
    expect(ClientError.is(failure)).toBe(true)
    expect(failure).toMatchObject({
      code: 'ERR_CLIENT_INPUT',
      message: 'greet: omit cookies: the browser sends its own.',
    })
  })
})

describe('a body that is a plain object of schemas', () => {
  it('is t.Object of them, defaults included', async () => {
    await using test = await testApp({ routes })
    const client = test.client
    expect(await client.shape({ body: { a: 'x' } })).toEqual({ a: 'x', n: 2 })
    expect((await test.request('POST', '/shape', { json: { a: 1 } })).status).toBe(400)
    expect((await test.request('POST', '/shape', { json: { a: 'x', b: 1 } })).status).toBe(400)
    // @ts-expect-error -- a text
    await client.shape.result({ body: { a: 1 } })
  })
})
