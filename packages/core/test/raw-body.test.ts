import { route, t, type RouteTree } from '@keelson/core'
import { testApp, type TestRequest } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

interface Told {
  readonly detail: string
  readonly errors?: readonly object[]
}

describe.each(transports)('a body that the handler reads itself, %s', (transport) => {
  const send = async (consumes: readonly string[], type: string | undefined, body: string | undefined) => {
    let isReached = false
    const routes = {
      a: route.post('/', { ...open, consumes }, async (ctx) => {
        isReached = true
        return (await ctx.rawBody()).byteLength
      }),
    }
    await using app = await testApp({ routes: routes as RouteTree, transport })
    const request: TestRequest = {
      // As bytes: fetch gives a text a type of its own.
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
      ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    }
    const response = await app.request('POST', '/', request)
    const told = (await response.json()) as Told
    return { status: response.status, told, isReached, accept: response.headers.get('accept') }
  }

  it.each<[readonly string[], string | undefined]>([
    [['application/json'], 'text/plain'],
    [['application/json'], 'text/html; charset=utf-8'],
    [['application/json'], undefined],
    [['image/png'], 'text/plain'],
    [['image/png'], 'image/jpeg'],
    [['image/png'], 'image/png2'],
    [['image/png', 'image/jpeg'], 'image'],
    [['image/*'], 'text/plain'],
    [['image/*'], 'images/png'],
    [['image/png'], undefined],
    [['text/plain; charset=utf-8'], 'text/plain; charset=iso-8859-1'],
  ])('of none of the types %j is a 415: %s', async (consumes, type) => {
    const { status, isReached, accept } = await send(consumes, type, 'x')
    const isOfCharset = consumes[0]?.includes('charset') === true
    expect([status, isReached, accept]).toEqual([415, false, isOfCharset ? null : consumes.join(', ')])
  })

  it.each([
    [undefined, 'The request has no content-type; send image/png or image/jpeg.'],
    ['text/plain', 'text/plain is not accepted; send image/png or image/jpeg.'],
  ])('says what was sent and what it takes: %s', async (type, detail) => {
    expect((await send(['image/png', 'image/jpeg'], type, 'x')).told.detail).toBe(detail)
  })

  it.each<[readonly string[], string | undefined]>([
    [['application/json'], 'application/json'],
    [['application/json'], 'application/problem+json; charset=utf-8'],
    [['image/png', 'image/jpeg'], 'IMAGE/JPEG'],
    [['Image/PNG'], 'image/png'],
    [['image/*'], 'image/webp'],
    [['*/*'], undefined],
    [['multipart/form-data'], 'multipart/form-data; boundary=x'],
    [['text/plain'], 'text/plain; charset=iso-8859-1'],
    [['text/plain; charset=utf-8'], 'text/plain;charset="UTF-8"'],
    [['text/plain; charset=utf-8'], 'text/plain'],
  ])('of one of the types %j is taken: %s', async (consumes, type) => {
    expect(await send(consumes, type, 'xyz')).toMatchObject({ status: 200, told: 3, isReached: true })
  })

  it.each([undefined, 'image/png'])('that is missing is a 400 (content-type %s)', async (type) => {
    const { status, told, isReached } = await send(['image/png'], type, undefined)
    expect([status, isReached]).toEqual([400, false])
    expect(told.errors).toEqual([
      expect.objectContaining({ in: 'body', pointer: '', message: 'is required' }),
    ])
  })

  it('of a type of any length is told of by its beginning', async () => {
    const type = `text/${'x'.repeat(8000)}`
    for (const given of [type, `image/png; charset=${'y'.repeat(8000)}`]) {
      const { told, status } = await send(['image/png; charset=utf-8'], given, 'x')
      expect(status).toBe(415)
      expect(JSON.stringify(told).length).toBeLessThan(500)
    }
  })
})

describe.each(transports)('what cannot be read, %s', (transport) => {
  const detailOf = async (path: string, cookie = '') => {
    const routes = {
      bare: route.get('/bare', open, ({ query }) => query),
      cookie: route.get(
        '/cookie',
        { ...open, cookies: { n: t.Optional(t.Integer()) } },
        ({ cookies }) => cookies,
      ),
      param: route.get('/p/:id', open, ({ params }) => params),
    }
    await using app = await testApp({ routes: routes as RouteTree, transport })
    const response = await app.request('GET', path, { headers: { cookie } })
    const { detail, errors } = (await response.json()) as Told
    return [response.status, detail, errors?.[0]]
  }

  it.each([
    ['/bare?a=%zz', 'The query has a malformed escape at character 2.'],
    ['/bare?abc=1&b%2=2', 'The query has a malformed escape at character 7.'],
    ['/bare?a=%ff', 'The query has an escape that is not UTF-8, in the field at character 2.'],
    [`/bare?${'a&'.repeat(1001)}`, 'The query must not have more than 1000 fields.'],
  ])('of a query is named in the answer: %s', async (path, detail) => {
    const [status, told, violation] = await detailOf(path)
    expect([status, told]).toEqual([400, detail])
    expect(violation).toMatchObject({ in: 'query', pointer: '' })
  })

  it.each([
    ['/p/%zz', 'The path holds a malformed percent-encoding at character 3'],
    ['/p/a%2', 'The path holds a malformed percent-encoding at character 4'],
    ['/p/%ff', 'The path holds a percent-encoding that is not UTF-8'],
  ])('of a path is named in the answer: %s', async (path, detail) => {
    expect((await detailOf(path)).slice(0, 2)).toEqual([400, detail])
  })

  it('of a declared cookie is named where its schema refuses it', async () => {
    expect((await detailOf('/cookie', 'n=%zz'))[2]).toMatchObject({
      in: 'cookies',
      pointer: '/n',
      message: 'has a malformed escape',
    })
    expect((await detailOf('/cookie', 'n=x; o=%zz'))[2]).toMatchObject({ message: 'must be integer' })
    expect(await detailOf('/cookie', 'n=1; o=%zz')).toEqual([200, undefined, undefined])
  })
})
