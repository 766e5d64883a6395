import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { ValidationError } from '../errors/index.ts'
import { compileInput, t, type InputOptions, type TSchema } from './index.ts'

const bounds = (schema: TSchema, options?: InputOptions): boolean =>
  compileInput(schema, 'body', options).boundsNumbers

describe('numbers beyond a double', () => {
  it.each<[string, TSchema]>([
    ['objects and lists of scalars', t.Object({ a: t.Array(t.Number()), b: t.Optional(t.String()) })],
    ['nullable numbers', t.Object({ a: t.Union([t.Number(), t.Null()]) })],
    ['unions of types', t.Union([t.String(), t.Array(t.Integer())])],
    ['literals', t.Object({ a: t.Union([t.Literal('a'), t.Literal(1)]), b: t.Literal(true) })],
    ['tagged unions', t.Union([t.Object({ k: t.Literal('a') }), t.Object({ k: t.Literal('b') })])],
    ['records', t.Record(t.String(), t.Integer())],
    ['tuples', t.Tuple([t.String(), t.Number()])],
    ['references', t.Module({ A: t.Object({ b: t.Ref('B') }), B: t.Array(t.Number()) }).Import('A')],
  ])('are refused by %s', (_, schema) => {
    expect(bounds(schema)).toBe(true)
    const { parse } = compileInput(schema, 'body')
    for (const value of [Infinity, -Infinity, [Infinity], { a: Infinity }, { k: 'a', x: Infinity }])
      expect(() => parse(value)).toThrow(ValidationError)
  })

  it.each<[string, TSchema]>([
    ['anything', t.Unknown()],
    ['a member that may be anything', t.Object({ a: t.Any() })],
    ['bounds without a type', t.Object({ a: t.Unsafe({ minimum: 0 }) })],
    [
      'members and items without a type',
      t.Unsafe({ properties: { a: { type: 'string' } }, items: { type: 'string' } }),
    ],
    ['an open object', t.Object({ a: t.Number() }, { additionalProperties: true })],
    ['a union with anything', t.Union([t.String(), t.Unsafe({ minimum: 0, items: false, properties: {} })])],
    ['an infinite literal', t.Union([t.Literal(Infinity), t.Literal(1)])],
    [
      'what only a condition declares',
      t.Unsafe({
        type: 'object',
        properties: { a: { type: 'string' } },
        if: { type: 'object', properties: { b: { minimum: 0 } } },
        then: { type: 'object', properties: { c: { type: 'string' } } },
      }),
    ],
  ])('may come through %s', (_, schema) => {
    expect(bounds(schema)).toBe(false)
  })

  it('may come through where undeclared members are let through', () => {
    const schema = t.Object({ a: t.Number() })
    const found = (['refuse', 'ignore', 'pass'] as const).map((unknown) => bounds(schema, { unknown }))
    expect(found).toEqual([true, false, false])
  })

  it('may come through where a closed schema has undeclared members taken out', () => {
    const schema = t.Object({ a: t.Number() }, { additionalProperties: false })
    expect([bounds(schema), bounds(schema, { unknown: 'ignore' })]).toEqual([true, false])
  })

  it('come through no schema that is said to refuse them', () => {
    let count = 0
    fc.assert(
      fc.property(SCHEMA, VALUE, fc.constantFrom('refuse', 'ignore', 'pass'), (schema, value, unknown) => {
        const parser = compileInput(t.Unsafe(schema as TSchema), 'body', { unknown })
        if (!parser.boundsNumbers) return
        count++
        expect(() => parser.parse(structuredClone(value))).toThrow(ValidationError)
      }),
      { numRuns: 3000 },
    )
    expect(count).toBeGreaterThan(300)
  })
})

const NAME = fc.constantFrom('a', 'b')

const { schema: SCHEMA } = fc.letrec<{ schema: object; members: object }>((tie) => ({
  members: fc.dictionary(NAME, tie('schema'), { minKeys: 1 }),
  schema: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom<object>(
      { type: 'string' },
      { type: 'integer' },
      { type: 'number', minimum: 0 },
      { type: ['number', 'null'] },
      { type: ['string', 'array', 'number'], items: { type: 'number' } },
      { enum: [1, 'a', null] },
      { const: { a: 1 } },
      { minimum: 0 },
      { type: 'object' },
    ),
    tie('members').map((properties) => ({ type: 'object', properties })),
    tie('members').map((properties) => ({ properties })),
    fc
      .tuple(tie('members'), fc.oneof(fc.boolean(), tie('schema')))
      .map(([properties, additionalProperties]) => ({ type: 'object', properties, additionalProperties })),
    tie('schema').map((items) => ({ type: 'array', items })),
    tie('schema').map((item) => ({ type: 'array', prefixItems: [item], items: false })),
    tie('schema').map((member) => ({ type: 'object', patternProperties: { '^a': member } })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((anyOf) => ({ anyOf })),
    fc.array(tie('schema'), { minLength: 1, maxLength: 2 }).map((allOf) => ({ type: 'object', allOf })),
    fc.tuple(tie('members'), tie('schema')).map(([properties, one]) => ({
      type: 'object',
      properties,
      if: { type: 'object', properties: { b: one } },
      then: { type: 'object', properties },
      else: { type: 'object' },
    })),
  ),
}))

/** A value with an infinity in it. */
const { value: VALUE } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(Infinity, -Infinity),
    tie('value').map((value) => [value]),
    fc.tuple(NAME, tie('value')).map(([name, value]) => ({ [name]: value })),
    fc.tuple(NAME, tie('value')).map(([name, value]) => ({ a: 1, b: 'x', [name]: value })),
  ),
}))
