// Documents as other makers write them: with references, defaults of the whole document, and no names.
import { describe, expect, it } from 'vitest'
import { createApp, route, t } from '@keelson/core'
import { toOpenApi, type OpenApiDocument } from '../index.ts'
import { diffOpenApi } from '../tools.ts'

type Json = Readonly<Record<string, unknown>>

const document = (paths: Json, more: Json = {}): OpenApiDocument =>
  ({ openapi: '3.1.0', info: { title: 'x', version: '1' }, paths, ...more }) as never
const operation = (more: Json = {}): Json => ({ responses: { 200: { description: 'x' } }, ...more })
const one = (more: Json, rest: Json = {}): OpenApiDocument =>
  document({ '/x': { get: operation(more) } }, rest)
const body = (schema: unknown, rest?: Json): OpenApiDocument =>
  one({ requestBody: { required: true, content: { 'application/json': { schema } } } }, rest)
const answer = (schema: unknown, rest?: Json): OpenApiDocument =>
  one({ responses: { 200: { description: 'x', content: { 'application/json': { schema } } } } }, rest)
const query = (more: Json): OpenApiDocument =>
  one({ parameters: [{ name: 'q', in: 'query', schema: {}, ...more }] })
const object = (properties: Json, more: Json = {}): Json => ({ type: 'object', properties, ...more })
const schemas = (all: Json): Json => ({ components: { schemas: all } })
const old = (of: OpenApiDocument): OpenApiDocument => ({ ...of, openapi: '3.0.3' })
const text = { type: 'string' }
const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` })
const card = object({ kind: { const: 'card' }, n: text }, { required: ['kind'] })
const cash = object({ kind: { const: 'cash' } }, { required: ['kind'] })
const bearer = { type: 'http', scheme: 'bearer' }
const oauth = (scopes: Json, tokenUrl = '/t'): Json => ({
  type: 'oauth2',
  flows: { clientCredentials: { tokenUrl, scopes } },
})
const schemes = (all: Json): Json => ({ components: { securitySchemes: all } })
const header = (more: Json | undefined): OpenApiDocument =>
  one({
    responses: {
      200: { description: 'x', headers: more === undefined ? {} : { 'X-A': { schema: text, ...more } } },
    },
  })

describe('two documents that mean the same have no changes', () => {
  const node = (name: string): Json => ({ [name]: object({ next: ref(name), v: text }) })
  const cases: readonly (readonly [string, OpenApiDocument, OpenApiDocument])[] = [
    [
      'operations without names',
      document({ '/a': { get: operation() }, '/b': { get: operation() } }),
      document({ '/b': { get: operation() }, '/a': { get: operation() } }),
    ],
    ['no components', one({}), one({}, { components: {} })],
    [
      'a schema behind a reference',
      body(object({ a: text })),
      body(ref('A'), schemas({ A: object({ a: text }) })),
    ],
    [
      'a component of another name',
      body(ref('A'), schemas({ A: text })),
      body(ref('B'), schemas({ B: text })),
    ],
    [
      'recursive components of another name',
      answer(ref('A'), schemas(node('A'))),
      answer(ref('B'), schemas(node('B'))),
    ],
    [
      'allOf, merged',
      answer({ allOf: [object({ a: text }), object({ b: text })] }),
      answer(object({ a: text, b: text })),
    ],
    [
      'limits in allOf',
      body({ type: 'integer', minimum: 5 }),
      body({ allOf: [{ type: 'integer', minimum: 5 }, { minimum: 1 }] }),
    ],
    ['const as enum', answer({ const: 'a' }), answer({ enum: ['a'] })],
    [
      'a union of constants as enum',
      answer({ oneOf: [{ const: 'a' }, { const: 'b' }] }),
      answer({ type: 'string', enum: ['a', 'b'] }),
    ],
    ['the order of values', answer({ enum: ['a', 'b'] }), answer({ enum: ['b', 'a'] })],
    ['the order of branches', answer({ oneOf: [card, cash] }), answer({ oneOf: [cash, card] })],
    ['anyOf for oneOf of tagged branches', answer({ oneOf: [card, cash] }), answer({ anyOf: [card, cash] })],
    [
      'null as type and as branch',
      answer({ type: ['string', 'null'] }),
      answer({ anyOf: [text, { type: 'null' }] }),
    ],
    [
      'nullable of 3.0',
      old(answer({ type: 'string', nullable: true })),
      answer({ type: ['string', 'null'] }),
    ],
    [
      'nullable of 3.0, with values',
      old(answer({ type: 'string', enum: ['a', null], nullable: true })),
      answer({ type: ['string', 'null'], enum: ['a', null] }),
    ],
    [
      'nullable of 3.0, beside a reference',
      old(answer({ allOf: [ref('A')], nullable: true }, schemas({ A: object({}) }))),
      answer({ anyOf: [ref('A'), { type: 'null' }] }, schemas({ A: object({}) })),
    ],
    [
      'an exclusive limit of 3.0',
      old(body({ type: 'number', minimum: 0, exclusiveMinimum: true })),
      body({ type: 'number', exclusiveMinimum: 0 }),
    ],
    [
      'above 0 and from 1, of an integer',
      answer({ type: 'integer', exclusiveMinimum: 0 }),
      answer({ type: 'integer', minimum: 1 }),
    ],
    ['a least length of 0', body({ type: 'string', minLength: 0 }), body(text)],
    ['both truth values', answer({ type: 'boolean' }), answer({ enum: [true, false] })],
    ['additionalProperties: true', answer(object({})), answer(object({}, { additionalProperties: true }))],
    [
      'a parameter of the path item',
      document({ '/x': { parameters: [{ name: 'q', in: 'query', schema: text }], get: operation() } }),
      query({ schema: text }),
    ],
    [
      'a parameter behind a reference',
      one(
        { parameters: [{ $ref: '#/components/parameters/Q' }] },
        { components: { parameters: { Q: { name: 'q', in: 'query', schema: text } } } },
      ),
      query({ schema: text }),
    ],
    [
      'a response behind a reference',
      one(
        { responses: { 200: { $ref: '#/components/responses/R' } } },
        { components: { responses: { R: { description: 'y' } } } },
      ),
      one({}),
    ],
    [
      'the case of a header',
      one({ parameters: [{ name: 'X-Q', in: 'header', schema: text }] }),
      one({ parameters: [{ name: 'x-q', in: 'header', schema: text }] }),
    ],
    [
      'params of the path in another order',
      document({
        '/a/{p}/{q}': {
          get: operation({
            parameters: [
              { name: 'p', in: 'path', required: true, schema: text },
              { name: 'q', in: 'path', required: true, schema: text },
            ],
          }),
        },
      }),
      document({
        '/a/{p}/{q}': {
          get: operation({
            parameters: [
              { name: 'q', in: 'path', required: true, schema: text },
              { name: 'p', in: 'path', required: true, schema: text },
            ],
          }),
        },
      }),
    ],
    [
      'security of the whole document',
      one({}, { security: [{ b: [] }], ...schemes({ b: bearer }) }),
      one({ security: [{ b: [] }] }, schemes({ b: bearer })),
    ],
    [
      'a security scheme of another name',
      one({ security: [{ b: [] }] }, schemes({ b: bearer })),
      one({ security: [{ jwt: [] }] }, schemes({ jwt: bearer })),
    ],
    ['no servers and the root', one({}), one({}, { servers: [{ url: '/' }] })],
    [
      'a slash at the end of a server',
      one({}, { servers: [{ url: 'https://a.example/v1' }] }),
      one({}, { servers: [{ url: 'https://a.example/v1/' }] }),
    ],
  ]
  it.each(cases)('%s', (_, base, head) => {
    expect(diffOpenApi(base, head)).toEqual([])
    expect(diffOpenApi(head, base)).toEqual([])
  })

  it('an app in both versions of OpenAPI', () => {
    const Item = t.Object(
      {
        id: t.String({ format: 'uuid' }),
        note: t.Union([t.String(), t.Null()]),
        size: t.Union([t.Literal('s'), t.Literal('l')]),
        price: t.Number({ exclusiveMinimum: 0 }),
        kind: t.Literal('item'),
      },
      { $id: 'Item' },
    )
    const add = route.post('/items', { access: 'public', body: Item, response: { 201: Item } }, () => {
      throw new Error('Not called.')
    })
    const app = createApp({ routes: { add }, log: false })
    expect(diffOpenApi(toOpenApi(app, { version: '3.0' }), toOpenApi(app))).toEqual([])
  })

  it('is told soon where components refer to each other by many ways', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [
        `N${n}`,
        object(n === 39 ? { v: text } : { a: ref(`N${n + 1}`), b: ref(`N${n + 1}`) }),
      ]),
    )
    expect(diffOpenApi(answer(ref('N0'), schemas(chain)), answer(ref('N0'), schemas(chain)))).toEqual([])
  })
})

describe('a change between two documents', () => {
  const removed = { type: 'integer', format: 'int64' }
  const cases: readonly (readonly [string, OpenApiDocument, OpenApiDocument, boolean, string])[] = [
    [
      'a removed operation without a name',
      document({ '/a': { get: operation() }, '/b': { get: operation() } }),
      document({ '/a': { get: operation() } }),
      true,
      'operation-removed',
    ],
    [
      'a removed HEAD',
      document({ '/a': { head: operation() } }),
      document({ '/a': {} }),
      true,
      'operation-removed',
    ],
    ['a name where none was', one({}), one({ operationId: 'x' }), false, 'none'],
    [
      'a wider integer, received',
      answer({ type: 'integer', format: 'int32' }),
      answer(removed),
      true,
      'type-widened',
    ],
    [
      'a wider integer, sent',
      body({ type: 'integer', format: 'int32' }),
      body(removed),
      false,
      'type-widened',
    ],
    [
      'another format',
      answer({ type: 'string', format: 'date' }),
      answer({ type: 'string', format: 'date-time' }),
      true,
      'type-changed',
    ],
    [
      'an open limit for a closed one, received',
      answer({ type: 'number', minimum: 0 }),
      answer({ type: 'number', exclusiveMinimum: 0 }),
      false,
      'type-narrowed',
    ],
    [
      'an open limit for a closed one, sent',
      body({ type: 'number', minimum: 0 }),
      body({ type: 'number', exclusiveMinimum: 0 }),
      true,
      'type-narrowed',
    ],
    [
      'a finer step, sent',
      body({ type: 'number', multipleOf: 10 }),
      body({ type: 'number', multipleOf: 5 }),
      false,
      'type-widened',
    ],
    [
      'a coarser step, sent',
      body({ type: 'number', multipleOf: 5 }),
      body({ type: 'number', multipleOf: 10 }),
      true,
      'type-narrowed',
    ],
    [
      'a member beside a union',
      body({ ...object({ a: text }), oneOf: [card, cash] }),
      body({ ...object({ a: { type: 'integer' } }), oneOf: [card, cash] }),
      true,
      'type-changed',
    ],
    [
      'a new branch, received',
      answer({ oneOf: [card] }),
      answer({ oneOf: [card, cash] }),
      true,
      'type-widened',
    ],
    ['a new branch, sent', body({ oneOf: [card] }), body({ oneOf: [card, cash] }), false, 'type-widened'],
    ['a removed branch, sent', body({ oneOf: [card, cash] }), body({ oneOf: [cash] }), true, 'type-narrowed'],
    [
      'a removed branch, received',
      answer({ oneOf: [card, cash] }),
      answer({ oneOf: [cash] }),
      false,
      'type-narrowed',
    ],
    [
      'a schema that becomes a branch, sent',
      body(ref('A'), schemas({ A: object({ a: text }) })),
      body({ oneOf: [ref('A'), text] }, schemas({ A: object({ a: text }) })),
      false,
      'type-widened',
    ],
    [
      'a branch that another one takes, sent',
      body({ anyOf: [{ type: 'integer' }, { type: 'number' }, text] }),
      body({ anyOf: [{ type: 'number' }, text] }),
      false,
      'none',
    ],
    [
      'another discriminator',
      answer({ oneOf: [card, cash], discriminator: { propertyName: 'kind' } }),
      answer({ oneOf: [card, cash], discriminator: { propertyName: 'type' } }),
      true,
      'type-changed',
    ],
    [
      'null, received, in words of 3.0',
      old(answer(text)),
      old(answer({ type: 'string', nullable: true })),
      true,
      'type-widened',
    ],
    [
      'null, sent, in words of 3.0',
      old(body(text)),
      old(body({ type: 'string', nullable: true })),
      false,
      'type-widened',
    ],
    [
      'a new required member that is only read',
      body(object({})),
      body(object({ id: { type: 'string', readOnly: true } }, { required: ['id'] })),
      false,
      'none',
    ],
    [
      'a member that is only written, of an answer',
      answer(object({})),
      answer(object({ p: { type: 'string', writeOnly: true } })),
      false,
      'none',
    ],
    [
      'a member that may no longer be sent',
      body(object({ a: text })),
      body(object({ a: { type: 'string', readOnly: true } })),
      true,
      'property-removed',
    ],
    [
      'a member of allOf that is now required',
      body({ allOf: [object({ a: text })] }),
      body({ allOf: [object({ a: text }, { required: ['a'] })] }),
      true,
      'property-required',
    ],
    [
      'closed members, sent',
      body(object({})),
      body(object({}, { additionalProperties: false })),
      true,
      'type-narrowed',
    ],
    [
      'open members, received',
      answer(object({}, { additionalProperties: false })),
      answer(object({})),
      true,
      'type-widened',
    ],
    [
      'members by pattern',
      answer(object({}, { patternProperties: { '^a': text } })),
      answer(object({}, { patternProperties: { '^a': { type: 'integer' } } })),
      true,
      'type-changed',
    ],
    [
      'a default that is gone',
      query({ schema: { type: 'integer', default: 1 } }),
      query({ schema: { type: 'integer' } }),
      true,
      'default-changed',
    ],
    [
      'a default that is new',
      query({ schema: { type: 'integer' } }),
      query({ schema: { type: 'integer', default: 1 } }),
      false,
      'default-changed',
    ],
    [
      'another way to write a list',
      query({ schema: { type: 'array' } }),
      query({ schema: { type: 'array' }, explode: false }),
      true,
      'parameter-style-changed',
    ],
    [
      'a key that moves to a header',
      query({}),
      one({ parameters: [{ name: 'q', in: 'header', schema: {} }] }),
      true,
      'parameter-removed',
    ],
    [
      'a required key of the path item',
      one({}),
      document({
        '/x': { parameters: [{ name: 'q', in: 'query', required: true, schema: text }], get: operation() },
      }),
      true,
      'parameter-added',
    ],
    ['a header that may be missing now', header({ required: true }), header({}), true, 'header-optional'],
    ['a header of another type', header({}), header({ schema: { type: 'integer' } }), true, 'type-changed'],
    ['a removed header', header({}), header(undefined), true, 'header-removed'],
    [
      'an error status that is new',
      one({}),
      one({ responses: { 200: { description: 'x' }, 404: { description: 'y' } } }),
      false,
      'status-added',
    ],
    [
      'an error status that is gone',
      one({ responses: { 200: { description: 'x' }, 404: { description: 'y' } } }),
      one({}),
      false,
      'status-removed',
    ],
    [
      'an error body of another type',
      one({
        responses: {
          404: { description: 'y', content: { 'application/json': { schema: object({ m: text }) } } },
        },
      }),
      one({
        responses: { 404: { description: 'y', content: { 'application/json': { schema: object({}) } } } },
      }),
      true,
      'property-removed',
    ],
    [
      'errors in another media type',
      one({
        responses: {
          404: { description: 'y', 'x-error-codes': ['A'], content: { 'application/problem+json': {} } },
        },
      }),
      one({
        responses: { 404: { description: 'y', 'x-error-codes': ['A'], content: { 'application/json': {} } } },
      }),
      true,
      'media-type-removed',
    ],
    [
      'security of the whole document',
      one({}),
      one({}, { security: [{ b: [] }], ...schemes({ b: bearer }) }),
      true,
      'security-added',
    ],
    [
      'an operation that is public now',
      one({}, { security: [{ b: [] }], ...schemes({ b: bearer }) }),
      one({ security: [] }, { security: [{ b: [] }], ...schemes({ b: bearer }) }),
      false,
      'security-removed',
    ],
    [
      'a scope that a scheme has besides',
      one({}, schemes({ o: oauth({ a: 'A.' }) })),
      one({}, schemes({ o: oauth({ a: 'Texts.', b: 'B.' }) })),
      false,
      'security-changed',
    ],
    [
      'a scope that a scheme lacks',
      one({}, schemes({ o: oauth({ a: '', b: '' }) })),
      one({}, schemes({ o: oauth({ a: '' }) })),
      true,
      'security-changed',
    ],
    [
      'tokens from elsewhere',
      one({}, schemes({ o: oauth({}) })),
      one({}, schemes({ o: oauth({}, '/u') })),
      true,
      'security-changed',
    ],
    [
      'another type behind a reference of the same name',
      answer(ref('A'), schemas({ A: text })),
      answer(ref('A'), schemas({ A: { type: 'integer' } })),
      true,
      'type-changed',
    ],
    [
      'nothing more in a list',
      body({ prefixItems: [text] }),
      body({ prefixItems: [text], items: false }),
      true,
      'type-narrowed',
    ],
    [
      'a values list of the other type',
      answer({ type: 'integer', enum: [1, 2] }),
      answer({ enum: [1, 2, 'x'] }),
      true,
      'type-widened',
    ],
  ]
  it.each(cases)('%s', (_, base, head, breaking, kind) => {
    const changes = diffOpenApi(base, head)
    expect(changes.some((change) => change.breaking)).toBe(breaking)
    const kinds = changes.map((change) => change.kind)
    expect(changes.length === 0 ? ['none'] : kinds).toContain(kind)
    for (const { place, message } of changes) {
      expect(place).not.toContain('undefined')
      expect(message).toMatch(/^[A-Z].+\.$/)
    }
  })
})

describe('an error that is gone', () => {
  const coded = { 'x-error-codes': ['GONE'] }
  it.each([
    ['with a code', coded],
    ['without one', {}],
  ])('is a warning, %s', (_, more) => {
    const base = one({ responses: { 200: { description: 'x' }, 410: { description: 'y', ...more } } })
    expect(diffOpenApi(base, one({})).map(({ severity, breaking }) => [severity, breaking])).toEqual([
      ['warning', false],
    ])
  })

  it('is nothing where the framework answers with it by itself', () => {
    const codes = { 'x-error-codes': ['ERR_CORE_GATEWAY_TIMEOUT'] }
    const base = one({ responses: { 200: { description: 'x' }, 504: { description: 'y', ...codes } } })
    expect(diffOpenApi(base, one({})).map((change) => change.severity)).toEqual(['harmless'])
  })
})

describe('a discriminator that means something else', () => {
  const all = schemas({
    Cat: object({ lives: text }),
    Dog: object({ tail: text }),
    Twin: object({ lives: text }),
  })
  const pets = (cat: string, dog: string, path = '#/components/schemas/'): OpenApiDocument =>
    answer(
      {
        oneOf: [...new Set([cat, dog])].sort().map(ref),
        discriminator: { propertyName: 'kind', mapping: { cat: path + cat, dog: path + dog } },
      },
      all,
    )

  it.each([
    ['of other branches', pets('Cat', 'Dog'), pets('Dog', 'Cat')],
    ['of branches that say the same', pets('Cat', 'Twin'), pets('Twin', 'Cat')],
    ['by names alone', pets('Cat', 'Dog', ''), pets('Dog', 'Cat', '')],
  ])('is breaking: values %s', (_, base, head) => {
    expect(diffOpenApi(base, head).filter((change) => change.breaking)).toContainEqual(
      expect.objectContaining({
        kind: 'type-changed',
        message: expect.stringMatching(/^The value cat meant /),
      }),
    )
  })

  it('is none where components were renamed', () => {
    const names = schemas({ Cat2: object({ lives: text }), Dog2: object({ tail: text }) })
    const mapping = { cat: '#/components/schemas/Cat2', dog: '#/components/schemas/Dog2' }
    const head = answer(
      { oneOf: [ref('Dog2'), ref('Cat2')], discriminator: { propertyName: 'kind', mapping } },
      names,
    )
    expect(diffOpenApi(pets('Cat', 'Dog'), head)).toEqual([])
  })
})
