import { route, t, type RouteTree, type UnknownSettings } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { open, transports } from './support.ts'

interface Told {
  readonly code: string
  readonly errors: readonly { readonly in: string; readonly pointer: string; readonly message: string }[]
}
const placesOf = ({ errors }: Told) => errors.map((one) => `${one.in} ${one.pointer}`).toSorted()

/** The same route in every schema library: an id in the path, a page in the query, a flag, a session, a total. */
const handler = (ctx: {
  params: unknown
  query: unknown
  headers: unknown
  cookies: unknown
  body: unknown
}) => {
  const { params, query, headers, cookies, body } = ctx
  return {
    params,
    query,
    session: (cookies as { session: unknown }).session,
    flag: (headers as Record<string, unknown>)['x-flag'],
    body,
  }
}
const LIBRARIES: Readonly<Record<string, object>> = {
  'a shape of TypeBox schemas': {
    params: { id: t.Integer() },
    query: { page: t.Integer({ minimum: 1 }), tags: t.Array(t.String()) },
    headers: { 'x-flag': t.Boolean() },
    cookies: { session: t.String({ minLength: 3 }) },
    body: t.Object({ total: t.Number({ minimum: 0 }) }),
  },
  't.Object': {
    params: t.Object({ id: t.Integer() }),
    query: t.Object({ page: t.Integer({ minimum: 1 }), tags: t.Array(t.String()) }),
    headers: t.Object({ 'x-flag': t.Boolean() }),
    cookies: t.Object({ session: t.String({ minLength: 3 }) }),
    body: t.Object({ total: t.Number({ minimum: 0 }) }),
  },
  zod: {
    params: z.object({ id: z.int() }),
    query: z.object({ page: z.int().min(1), tags: z.array(z.string()) }),
    headers: z.object({ 'x-flag': z.boolean() }),
    cookies: z.object({ session: z.string().min(3) }),
    body: z.object({ total: z.number().min(0) }),
  },
  'a shape of zod schemas': {
    params: { id: z.int() },
    query: { page: z.int().min(1), tags: z.array(z.string()) },
    headers: { 'x-flag': z.boolean() },
    cookies: { session: z.string().min(3) },
    body: z.object({ total: z.number().min(0) }),
  },
  arktype: {
    params: type({ id: 'number.integer' }),
    query: type({ page: 'number.integer >= 1', tags: 'string[]' }),
    headers: type({ 'x-flag': 'boolean' }),
    cookies: type({ session: 'string >= 3' }),
    body: type({ total: 'number >= 0' }),
  },
}

const GOOD = { headers: { 'x-flag': 'true', cookie: 'session=abcd; other=1' }, json: { total: 1.5 } }
const BAD = { headers: { 'x-flag': 'yes', cookie: 'session=a' }, json: { total: -1 } }

describe.each(transports)('input, %s', (transport) => {
  it.each(Object.keys(LIBRARIES))('is typed by %s', async (name) => {
    const routes = { a: route.post('/:id', { ...open, ...LIBRARIES[name] }, handler as never) } as RouteTree
    await using app = await testApp({ routes, transport })
    const response = await app.request('POST', '/7?page=2&tags=a&tags=b&other=1', GOOD)
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        params: { id: 7 },
        query: { page: 2, tags: ['a', 'b'] },
        session: 'abcd',
        flag: true,
        body: { total: 1.5 },
      },
    ])
  })

  it.each(Object.keys(LIBRARIES))('is told all at once what is wrong with it, by %s', async (name) => {
    const routes = { a: route.post('/:id', { ...open, ...LIBRARIES[name] }, handler as never) } as RouteTree
    await using app = await testApp({ routes, transport })
    const response = await app.request('POST', '/x?page=0&tags=a', BAD)
    const told = (await response.json()) as Told
    expect([response.status, told.code]).toEqual([400, 'ERR_CORE_VALIDATION'])
    expect(placesOf(told)).toEqual([
      'body /total',
      'cookies /session',
      'headers /x-flag',
      'params /id',
      'query /page',
    ])
  })

  it('is raw text where valibot gives no JSON Schema', async () => {
    const query = v.object({
      page: v.pipe(v.string(), v.transform(Number), v.minValue(1)),
      tags: v.array(v.string()),
    })
    await using app = await testApp({
      routes: { a: route.get('/', { ...open, query }, (ctx) => ctx.query) },
      transport,
    })
    expect(await (await app.request('GET', '/?page=2&tags=a&tags=b')).json()).toEqual({
      page: 2,
      tags: ['a', 'b'],
    })
    expect(placesOf((await (await app.request('GET', '/?page=0&tags=a&tags=b')).json()) as Told)).toEqual([
      'query /page',
    ])
  })

  it('may be validated asynchronously', async () => {
    const name = z.string().refine(async (one) => one !== 'taken', 'is taken')
    const options = {
      ...open,
      params: z.object({ name }),
      query: z.object({ name }),
      body: z.object({ name }),
    }
    await using app = await testApp({
      routes: {
        a: route.post('/:name', options, ({ params, query, body }) => [params.name, query.name, body.name]),
      },
      transport,
    })
    expect(await (await app.request('POST', '/a?name=b', { json: { name: 'c' } })).json()).toEqual([
      'a',
      'b',
      'c',
    ])
    const told = (await (
      await app.request('POST', '/taken?name=taken', { json: { name: 'taken' } })
    ).json()) as Told
    expect(placesOf(told)).toEqual(['body /name', 'params /name', 'query /name'])
  })

  it('has its path params as strings where no schema is given, decoded once', async () => {
    const routes = { a: route.get('/a/:id/*rest', open, ({ params }) => [params.id, params.rest]) }
    await using app = await testApp({ routes, transport })
    expect(await (await app.request('GET', '/a/%2525%20x/b/c%2Fd')).json()).toEqual(['%25 x', 'b/c/d'])
    expect((await app.request('GET', '/a/%zz/b')).status).toBe(400)
  })

  it('is coerced by the declared type alone', async () => {
    const routes = {
      a: route.get(
        '/',
        { ...open, query: { n: t.Number(), on: t.Optional(t.Boolean()) } },
        ({ query }) => query,
      ),
    }
    await using app = await testApp({ routes, transport })
    const ask = async (search: string) => (await app.request('GET', `/?${search}`)).status
    expect(await (await app.request('GET', '/?n=-1.5e2&on=false')).json()).toEqual({ n: -150, on: false })
    for (const bad of ['1a', '', '0x10', '1e999', '%201', '1&n=2', 'NaN', 'Infinity'])
      expect([bad, await ask(`n=${bad}`)]).toEqual([bad, 400])
    for (const bad of ['1', 'TRUE', '']) expect([bad, await ask(`n=1&on=${bad}`)]).toEqual([bad, 400])
  })

  it('may have undeclared members in the query, none in the body; both can be switched', async () => {
    const schemas = {
      query: { a: t.Optional(t.String()) },
      body: t.Object({ a: t.Object({ b: t.Integer() }) }),
    }
    const routes = {
      usual: route.post('/usual', { ...open, ...schemas }, ({ query }) => query),
      switched: route.post(
        '/switched',
        { ...open, ...schemas, unknown: { query: 'refuse', body: 'ignore' } },
        ({ body }) => body,
      ),
    }
    await using app = await testApp({ routes, transport })
    const send = async (path: string, json: unknown) => {
      const response = await app.request('POST', path, { json })
      return [response.status, await response.json()] as const
    }
    expect(await send('/usual?a=1&x=2', { a: { b: 1 } })).toEqual([200, { a: '1' }])
    expect(placesOf((await send('/usual', { a: { b: 1, x: 2 }, y: 3 }))[1] as Told)).toEqual([
      'body /a/x',
      'body /y',
    ])
    expect(await send('/switched', { a: { b: 1, x: 2 }, y: 3 })).toEqual([200, { a: { b: 1 } }])
    expect(placesOf((await send('/switched?a=1&x=2', { a: { b: 1 } }))[1] as Told)).toEqual(['query /x'])
  })

  it('means the same by one word in each place', async () => {
    const text = { a: t.Optional(t.String()) }
    const asked = async (unknown: UnknownSettings, schemas: object) => {
      const options = { ...open, unknown, ...schemas } as never
      const handler = ({ query, headers, cookies, body }: Record<string, Record<string, unknown>>) => ({
        query,
        headers: { a: headers?.['a'], x: headers?.['x'] },
        cookies,
        body,
      })
      await using app = await testApp({
        routes: { a: route.post('/', options, handler as never) },
        transport,
      })
      const headers = { a: '1', x: '2', cookie: 'a=1; x=2' }
      const response = await app.request('POST', '/?a=1&x=2', { headers, json: { a: '1', x: '2' } })
      return [response.status, await response.json()] as const
    }
    const all = { a: '1', x: '2' }
    const a = { a: '1' }
    for (const [query, body] of [
      [text, t.Object(text)],
      [z.object({ a: z.string() }), z.object({ a: z.string() })],
    ]) {
      const schemas = { query, body, headers: text, cookies: text }
      const ignore = { query: 'ignore', headers: 'ignore', cookies: 'ignore', body: 'ignore' } as const
      expect(await asked(ignore, schemas)).toEqual([200, { query: a, headers: a, cookies: a, body: a }])
    }
    const schemas = { query: text, headers: text, cookies: text, body: t.Object(text) }
    const pass = { query: 'pass', headers: 'pass', cookies: 'pass', body: 'pass' } as const
    expect(await asked(pass, schemas)).toEqual([200, { query: all, headers: all, cookies: all, body: all }])
    const refuse = { query: 'refuse', body: 'refuse' } as const
    const [status, told] = await asked(refuse, schemas)
    expect([status, placesOf(told as Told)]).toEqual([400, ['body /x', 'query /x']])
  })

  it('is never read where no schema asks for it', async () => {
    const routes = {
      raw: route.post('/raw', open, ({ body, query, cookies }) => [body ?? null, query, cookies]),
      none: route.post('/none', open, () => 'x'),
    }
    await using app = await testApp({ routes, transport })
    const response = await app.request('POST', '/raw?a=1&a=2', {
      headers: { cookie: 'c=d' },
      body: '{malformed',
    })
    expect([response.status, await response.json()]).toEqual([200, [null, { a: ['1', '2'] }, { c: 'd' }]])
    expect((await app.request('POST', '/none?b=%zz', { body: '{malformed' })).status).toBe(200)
    expect((await app.request('POST', '/raw?b=%zz')).status).toBe(400)
  })
})
