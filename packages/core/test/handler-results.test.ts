import { Readable } from 'node:stream'
import { middleware, needs, reply, route, t } from '@keelson/core'
import { toOpenApi } from '@keelson/openapi'
import { testApp } from '@keelson/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { open, transports } from './support.ts'

const At = t.String({ format: 'date-time' })
const Row = t.Object({
  at: At,
  maybe: t.Optional(t.String()),
  until: t.Union([At, t.Null()]),
  tags: t.Array(t.String()),
  lines: t.Array(t.Object({ at: t.Optional(At), pair: t.Tuple([t.Integer(), At]) })),
  byName: t.Record(t.String(), t.Array(At)),
  both: t.Intersect([t.Object({ a: At }), t.Object({ b: t.Optional(t.Integer()) })]),
})
const DATE = new Date('2026-01-02T03:04:05.006Z')
const TEXT = '2026-01-02T03:04:05.006Z'

interface RowOfDatabase {
  readonly at: Date
  readonly maybe: string | undefined
  readonly until: Date | null
  readonly tags: readonly string[]
  readonly lines: readonly { readonly at: Date | undefined; readonly pair: readonly [number, Date] }[]
  readonly byName: { readonly [name: string]: readonly Date[] }
  readonly both: { readonly a: Date; readonly b: number | undefined }
}
const ROW: RowOfDatabase = {
  at: DATE,
  maybe: undefined,
  until: DATE,
  tags: Object.freeze(['a']),
  lines: [{ at: undefined, pair: [1, DATE] }],
  byName: { x: [DATE] },
  both: { a: DATE, b: undefined },
}
const SENT = {
  at: TEXT,
  until: TEXT,
  tags: ['a'],
  lines: [{ pair: [1, TEXT] }],
  byName: { x: [TEXT] },
  both: { a: TEXT },
}

describe.each(transports)('a row of a database, %s', (transport) => {
  it.each(['test', 'production'] as const)(
    'is a result where JSON writes what is declared, %s',
    async (mode) => {
      const routes = { row: route.get('/', { ...open, response: Row }, () => ROW) }
      await using test = await testApp({ routes, transport, mode })
      const response = await test.request('GET', '/')
      expect([response.status, await response.json()]).toEqual([200, SENT])
    },
  )
})

describe('the type of a result', () => {
  it('is no wider than that, and the client gets a text', () => {
    const show = route.get('/', { ...open, response: t.Object({ at: At }) }, () => ({ at: DATE }))
    expectTypeOf<(typeof show)['~types']['out']>().toEqualTypeOf<{ 200: { at: string } }>()
    // @ts-expect-error -- no date is declared
    route.get('/', { ...open, response: t.Object({ at: t.String() }) }, () => ({ at: DATE }))
    const day = t.Object({ at: t.String({ format: 'date' }) })
    // @ts-expect-error -- JSON writes a date and a time
    route.get('/', { ...open, response: day }, () => ({ at: DATE }))
    // @ts-expect-error -- what must be there may not be undefined
    route.get('/', { ...open, response: t.Object({ a: t.String() }) }, () => ({ a: undefined }))
    // @ts-expect-error -- a list of other things
    route.get('/', { ...open, response: t.Array(t.String()) }, () => [1])
  })
})

describe('a result other than declared', () => {
  it.each<[string, object, () => unknown, string]>([
    [
      'a status',
      { 200: t.String(), 201: t.String() },
      () => reply(202, 'x'),
      'answered with status 202, which its route does not declare: it declares 200, 201. Add it to `response`, or answer with one of these.',
    ],
    [
      'a body',
      { 205: null },
      () => reply(205, 'x'),
      'gave a body with status 205, which its route declares to have none. Declare a schema for it, or give no body.',
    ],
    [
      'a stream',
      { 200: t.String() },
      () => Readable.from(['x']),
      "gave a stream with status 200, for which its route declares a schema. Declare content('…'), or give a value.",
    ],
  ])('is told with its route and what to do: %s', async (_, response, handler, message) => {
    const bad = route.get('/bad', { ...open, response: response as never }, handler as () => never)
    await using test = await testApp({ routes: { bad } })
    expect((await test.request('GET', '/bad')).status).toBe(500)
    const [entry] = test.takeErrors() as unknown as [{ err: { message: string } }]
    expect(entry.err.message).toMatch(
      /^The handler of route bad \(GET \/bad, .*handler-results\.test\.ts:\d+\) /,
    )
    expect(entry.err.message).toContain(message)
  })
})

describe('what is taken off the context', () => {
  it('works by itself', async () => {
    const routes = {
      header: route.get('/header', open, ({ header }) => header('x-a') ?? 'none'),
      raw: route.post('/raw', open, async ({ rawBody }) => Buffer.from(await rawBody()).toString()),
      stream: route.post('/stream', open, async ({ bodyStream }) => {
        const parts: Uint8Array[] = []
        for await (const part of bodyStream()) parts.push(part)
        return Buffer.concat(parts).toString()
      }),
    }
    await using test = await testApp({ routes })
    expect(await (await test.request('GET', '/header', { headers: { 'x-a': '1' } })).text()).toBe('1')
    expect(await (await test.request('POST', '/raw', { body: 'abc' })).text()).toBe('abc')
    expect(await (await test.request('POST', '/stream', { body: 'abc' })).text()).toBe('abc')
  })
})

describe('a middleware that needs the input of its routes', () => {
  const seen: unknown[] = []
  const look = middleware({
    name: 'look',
    stage: 'validate',
    needs: needs<{ query: { page: number }; body: { a: string }; cookies: { s: string } }>(
      'query',
      'body',
      'cookies',
    ),
    run: ({ query, body, cookies }) => void seen.push([query.page, body.a, cookies.s]),
    describe: {
      requestHeaders: { 'if-none-match': 'Entity tags that the caller has.' },
      responses: { 304: 'The caller has it already.', 206: 'A part.' },
    },
  })
  const schemas = {
    query: { page: t.Integer() },
    body: t.Object({ a: t.String() }),
    cookies: { s: t.String() },
  }

  it('stands in a factory, and finds it typed', async () => {
    const routes = { it: route.use(look).post('/', { ...open, ...schemas }, () => 1) }
    await using test = await testApp({ routes })
    const init = { json: { a: 'x' }, headers: { cookie: 's=1' } }
    expect((await test.request('POST', '/?page=2', init)).status).toBe(200)
    expect(seen).toEqual([[2, 'x', '1']])
  })

  it('is asked for at the route', () => {
    // @ts-expect-error -- the route declares no body
    route.use(look).post('/', { ...open, query: schemas.query, cookies: schemas.cookies }, () => 1)
    route.use(look).define({ ...open, ...schemas })
    // @ts-expect-error -- the route declares nothing
    route.use(look).define(open)
  })

  it('describes request headers and statuses of its own', async () => {
    const routes = { it: route.use(look).post('/', { ...open, ...schemas, response: t.Integer() }, () => 1) }
    await using test = await testApp({ routes })
    const { parameters, responses } = toOpenApi(test.app).paths['/']!.post!
    expect(parameters).toContainEqual({
      name: 'if-none-match',
      in: 'header',
      description: 'Entity tags that the caller has.',
      schema: { type: 'string' },
    })
    expect(responses).toMatchObject({
      206: { description: 'A part.' },
      304: { description: 'The caller has it already.' },
    })
  })
})
