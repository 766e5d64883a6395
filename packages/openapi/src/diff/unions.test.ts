// What a union and an object take as a whole, by JSON Schema 2020-12.
import { describe, expect, it } from 'vitest'
import { createApp, route, t } from '@keelson/core'
import { toOpenApi, type OpenApiDocument } from '../index.ts'
import { diffOpenApi } from '../tools.ts'

type Json = Readonly<Record<string, unknown>>

const wrap = (operation: Json, components: Json = {}): OpenApiDocument =>
  ({
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    paths: { '/x': { post: { responses: { 200: { description: 'x' } }, ...operation } } },
    components: { schemas: components },
  }) as never
const sent = (schema: unknown, components?: Json): OpenApiDocument =>
  wrap({ requestBody: { required: true, content: { 'application/json': { schema } } } }, components)
const received = (schema: unknown, components?: Json): OpenApiDocument =>
  wrap({ responses: { 200: { description: 'x', content: { 'application/json': { schema } } } } }, components)
const text = { type: 'string' }
const integer = { type: 'integer' }
const object = (properties: Json, ...required: string[]): Json => ({ type: 'object', properties, required })
const closed = (properties: Json, ...required: string[]): Json => ({
  ...object(properties, ...required),
  additionalProperties: false,
})
const [a, b, z] = ['a', 'b', 'z'].map((name) => object({ [name]: text }, name)) as [Json, Json, Json]
const ab = object({ a: text, b: text }, 'a')
const kind = (value: string): Json => object({ kind: { const: value } }, 'kind')
const tree = {
  N: { oneOf: [a, object({ all: { type: 'array', items: { $ref: '#/components/schemas/N' } } }, 'all')] },
}
const ref = { $ref: '#/components/schemas/N' }

/** The gravest of the changes. */
function gravest(base: OpenApiDocument, head: OpenApiDocument): string {
  const found = diffOpenApi(base, head).map(({ severity }) => severity)
  return ['breaking', 'warning', 'harmless'].find((one) => found.includes(one as never)) ?? 'none'
}

describe('a value that fits two branches of a oneOf is refused, so', () => {
  it.each<[string, OpenApiDocument, OpenApiDocument, string]>([
    ['a new branch beside', sent({ oneOf: [a, z] }), sent({ oneOf: [a, z, ab] }), 'breaking'],
    [
      'a member',
      sent(object({ m: { oneOf: [a, z] } })),
      sent(object({ m: { oneOf: [a, z, ab] } })),
      'breaking',
    ],
    ['anyOf', sent({ anyOf: [a, b] }), sent({ oneOf: [a, b] }), 'breaking'],
    ['an object', sent(object({ a: text, b: text }, 'a', 'b')), sent({ oneOf: [a, b] }), 'breaking'],
    ['a number', sent(integer), sent({ oneOf: [integer, { type: 'number' }] }), 'breaking'],
    [
      'values',
      sent({ enum: ['a', 'b'] }),
      sent({ oneOf: [{ enum: ['a', 'b'] }, { enum: ['b', 'c'] }] }),
      'breaking',
    ],
    [
      'a branch that grew',
      sent({
        oneOf: [
          { type: 'integer', maximum: 9 },
          { type: 'integer', minimum: 10 },
        ],
      }),
      sent({
        oneOf: [
          { type: 'integer', maximum: 20 },
          { type: 'integer', minimum: 10 },
        ],
      }),
      'breaking',
    ],
    ['what a client receives', received({ oneOf: [a, b] }), received({ anyOf: [a, b] }), 'breaking'],
    [
      'patterns',
      sent({ type: 'string', pattern: '^a' }),
      sent({
        oneOf: [
          { type: 'string', pattern: '^a' },
          { type: 'string', pattern: 'b$' },
        ],
      }),
      'warning',
    ],
    ['members that nobody declared', sent({ oneOf: [a, b] }), sent({ oneOf: [a, b, z] }), 'warning'],
    [
      'another type',
      sent({ oneOf: [text, integer] }),
      sent({ oneOf: [text, integer, { type: 'boolean' }] }),
      'harmless',
    ],
    ['another constant', sent({ oneOf: [kind('a')] }), sent({ oneOf: [kind('a'), kind('b')] }), 'harmless'],
    [
      'closed objects',
      sent({ oneOf: [closed({ a: text }, 'a')] }),
      sent({ oneOf: [closed({ a: text }, 'a'), closed({ b: text }, 'b')] }),
      'harmless',
    ],
    [
      'lengths apart',
      sent({ oneOf: [{ ...text, maxLength: 3 }] }),
      sent({
        oneOf: [
          { ...text, maxLength: 3 },
          { ...text, minLength: 4 },
        ],
      }),
      'harmless',
    ],
    ['the same branches', sent({ oneOf: [a, z] }), sent({ oneOf: [z, a] }), 'none'],
    [
      'the same patterns',
      sent({
        oneOf: [
          { ...text, pattern: 'a' },
          { ...text, pattern: 'b' },
        ],
      }),
      sent({
        oneOf: [
          { ...text, pattern: 'a' },
          { ...text, pattern: 'b' },
        ],
      }),
      'none',
    ],
    ['branches that hold themselves', sent(ref, tree), sent(ref, tree), 'none'],
  ])('%s', (_, base, head, severity) => {
    expect(gravest(base, head)).toBe(severity)
  })

  it('both branches are named', () => {
    const parts = { A: a, AB: ab, Z: z }
    const union = (...names: string[]): OpenApiDocument =>
      sent({ oneOf: names.map((name) => ({ $ref: `#/components/schemas/${name}` })) }, parts)
    expect(diffOpenApi(union('A', 'Z'), union('A', 'Z', 'AB')).map(({ message }) => message)).toContain(
      'A value that matches both A and AB is now refused: exactly one must match.',
    )
  })
})

describe('what takes all that was taken breaks nobody:', () => {
  const pair = (items: Json, more: Json = {}): Json => ({
    type: 'array',
    minItems: 2,
    maxItems: 2,
    items,
    ...more,
  })
  const tuple = { type: 'array', prefixItems: [integer, text], items: false, minItems: 2 }
  const either = { anyOf: [integer, text] }
  const typed = (type: string): OpenApiDocument =>
    wrap({ responses: { 200: { description: 'x', content: { [type]: { schema: text } } } } })
  it.each<[string, OpenApiDocument, OpenApiDocument, string]>([
    ['anything for an object', sent(closed({ a: text }, 'a')), sent({}), 'harmless'],
    ['anything for a member', sent(object({ m: a })), sent(object({ m: {} })), 'harmless'],
    [
      'any members',
      sent(closed({ a: text }, 'a')),
      sent({ type: 'object', additionalProperties: true }),
      'harmless',
    ],
    [
      'members of the same type',
      sent(closed({ a: text }, 'a')),
      sent({ type: 'object', additionalProperties: text }),
      'harmless',
    ],
    [
      'members of another type',
      sent(closed({ a: text }, 'a')),
      sent({ type: 'object', additionalProperties: integer }),
      'breaking',
    ],
    [
      'a pattern for a member',
      sent(closed({ 'x-a': text })),
      sent({ type: 'object', patternProperties: { '^x-': text }, additionalProperties: false }),
      'harmless',
    ],
    [
      'a pattern that is not of the member',
      sent(closed({ a: text })),
      sent({ type: 'object', patternProperties: { '^x-': text }, additionalProperties: false }),
      'breaking',
    ],
    [
      'a member of another type than all had',
      sent({ type: 'object', additionalProperties: text }),
      sent({ ...object({ a: integer }), additionalProperties: text }),
      'breaking',
    ],
    ['a member that is ignored', sent(object({ a: text, b: text })), sent(object({ a: text })), 'warning'],
    ['a member that is refused', sent(closed({ a: text, b: text })), sent(closed({ a: text })), 'breaking'],
    [
      'a member that is no longer received',
      received(object({ a: text, b: text })),
      received(object({ a: text })),
      'breaking',
    ],
    ['no items behind the others', received(pair(either)), received(tuple), 'harmless'],
    ['any items behind the others', sent(tuple), sent({ type: 'array', items: either }), 'harmless'],
    ['items behind the others', sent(tuple), sent({ ...tuple, items: text }), 'harmless'],
    [
      'a list that has to be empty, received',
      received({ type: 'array', items: either }),
      received({ type: 'array', items: false }),
      'harmless',
    ],
    [
      'a member that nothing fits, received',
      received(object({ a: either })),
      received(object({ a: false })),
      'harmless',
    ],
    ['a member that nothing fits, sent', sent(object({ a: either })), sent(object({ a: false })), 'breaking'],
    [
      'types in one list',
      received({ anyOf: [text, integer] }),
      received({ type: ['string', 'integer'] }),
      'none',
    ],
    [
      'limits of types in one list',
      received({ anyOf: [{ ...text, minLength: 1 }, integer] }),
      received({ type: ['integer', 'string'], minLength: 1 }),
      'none',
    ],
    [
      'another type in the list',
      received({ anyOf: [text, integer] }),
      received({ type: ['string', 'integer', 'boolean'] }),
      'breaking',
    ],
    [
      'a charset that holds anyway',
      typed('application/json; charset=utf-8'),
      typed('application/json'),
      'none',
    ],
    ['a charset in capitals', typed('text/csv;charset="UTF-8"'), typed('Text/CSV'), 'none'],
    ['another charset', typed('text/csv; charset=iso-8859-1'), typed('text/csv'), 'breaking'],
    [
      'another version',
      typed('application/json; version=1'),
      typed('application/json; version=2'),
      'breaking',
    ],
  ])('%s', (_, base, head, severity) => {
    expect(gravest(base, head)).toBe(severity)
  })

  const document = (options: object, version: '3.0' | '3.1' = '3.1'): OpenApiDocument => {
    const x = route.post('/x', { access: 'public', ...options } as never, () => {
      throw new Error('Not called.')
    })
    return toOpenApi(createApp({ routes: { x } as never, log: false }), { version })
  }

  it.each([
    ['t.Any()', t.Any()],
    ['t.Unknown()', t.Unknown()],
    ['a record', t.Record(t.String(), t.Any())],
  ])('a body of %s where an object was', (_, head) => {
    const base = document({ body: t.Object({ a: t.Integer() }) })
    expect(gravest(base, document({ body: head }))).toBe('harmless')
  })

  it('a tuple of a response in both versions of OpenAPI', () => {
    const response = t.Tuple([t.Integer(), t.String()])
    expect(gravest(document({ response }, '3.0'), document({ response }))).toBe('harmless')
  })

  it('an optional member that undeclared ones are passed over with', () => {
    const unknown = { body: 'ignore' }
    const both = t.Object({ a: t.Optional(t.Integer()), b: t.Integer() })
    expect(
      gravest(document({ body: both, unknown }), document({ body: t.Object({ b: t.Integer() }), unknown })),
    ).toBe('warning')
  })
})
