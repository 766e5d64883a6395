import { createApp, loadConfig, middleware, reply, route, SetupError, t, type Route } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

const open = { access: 'public' } as const

/** What a program in plain JavaScript may write. */
type Loose = never

/** What the start says of one route, with the place after its name. */
function faultsOf(node: unknown): string[] {
  return said(() => createApp({ routes: { it: node as Route }, log: false }).check())
}

function said(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return error.problems.map(({ place, message, remedy }) => {
      const at = place.replace(/^route it \([^)]*\),? ?/, '')
      return `${at}${at === '' ? '' : ': '}${message} ${remedy}`
    })
  }
  return []
}

const query = (n: unknown): Route => route.get('/', { ...open, query: { n } as Loose }, () => 1)
const body = (schema: unknown): Route => route.post('/', { ...open, body: schema as Loose }, () => 1)

describe('a default that its own schema refuses stops the start:', () => {
  const instance = new Map()
  const circle: Record<string, unknown> = {}
  circle['self'] = circle
  it.each<[string, unknown, string]>([
    [
      'a text for an integer',
      t.Integer({ default: 'x' }),
      'The default "x" does not match its schema: must be integer.',
    ],
    [
      'a number in a text',
      t.Integer({ default: '5' }),
      'The default "5" does not match its schema: must be integer.',
    ],
    [
      'half an integer',
      t.Integer({ default: 1.5 }),
      'The default 1.5 does not match its schema: must be integer.',
    ],
    [
      'above the maximum',
      t.Integer({ default: 50, maximum: 10 }),
      'The default 50 does not match its schema: must be <= 10.',
    ],
    ['below the exclusive minimum', t.Number({ default: 0, exclusiveMinimum: 0 }), 'must be > 0.'],
    [
      'another format',
      t.String({ default: 'x', format: 'uuid' }),
      'The default "x" does not match its schema: must match format "uuid".',
    ],
    ['another pattern', t.String({ default: 'x', pattern: '^y$' }), 'must match pattern "^y$".'],
    ['too long a text', t.String({ default: 'xyz', maxLength: 2 }), 'must NOT have more than 2 characters.'],
    [
      'a literal outside its union',
      t.Union([t.Literal('a'), t.Literal('b')], { default: 'c' }),
      'The default "c" does not match its schema',
    ],
    [
      'null where none is declared',
      t.String({ default: null }),
      'The default null does not match its schema: must be string.',
    ],
    ['a list with a wrong member', t.Array(t.Integer(), { default: [1, 'x'] }), 'must be integer at /1.'],
    [
      'a function',
      t.String({ default: (() => 'x') as Loose }),
      'The default () => "x" is not a JSON value: it is a function.',
    ],
    ['a bigint', t.Integer({ default: 5n as Loose }), 'The default 5n is not a JSON value: it is a bigint.'],
    ['NaN', t.Number({ default: Number.NaN }), 'The default NaN is not a JSON value: it is NaN.'],
    ['a symbol', t.String({ default: Symbol('x') as Loose }), 'is not a JSON value: it is a symbol.'],
    [
      'an instance',
      t.Object({}, { default: instance as Loose }),
      'is not a JSON value: it is an instance of Map.',
    ],
    [
      'a date',
      t.String({ default: new Date(0) as Loose }),
      'is not a JSON value: it is an instance of Date.',
    ],
    ['a circle', t.Object({}, { default: circle as Loose }), 'is not a JSON value: it holds itself.'],
  ])('%s', (_, schema, sentence) => {
    const [fault, ...others] = faultsOf(body(t.Object({ a: t.Object({ n: schema as Loose }) })))
    expect(fault).toContain('body, a.n: ')
    expect(fault?.replaceAll("'x'", '"x"')).toContain(sentence)
    expect(others).toEqual([])
  })

  it('in the query, in a response, and in the configuration, too', () => {
    expect(faultsOf(query(t.Integer({ default: 'x' })))[0]).toContain('query, n: The default "x"')
    const response = t.Object({ n: t.Integer({ default: 'x' }) })
    expect(faultsOf(route.get('/', { ...open, response }, () => ({ n: 1 })))[0]).toContain(
      '200, n: The default "x"',
    )
    expect(
      said(() => loadConfig({ D: t.Integer({ maximum: 10, default: 50 }) }, { files: [], env: {} })),
    ).toEqual([
      'loadConfig, config, D: The default 50 does not match its schema: must be <= 10. Correct the default, or the schema.',
    ])
  })

  it('of the member that tells the branches of a union apart, where it would be filled in', () => {
    const A = t.Object({ kind: t.Literal('a', { default: 'a' }), n: t.Integer({ default: 1 }) })
    const B = t.Object({ kind: t.Literal('b') })
    const sentence =
      'kind: The default is never filled in: this member tells the branches of the union apart. Remove the default; callers send the member.'
    expect(faultsOf(body(t.Object({ list: t.Array(t.Union([A, B])) })))).toEqual([`body, list[].${sentence}`])
    expect(faultsOf(body(t.Object({ list: t.Unsafe({ oneOf: [B, A] }) })))).toEqual([
      `body, list.${sentence}`,
    ])
    expect(faultsOf(body(t.Union([A, t.Null()])))).toEqual([])
    expect(
      faultsOf(route.get('/', { ...open, response: t.Union([A, B]) }, () => ({ kind: 'b' as const }))),
    ).toEqual([])
  })

  it('and one that fits does not', () => {
    const fine = t.Object({
      a: t.Integer({ default: 5, minimum: 1, maximum: 5 }),
      b: t.Union([t.Literal('x'), t.Literal(1)], { default: 1 }),
      c: t.Array(t.String(), { default: [] }),
      d: t.Object({ e: t.Optional(t.String()) }, { default: {} }),
      f: t.Union([t.String(), t.Null()], { default: null }),
      g: t.String({ default: '2026-11-29', format: 'date' }),
      h: t.Boolean({ default: false }),
    })
    expect(faultsOf(body(fine))).toEqual([])
  })
})

describe('a schema that no value can match, or a keyword that never applies, stops the start:', () => {
  it.each<[string, unknown, string]>([
    [
      'minimum of a text',
      t.String({ minimum: 5 }),
      'The keyword "minimum" does not apply to string. Write "minLength".',
    ],
    [
      'maxLength of a number',
      t.Integer({ maxLength: 5 }),
      'The keyword "maxLength" does not apply to integer. Write "maximum".',
    ],
    ['minLength of a list', t.Array(t.String(), { minLength: 1 }), 'Write "minItems".'],
    [
      'pattern of a number',
      t.Number({ pattern: 'x' }),
      'The keyword "pattern" does not apply to number. Remove it, or change the type.',
    ],
    [
      'a format of a boolean',
      t.Boolean({ format: 'email' }),
      'The keyword "format" does not apply to boolean.',
    ],
    ['uniqueItems of a text', t.String({ uniqueItems: true }), 'does not apply to string.'],
    [
      'minimum above maximum',
      t.Integer({ minimum: 9, maximum: 1 }),
      'No value can match it: minimum 9 is above maximum 1.',
    ],
    [
      'minLength above maxLength',
      t.String({ minLength: 9, maxLength: 1 }),
      'No value can match it: minLength 9 is above maxLength 1.',
    ],
    [
      'minItems above maxItems',
      t.Array(t.String(), { minItems: 2, maxItems: 1 }),
      'minItems 2 is above maxItems 1.',
    ],
    [
      'minProperties above maxProperties',
      t.Object({}, { minProperties: 2, maxProperties: 1 }),
      'minProperties 2 is above maxProperties 1.',
    ],
    [
      'an open range without a number',
      t.Number({ exclusiveMinimum: 1, exclusiveMaximum: 1 }),
      'there is no number between exclusiveMinimum 1 and exclusiveMaximum 1.',
    ],
    [
      'a range without an integer',
      t.Integer({ minimum: 1.2, maximum: 1.8 }),
      'there is no integer between minimum 1.2 and maximum 1.8.',
    ],
    [
      'literals of another type',
      t.Unsafe({ type: 'string', enum: [1, 2] }),
      'none of its literals is of type string.',
    ],
    [
      'more required than allowed',
      t.Object({ a: t.String(), b: t.String() }, { maxProperties: 1 }),
      'it requires 2 properties, and maxProperties is 1.',
    ],
    [
      'required and not allowed',
      t.Unsafe({ type: 'object', required: ['b'], properties: {}, additionalProperties: false }),
      "it requires 'b', which it does not allow.",
    ],
  ])('%s', (_, schema, sentence) => {
    expect(faultsOf(body(t.Object({ n: schema as Loose }))).join()).toContain(sentence)
  })

  it('and what can match does not', () => {
    const fine = t.Object({
      a: t.Integer({ minimum: 1, maximum: 1 }),
      b: t.Number({ exclusiveMinimum: 0, maximum: 0.5 }),
      c: t.String({ minLength: 1, maxLength: 1, pattern: 'x', format: 'email' }),
      d: t.Unsafe({ type: ['string', 'integer'], minimum: 1, minLength: 1 }),
      e: t.Record(t.String(), t.Integer(), { minProperties: 1 }),
      f: t.Tuple([t.String(), t.Integer()]),
      g: t.Intersect([t.Object({ x: t.String() }), t.Object({ y: t.String() })], {
        unevaluatedProperties: false,
      }),
    })
    expect(faultsOf(body(fine))).toEqual([])
  })
})

describe('a route that cannot work does not start:', () => {
  const anything = (): Loose => undefined as Loose
  it.each<[string, unknown, string]>([
    [
      'consumes without a subtype',
      route.post('/', { ...open, consumes: ['json'] }, anything),
      "consumes has 'json', which is not a media type. Write 'application/json'.",
    ],
    [
      'consumes that is empty',
      route.post('/', { ...open, consumes: [] }, anything),
      'consumes is an empty list: no body would be accepted.',
    ],
    [
      'GET with a body',
      route.get('/', { ...open, body: t.Object({}) }, anything),
      'A GET request has no body. Use query, or another method; QUERY is safe as well.',
    ],
    [
      'GET with consumes',
      route.get('/', { ...open, consumes: ['text/csv'] }, anything),
      'A GET request has no body, so consumes has no effect. Omit it.',
    ],
    [
      '204 with a body',
      route.get('/', { ...open, response: { 204: t.Object({}) } }, anything),
      'Its response declares a body for 204, which has none. Write 204: null, or another status.',
    ],
    [
      '304 with a body',
      route.get('/', { ...open, response: { 200: t.String(), 304: t.Object({}) } }, anything),
      'Its response declares a body for 304',
    ],
    [
      'no success',
      route.get('/', { ...open, response: { 404: t.Object({}) } }, anything),
      'Its response declares 404, and no success. Add the answer of a success',
    ],
    [
      'no status',
      route.get('/', { ...open, response: {} }, anything),
      'Its response declares no status, and no success.',
    ],
  ])('%s', (_, node, sentence) => {
    expect(faultsOf(node).join()).toContain(sentence)
  })

  it('and one that can does', () => {
    const redirect = route.get('/', { ...open, response: { 302: null } }, () =>
      reply(302, undefined, { location: '/x' }),
    )
    expect(faultsOf(redirect)).toEqual([])
    expect(
      faultsOf(route.delete('/', { ...open, response: { 204: null }, body: t.Object({}) }, () => undefined)),
    ).toEqual([])
    expect(faultsOf(route.post('/', { ...open, consumes: ['Text/CSV; charset=utf-8'] }, anything))).toEqual(
      [],
    )
  })
})

describe('a schema that would refuse every request for what comes with it stops the start:', () => {
  const closed = t.Object({ a: t.String() }, { additionalProperties: false })
  const strict = z.strictObject({ a: z.string() })
  const at = (options: object): Route => route.get('/', { ...open, ...options } as Loose, () => 1)
  const remedy = 'Omit additionalProperties: false, and do not use a strict object'
  const headers = 'It refuses undeclared headers, and every client sends others.'
  const cookies = 'It refuses undeclared cookies, and a browser sends all cookies of the host.'
  it.each<[string, object, string]>([
    ['headers', { headers: closed }, `headers: ${headers} ${remedy}; or set unknown: { headers: 'ignore' }.`],
    ['headers of zod', { headers: strict }, headers],
    ['headers passed on', { headers: closed, unknown: { headers: 'pass' } }, `${headers} ${remedy}.`],
    ['headers of zod passed on', { headers: strict, unknown: { headers: 'pass' } }, `${headers} ${remedy}.`],
    [
      'headers of an intersection',
      { headers: t.Intersect([t.Object({ a: t.String() })], { unevaluatedProperties: false }) },
      headers,
    ],
    [
      'headers by pattern',
      {
        headers: t.Record(t.TemplateLiteral('x-${string}'), t.String(), { additionalProperties: false }),
      },
      headers,
    ],
    ['cookies', { cookies: closed }, `cookies: ${cookies} ${remedy}; or set unknown: { cookies: 'ignore' }.`],
    ['cookies of zod', { cookies: strict }, cookies],
    [
      'headers that all are numbers',
      { headers: t.Record(t.String(), t.Integer()), unknown: { headers: 'ignore' } },
      'It requires of undeclared headers what hardly any text matches, and every client sends others. Declare the headers',
    ],
    [
      'cookies that else are numbers',
      { cookies: t.Object({ a: t.String() }, { additionalProperties: t.Integer() }) },
      'It requires of undeclared cookies',
    ],
  ])('%s', (_, options, sentence) => {
    expect(faultsOf(at(options)).join()).toContain(sentence)
  })

  it('and what lets others pass does not', async () => {
    const Rest = t.Object({ a: t.String() }, { additionalProperties: t.String() })
    for (const options of [
      { headers: closed, unknown: { headers: 'ignore' } },
      { cookies: strict, unknown: { cookies: 'ignore' } },
      { headers: Rest, cookies: t.Record(t.String(), t.Union([t.String(), t.Null()])) },
      { headers: t.Record(t.String(), t.Array(t.String())) },
      // A query has what the caller put there, and nothing else.
      { query: t.Object({ a: t.Optional(t.String()) }, { additionalProperties: false }) },
    ]) {
      await using app = await testApp({ routes: { it: at(options) }, transport: 'socket' })
      const answer = await app.request('GET', '/', { headers: { a: '1', cookie: 'a=1; b=2' } })
      expect([answer.status, options]).toEqual([200, options])
    }
  })
})

describe('text that the declared JSON type refuses is refused before a library that would take it is asked:', () => {
  const Q = {
    n: z.coerce.number().optional(),
    b: z.coerce.boolean().optional(),
    s: z.coerce.string().optional(),
    l: z.array(z.coerce.number()).optional(),
  }
  const whole = route.get('/whole', { ...open, query: z.object(Q) }, ({ query: found }) => found as object)
  const shape = route.get(
    '/shape',
    { ...open, query: { ...Q, other: t.Optional(t.String()) } },
    ({ query: found }) => found as object,
  )

  it.each([
    ['?n=', '/n', 'must be number'],
    ['?n=0x10', '/n', 'must be number'],
    ['?n=%201', '/n', 'must be number'],
    ['?n=1&n=2', '/n', 'must be given only once'],
    ['?b=no', '/b', 'must be boolean'],
    ['?b=', '/b', 'must be boolean'],
    ['?b=true&b=false', '/b', 'must be given only once'],
    ['?s=a&s=b', '/s', 'must be given only once'],
    ['?l=1&l=x', '/l/1', 'must be number'],
  ])('%s', async (search, pointer, message) => {
    await using app = await testApp({ routes: { whole, shape } })
    for (const path of ['/whole', '/shape']) {
      const answer = await app.request('GET', path + search)
      expect(answer.status).toBe(400)
      const { errors } = (await answer.json()) as { errors: { pointer: string; message: string }[] }
      expect(errors.map((one) => [one.pointer, one.message])).toEqual([[pointer, message]])
    }
  })

  it('and text of that type is taken', async () => {
    await using app = await testApp({ routes: { whole, shape } })
    for (const path of ['/whole', '/shape']) {
      const answer = await app.request('GET', `${path}?n=1e2&b=false&s=1&l=1&l=2`)
      expect(await answer.json()).toEqual({ n: 100, b: false, s: '1', l: [1, 2] })
    }
  })

  it('in the configuration, where nothing is not 0', () => {
    const read = (PORT: string): unknown =>
      loadConfig(z.object({ PORT: z.coerce.number() }), { files: [], env: { PORT } })
    expect(said(() => read('')).join()).toContain('PORT (environment): It must be a number.')
    expect(
      said(() => loadConfig({ PORT: z.coerce.number() }, { files: [], env: { PORT: '' } })).join(),
    ).toContain('PORT (environment): It must be a number.')
    expect(read('80')).toEqual({ PORT: 80 })
  })
})

describe('a response that cannot be as it is declared stops the start:', () => {
  const etag = t.String()
  const declared = (part: object): Route =>
    route.get(
      '/',
      { ...open, response: { 200: { body: t.Object({}), ...part } as Loose } },
      () => ({}) as Loose,
    )
  it.each<[object, string]>([
    [{ header: { etag } }, "The response has no part 'header'. Did you mean 'headers'?"],
    [{ description: 'x' }, "The response has no part 'description'. It takes body and headers."],
    [{ headers: { 'x foo': etag } }, "'x foo' is not the name of a header."],
    [{ headers: { '': etag } }, "'' is not the name of a header."],
    [{ headers: { 'content-length': etag } }, "The header 'content-length' is written by the server."],
    [{ headers: { 'transfer-encoding': etag } }, "The header 'transfer-encoding' is written by the server."],
    [{ headers: { connection: etag } }, "The header 'connection' is written by the server."],
    [{ headers: t.Object({ etag }) }, 'The headers are not an object of schemas.'],
    [{ headers: { etag: undefined } }, 'break the import circle'],
  ])('%o', (part, message) => {
    expect(faultsOf(declared(part))).toEqual([expect.stringContaining(message)])
  })
})

describe('a part that is missing is asked for by what it is:', () => {
  it.each<[object, string]>([
    [{ stage: 'receive', run() {} }, 'Option name is missing. Give a text.'],
    [{ name: 'a', run() {} }, 'Option stage is missing. Give one of receive, '],
  ])('%o', (parts, message) => {
    expect(said(() => middleware(parts as Loose))).toEqual([expect.stringContaining(message)])
  })
})
