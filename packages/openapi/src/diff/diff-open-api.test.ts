import { json } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  createApp,
  defineError,
  middleware,
  problemDetails,
  route,
  router,
  t,
  type RouteTree,
} from '@keelson/core'
import { toOpenApi, type OpenApiOptions } from '../index.ts'
import { diffOpenApi, type ContractChange } from '../tools.ts'

type Contract = RouteTree | { readonly routes: RouteTree; readonly options: OpenApiOptions }

function diff(base: Contract, head: Contract): ContractChange[] {
  const [from, to] = [base, head].map((contract) => {
    const { routes, options } = ('options' in contract ? contract : { routes: contract, options: {} }) as {
      routes: RouteTree
      options: OpenApiOptions
    }
    return toOpenApi(createApp({ routes, log: false, health: false }), options)
  })
  return diffOpenApi(from!, to!)
}

const access = 'public' as const
const text = t.String()
const handler = (): never => {
  throw new Error('Not called.')
}
/** A route whose only interesting part is the one given. */
const get = (options: object, path = '/x') => ({
  x: route.get(path, { access, response: text, ...options } as never, handler),
})
const post = (options: object) => ({
  x: route.post('/x', { access, response: text, ...options } as never, handler),
})
const query = (schema: object) => get({ query: schema })
const body = (schema: object, more: object = {}) => post({ body: schema, ...more })
const answer = (schema: object | null) => get({ response: schema })
const object = (members: object) => t.Object(members as never)
const secured = (security: unknown) => ({
  x: route
    .use(
      middleware({
        name: 'm',
        stage: 'authenticate',
        run: () => undefined,
        describe: { security: security as never },
      }),
    )
    .get('/x', { access, response: text }, handler),
})
const oauth = (...scopes: string[]) => ({
  name: 'o',
  scheme: { type: 'openIdConnect', openIdConnectUrl: 'https://example.org' },
  scopes,
})
const headers = (names: Record<string, string>) => ({
  x: route
    .use(
      middleware({
        name: 'm',
        stage: 'respond',
        transform: (_, outcome) => outcome,
        describe: { headers: names },
      }),
    )
    .get('/x', { access, response: text }, handler),
})
const failing = (code: string, status: number, details?: object) =>
  get({ errors: [defineError(code, { status, title: 'X', details: details as never })] })

const tree = (value: object) =>
  t.Recursive((This) => t.Object({ value: value as never, next: t.Optional(This) }), { $id: 'Node' })
const A = t.Object({ kind: t.Literal('a'), n: t.Number() }, { $id: 'A' })
const B = t.Object({ kind: t.Literal('b') }, { $id: 'B' })

const CASES: readonly (readonly [
  what: string,
  base: Contract,
  head: Contract,
  breaking: boolean,
  kind: ContractChange['kind'],
])[] = [
  [
    'a removed operation',
    { ...get({}), y: route.get('/y', { access }, handler) },
    get({}),
    true,
    'operation-removed',
  ],
  [
    'a new operation',
    get({}),
    { ...get({}), y: route.get('/y', { access }, handler) },
    false,
    'operation-added',
  ],
  ['a renamed operation', get({}), { y: get({}).x }, true, 'operation-renamed'],
  [
    'an operation in another part of the tree',
    get({}),
    { sub: router('', get({})) },
    true,
    'operation-renamed',
  ],
  [
    'another method',
    get({}),
    { x: route.put('/x', { access, response: text }, handler) },
    true,
    'operation-moved',
  ],
  ['another path', get({}), get({}, '/z'), true, 'operation-moved'],
  ['a deprecated operation', get({}), get({ deprecated: true }), false, 'operation-deprecated'],
  ['a renamed path param', get({}, '/x/:a'), get({}, '/x/:b'), true, 'parameter-renamed'],
  [
    'a narrower path param',
    get({}, '/x/:a'),
    get({ params: { a: t.String({ format: 'uuid' }) } }, '/x/:a'),
    true,
    'type-narrowed',
  ],
  ['a new required query key', query({}), query({ a: text }), true, 'parameter-added'],
  ['a new optional query key', query({}), query({ a: t.Optional(text) }), false, 'parameter-added'],
  [
    'a new query key with a default',
    query({}),
    query({ a: t.Integer({ default: 1 }) }),
    false,
    'parameter-added',
  ],
  ['a removed query key', query({ a: text }), query({}), true, 'parameter-removed'],
  [
    'a query key that is now required',
    query({ a: t.Optional(text) }),
    query({ a: text }),
    true,
    'parameter-required',
  ],
  [
    'a query key that may be omitted',
    query({ a: text }),
    query({ a: t.Optional(text) }),
    false,
    'parameter-optional',
  ],
  ['a new required header', get({ headers: {} }), get({ headers: { 'x-a': text } }), true, 'parameter-added'],
  ['a removed cookie', get({ cookies: { a: text } }), get({ cookies: {} }), true, 'parameter-removed'],
  [
    'another default',
    query({ a: t.Integer({ default: 1 }) }),
    query({ a: t.Integer({ default: 2 }) }),
    true,
    'default-changed',
  ],
  [
    'a lower maximum on input',
    query({ a: t.Integer({ maximum: 9 }) }),
    query({ a: t.Integer({ maximum: 5 }) }),
    true,
    'type-narrowed',
  ],
  [
    'a higher maximum on input',
    query({ a: t.Integer({ maximum: 5 }) }),
    query({ a: t.Integer({ maximum: 9 }) }),
    false,
    'type-widened',
  ],
  [
    'a new minimum on input',
    query({ a: t.Integer() }),
    query({ a: t.Integer({ minimum: 0 }) }),
    true,
    'type-narrowed',
  ],
  [
    'integer where number was, on input',
    query({ a: t.Number() }),
    query({ a: t.Integer() }),
    true,
    'type-narrowed',
  ],
  [
    'number where integer was, on input',
    query({ a: t.Integer() }),
    query({ a: t.Number() }),
    false,
    'type-widened',
  ],
  ['another type on input', query({ a: t.Integer() }), query({ a: t.Boolean() }), true, 'type-changed'],
  [
    'a removed enum value on input',
    query({ a: t.Union([t.Literal('p'), t.Literal('q')]) }),
    query({ a: t.Literal('p') }),
    true,
    'type-narrowed',
  ],
  [
    'a new enum value on input',
    query({ a: t.Literal('p') }),
    query({ a: t.Union([t.Literal('p'), t.Literal('q')]) }),
    false,
    'type-widened',
  ],
  [
    'a pattern on input',
    query({ a: text }),
    query({ a: t.String({ pattern: '^a' }) }),
    true,
    'type-narrowed',
  ],
  [
    'another pattern on input',
    query({ a: t.String({ pattern: '^b' }) }),
    query({ a: t.String({ pattern: '^a' }) }),
    true,
    'type-changed',
  ],
  [
    'a longer minimum length on input',
    query({ a: t.String({ minLength: 1 }) }),
    query({ a: t.String({ minLength: 2 }) }),
    true,
    'type-narrowed',
  ],
  ['a new body', post({}), body(object({})), true, 'body-added'],
  ['a new optional body', post({}), body(t.Optional(object({}))), false, 'body-added'],
  ['a removed body', body(object({})), post({}), true, 'body-removed'],
  ['a body that is now required', body(t.Optional(object({}))), body(object({})), true, 'body-required'],
  ['a body that may be omitted', body(object({})), body(t.Optional(object({}))), false, 'body-optional'],
  [
    'a removed media type of the body',
    body(json(text, { mediaTypes: ['text/a', 'text/b'] })),
    body(json(text, { mediaTypes: ['text/a'] })),
    true,
    'media-type-removed',
  ],
  [
    'a new media type of the body',
    body(json(text, { mediaTypes: ['text/a'] })),
    body(json(text, { mediaTypes: ['text/a', 'text/b'] })),
    false,
    'media-type-added',
  ],
  ['a new required body field', body(object({})), body(object({ a: text })), true, 'property-added'],
  [
    'a new optional body field',
    body(object({})),
    body(object({ a: t.Optional(text) })),
    false,
    'property-added',
  ],
  ['a removed body field', body(object({ a: text })), body(object({})), true, 'property-removed'],
  [
    'a body field that is now required',
    body(object({ a: t.Optional(text) })),
    body(object({ a: text })),
    true,
    'property-required',
  ],
  [
    'a body field that may be omitted',
    body(object({ a: text })),
    body(object({ a: t.Optional(text) })),
    false,
    'property-optional',
  ],
  [
    'a body that takes further members',
    body(t.Object({ a: text })),
    body(t.Object({ a: text }), { unknown: { body: 'ignore' } }),
    false,
    'type-widened',
  ],
  [
    'a query that takes no further keys',
    query({ a: text }),
    get({ query: { a: text }, unknown: { query: 'refuse' } }),
    true,
    'unknown-refused',
  ],
  [
    'a query that takes further keys',
    get({ query: { a: text }, unknown: { query: 'refuse' } }),
    query({ a: text }),
    false,
    'unknown-taken',
  ],
  [
    'a body that takes no further members',
    body(t.Object({}), { unknown: { body: 'ignore' } }),
    body(t.Object({})),
    true,
    'type-narrowed',
  ],
  [
    'a nested field of another type',
    body(object({ a: object({ b: t.Integer() }) })),
    body(object({ a: object({ b: text }) })),
    true,
    'type-changed',
  ],
  ['a list of something else', body(t.Array(t.Integer())), body(t.Array(text)), true, 'type-changed'],
  ['fewer items on input', body(t.Array(text)), body(t.Array(text, { maxItems: 3 })), true, 'type-narrowed'],
  ['a removed branch on input', body(t.Union([A, B])), body(A), true, 'type-narrowed'],
  ['a new branch on input', body(A), body(t.Union([A, B])), false, 'type-widened'],
  [
    'a removed response property',
    answer(object({ a: text, b: text })),
    answer(object({ a: text })),
    true,
    'property-removed',
  ],
  [
    'a new response property',
    answer(object({ a: text })),
    answer(object({ a: text, b: text })),
    false,
    'property-added',
  ],
  [
    'a response property that may be missing',
    answer(object({ a: text })),
    answer(object({ a: t.Optional(text) })),
    true,
    'property-optional',
  ],
  [
    'a response property that is always there',
    answer(object({ a: t.Optional(text) })),
    answer(object({ a: text })),
    false,
    'property-required',
  ],
  [
    'a response property that may be null',
    answer(object({ a: text })),
    answer(object({ a: t.Union([text, t.Null()]) })),
    true,
    'type-widened',
  ],
  [
    'a response property that is never null',
    answer(object({ a: t.Union([text, t.Null()]) })),
    answer(object({ a: text })),
    false,
    'type-narrowed',
  ],
  [
    'a new enum value on output',
    answer(t.Literal('p')),
    answer(t.Union([t.Literal('p'), t.Literal('q')])),
    true,
    'type-widened',
  ],
  [
    'a removed enum value on output',
    answer(t.Union([t.Literal('p'), t.Literal('q')])),
    answer(t.Literal('p')),
    false,
    'type-narrowed',
  ],
  ['number where integer was, on output', answer(t.Integer()), answer(t.Number()), true, 'type-widened'],
  [
    'a lower maximum on output',
    answer(t.Integer({ maximum: 9 })),
    answer(t.Integer({ maximum: 5 })),
    false,
    'type-narrowed',
  ],
  ['a new branch on output', answer(A), answer(t.Union([A, B])), true, 'type-widened'],
  [
    'a changed tuple',
    answer(t.Tuple([text, text])),
    answer(t.Tuple([text, t.Number()])),
    true,
    'type-changed',
  ],
  [
    'a record of something else',
    answer(t.Record(text, t.Number())),
    answer(t.Record(text, text)),
    true,
    'type-changed',
  ],
  ['a change deep in a recursive schema', answer(tree(t.Number())), answer(tree(text)), true, 'type-changed'],
  [
    'a removed status',
    get({ response: { 200: text, 202: text } }),
    get({ response: { 200: text } }),
    true,
    'status-removed',
  ],
  [
    'a new success status',
    get({ response: { 200: text } }),
    get({ response: { 200: text, 202: text } }),
    true,
    'status-added',
  ],
  ['a response without a body', answer(text), get({ response: { 200: null } }), true, 'media-type-removed'],
  ['a response that is declared now', get({ response: undefined }), answer(text), false, 'response-declared'],
  [
    'a response that is no longer declared',
    answer(text),
    get({ response: undefined }),
    true,
    'response-undeclared',
  ],
  [
    'a smaller limit of the body',
    body(object({})),
    body(object({}), { maxBodyBytes: 1000 }),
    true,
    'body-limit-lowered',
  ],
  [
    'a larger limit of the body',
    body(object({}), { maxBodyBytes: 1000 }),
    body(object({})),
    false,
    'body-limit-raised',
  ],
  [
    'a smaller limit of bytes',
    post({ consumes: ['image/png'] }),
    post({ consumes: ['image/png'], maxBodyBytes: 1000 }),
    true,
    'body-limit-lowered',
  ],
  [
    'a range of media types in the place of one',
    post({ consumes: ['image/png'] }),
    post({ consumes: ['image/*'] }),
    false,
    'media-type-added',
  ],
  ['a removed error code', failing('GONE_AWAY', 409), get({}), false, 'error-removed'],
  ['a new error code', get({}), failing('GONE_AWAY', 409), false, 'error-added'],
  [
    'an error with another status',
    failing('GONE_AWAY', 409),
    failing('GONE_AWAY', 410),
    true,
    'error-status-changed',
  ],
  [
    'an error with other details',
    failing('GONE_AWAY', 409, object({ a: text })),
    failing('GONE_AWAY', 409, object({ a: t.Number() })),
    true,
    'type-changed',
  ],
  ['a removed response header', headers({ 'x-a': 'A.' }), headers({}), true, 'header-removed'],
  ['a new response header', headers({}), headers({ 'x-a': 'A.' }), false, 'header-added'],
  ['credentials where none were needed', get({}), secured('bearer'), true, 'security-added'],
  ['no more credentials', secured('bearer'), get({}), false, 'security-removed'],
  ['other credentials', secured('bearer'), secured('basic'), true, 'security-added'],
  [
    'an alternative to the credentials',
    secured('bearer'),
    secured(['bearer', 'basic']),
    false,
    'security-removed',
  ],
  ['one alternative less', secured(['bearer', 'basic']), secured('bearer'), true, 'security-added'],
  ['another scope', secured(oauth('a')), secured(oauth('a', 'b')), true, 'security-added'],
  ['a scope less', secured(oauth('a', 'b')), secured(oauth('a')), false, 'security-removed'],
  [
    'a key in another header',
    secured({ name: 'k', scheme: { type: 'apiKey', in: 'header', name: 'x-a' } }),
    secured({ name: 'k', scheme: { type: 'apiKey', in: 'header', name: 'x-b' } }),
    true,
    'security-changed',
  ],
  [
    'another word before a credential',
    secured({
      name: 'k',
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', authScheme: 'Token' },
    }),
    secured({
      name: 'k',
      scheme: { type: 'apiKey', in: 'header', name: 'Authorization', authScheme: 'Key' },
    }),
    true,
    'security-changed',
  ],
  [
    'a removed server',
    { routes: get({}), options: { servers: [{ url: '/a' }, { url: '/b' }] } },
    { routes: get({}), options: { servers: [{ url: '/a' }] } },
    true,
    'server-removed',
  ],
  [
    'a new server',
    { routes: get({}), options: { servers: [{ url: '/a' }] } },
    { routes: get({}), options: { servers: [{ url: '/a' }, { url: '/b' }] } },
    false,
    'server-added',
  ],
]

describe('diffOpenApi', () => {
  it.each(CASES)('tells %s', (_what, base, head, breaking, kind) => {
    const changes = diff(base, head)
    const found = changes.filter((one) => one.kind === kind)
    expect(found.map((one) => one.breaking)).toContain(breaking)
    for (const { place, message } of changes) {
      expect(place).toMatch(/^(?:[\w.]+ \([A-Z]+ \/|server |security scheme )/)
      expect(message).toMatch(/^.+\.$/)
    }
    // A harmless change is not made of breaking ones.
    expect(changes.some((one) => one.breaking)).toBe(breaking)
  })

  it('has at least thirty cases of both kinds', () => {
    expect(CASES.filter(([, , , breaking]) => breaking).length).toBeGreaterThan(30)
    expect(CASES.filter(([, , , breaking]) => !breaking).length).toBeGreaterThan(15)
  })

  it.each([
    ['texts', get({ summary: 'a', description: 'b' }), get({ summary: 'c' })],
    ['tags', { a: get({}) }, { routes: { a: get({}) }, options: { tags: { a: 'Texts.' } } }],
    ['examples', answer(t.String()), answer(t.String({ examples: ['a'], description: 'x' }))],
    [
      'where a schema stands',
      answer(object({ n: t.Number() })),
      answer(t.Object({ n: t.Number() }, { $id: 'Named' })),
    ],
    [
      'the address of error documents',
      { x: router('', {}, get({})) },
      {
        x: router('', { errorFormat: problemDetails({ typeBaseUrl: 'https://example.org/#' }) }, get({})),
      },
    ],
    ['recursive schemas that are equal', answer(tree(text)), answer(tree(text))],
  ] satisfies [string, Contract, Contract][])('does not count %s', (_what, base, head) => {
    expect(diff(base, head)).toEqual([])
  })

  it('names the operation and the member', () => {
    const base = {
      orders: {
        show: route.get(
          '/orders/:id',
          { access, response: t.Object({ lines: t.Array(t.Object({ sku: text })) }) },
          handler,
        ),
      },
    }
    const head = {
      orders: {
        show: route.get(
          '/orders/:id',
          { access, response: t.Object({ lines: t.Array(t.Object({})) }) },
          handler,
        ),
      },
    }
    expect(diff(base, head)).toEqual([
      {
        severity: 'breaking',
        breaking: true,
        kind: 'property-removed',
        place: 'orders.show (GET /orders/{id}), response 200, lines[].sku',
        message: 'It was removed.',
      },
    ])
  })
})
