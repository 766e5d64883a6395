import type { TSchema } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SetupError } from '../errors/index.ts'
import { compileInput, compileResponse, t } from './index.ts'

/** Code, place and text of each problem that a body's schema has. */
function problems(schema: unknown): string[] {
  try {
    compileInput(schema as TSchema, 'body', { where: 'route r' })
  } catch (error) {
    if (error instanceof SetupError)
      return error.problems.map((p) => `${p.code} ${p.place}: ${p.message} ${p.remedy}`)
    throw error
  }
  return []
}

describe('a mistake in a schema stops the start', () => {
  it.each<[string, unknown, string]>([
    [
      'a type that JSON has not',
      t.Object({ at: t.Date() }),
      "ERR_CORE_SCHEMA_TYPE route r, body, at: The type Date has no form in JSON. Use t.String({ format: 'date-time' }).",
    ],
    [
      'a big integer',
      t.BigInt(),
      'ERR_CORE_SCHEMA_TYPE route r, body: The type bigint has no form in JSON. Use t.Integer(), or t.String() for numbers beyond 2^53.',
    ],
    [
      'bytes',
      t.Array(t.Uint8Array()),
      'ERR_CORE_SCHEMA_TYPE route r, body, []: The type Uint8Array has no form in JSON.',
    ],
    ['a pattern with flags', t.RegExp(/a/i), 'ERR_CORE_SCHEMA_TYPE route r, body: The type RegExp'],
    [
      'a function',
      t.Object({ f: t.Function([], t.Void()) }),
      'ERR_CORE_SCHEMA_TYPE route r, body, f: The type Function',
    ],
    ['a misspelt type', t.Unsafe({ type: 'int' }), 'ERR_CORE_SCHEMA_TYPE route r, body: The type int'],
    ['a type that is no text', t.Unsafe({ type: 5 }), 'ERR_CORE_SCHEMA_TYPE route r, body: The type 5'],
    [
      'a reference to nothing',
      t.Object({ a: t.Array(t.Ref('Missing')) }),
      'ERR_CORE_SCHEMA_REF route r, body, a[]: The reference "Missing" leads to no schema.',
    ],
    [
      'a reference to itself',
      t.Unsafe({ $defs: { a: { $ref: '#/$defs/a' } }, type: 'object' }),
      'ERR_CORE_SCHEMA_REF',
    ],
    [
      'a branch that is the schema itself',
      t.Unsafe({ anyOf: [{ $ref: '#' }, { type: 'string' }] }),
      'ERR_CORE_SCHEMA_INVALID route r, body: It refers to itself for the same value, which is endless.',
    ],
    [
      'parts that refer to each other',
      t.Object({
        a: t.Unsafe({
          $defs: { x: { allOf: [{ $ref: '#/$defs/y' }] }, y: { not: { $ref: '#/$defs/x' } } },
          $ref: '#/$defs/x',
        }),
      }),
      'ERR_CORE_SCHEMA_INVALID route r, body, a: It refers to itself for the same value',
    ],
    [
      'an unknown format',
      t.String({ format: 'phone' }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The format "phone" is unknown.',
    ],
    [
      'a broken pattern',
      t.String({ pattern: '(' }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The value of "pattern" must be a regular expression.',
    ],
    [
      'a broken pattern of names',
      t.Unsafe({ type: 'object', patternProperties: { '(': {} } }),
      'ERR_CORE_SCHEMA_INVALID route r, body: "(" is not a regular expression.',
    ],
    [
      'a number for a limit that is none',
      t.Unsafe({ type: 'string', minLength: '3' }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The value of "minLength" must be a whole number of at least 0.',
    ],
    [
      'an empty enum',
      t.Unsafe({ enum: [] }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The value of "enum" must be a list with members.',
    ],
    [
      'a keyword in the wrong case',
      t.Unsafe({ type: 'string', minlength: 3 }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The keyword "minlength" would be ignored. Write "minLength".',
    ],
    [
      'a keyword with a slip',
      t.Number({ mimimum: 3 } as object),
      'ERR_CORE_SCHEMA_INVALID route r, body: The keyword "mimimum" would be ignored. Write "minimum".',
    ],
    [
      'a value that is no schema',
      t.Unsafe({ type: 'object', properties: { a: 'string' } }),
      'ERR_CORE_SCHEMA_INVALID route r, body, a: The value of "properties" is not a schema.',
    ],
    [
      'a Standard Schema inside',
      t.Object({ a: z.string() as unknown as TSchema }),
      'ERR_CORE_SCHEMA_INVALID route r, body, a: A Standard Schema cannot stand inside another schema.',
    ],
    [
      'a property __proto__',
      t.Unsafe({ type: 'object', properties: JSON.parse('{"__proto__":{}}') as object }),
      'ERR_CORE_SCHEMA_INVALID route r, body: A property cannot be named __proto__.',
    ],
    [
      'a plain object',
      { a: t.String() },
      'ERR_CORE_SCHEMA_INVALID route r, body: The value is not a schema. Wrap it in t.Object({ … })',
    ],
    ['a class', String, 'ERR_CORE_SCHEMA_INVALID route r, body: The value is not a schema. Give a schema'],
    ['nothing', undefined, 'ERR_CORE_SCHEMA_INVALID route r, body: The value is not a schema.'],
  ])('%s', (_, schema, expected) => {
    const found = problems(schema)
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(expected)
  })

  it('with all problems at once', () => {
    expect(problems(t.Object({ a: t.Date(), b: t.String({ format: 'x', pattern: '(' }) }))).toHaveLength(3)
  })

  it('in a response, too', () => {
    expect(() => compileResponse(t.Object({ at: t.Date() }), { where: 'route r, 200' })).toThrow(
      'route r, 200, at',
    )
    expect(() => compileResponse({ a: t.String() } as unknown as TSchema)).toThrow(SetupError)
  })
})

describe('what is no mistake', () => {
  it.each<[string, TSchema]>([
    [
      "annotations, and notes of one's own",
      t.String({
        title: 'x',
        description: 'x',
        examples: ['a'],
        'x-secret': true,
        'x-note': 'x',
        $comment: 'x',
        deprecated: true,
        readOnly: true,
        contentEncoding: 'base64',
        externalDocs: { url: '/' },
      }),
    ],
    ['a pattern of another builder', t.String({ pattern: '^[\\w\\-]+$' })],
    ['a pattern as an expression without flags', t.RegExp('^a$')],
    [
      'formats of JSON Schema',
      t.Tuple(
        [
          'date-time',
          'date',
          'time',
          'duration',
          'email',
          'hostname',
          'ipv4',
          'ipv6',
          'uri',
          'uri-reference',
          'uuid',
          'json-pointer',
          'regex',
          'byte',
        ].map((format) => t.String({ format })),
      ),
    ],
    [
      'a property named like a keyword',
      t.Object({ properties: t.String(), minlength: t.String(), $ref: t.String(), type: t.String() }),
    ],
    [
      'a transform, whose encoded side is checked',
      t
        .Transform(t.String())
        .Decode((v) => v)
        .Encode((v) => v),
    ],
    [
      'other properties by JSON Schema',
      t.Object({}, { additionalProperties: { type: 'string' } as unknown as TSchema }),
    ],
    ['no other properties', t.Object({}, { additionalProperties: false })],
    ['a schema of a module', t.Module({ A: t.Object({ b: t.Ref('B') }), B: t.String() }).Import('A')],
    [
      "a JSON Schema of one's own",
      t.Object({ a: t.Unsafe({ type: 'object', properties: { b: {}, c: { type: 'string' } } }) }),
    ],
    ['never, and not', t.Object({ a: t.Optional(t.Never()), b: t.Not(t.String()) })],
  ])('%s', (_, schema) => {
    expect(problems(schema)).toEqual([])
    expect(() => compileInput(schema, 'body').parse(null)).toThrow('The body does not match the schema')
  })
})

/** Written in plain JavaScript, or left undefined by an import circle. */
const loose = (value: unknown): TSchema => value as TSchema

describe('a schema within that was never made stops the start', () => {
  const plain = loose({ id: t.Integer() })
  const nothing = loose(undefined)
  const wrap = 'Wrap it in t.Object({ … })'
  const circle = 'break the import circle'
  it.each<[string, () => TSchema, string, string]>([
    ['a plain object', () => t.Object({ u: plain }), ', u: The value of "properties"', wrap],
    ['one with names of annotations', () => t.Object({ u: loose({ title: t.String() }) }), ', u:', wrap],
    ['one that is optional', () => t.Object({ u: t.Optional(plain) }), ', u:', wrap],
    ['one in all of a partial', () => t.Partial(t.Object({ u: plain })), ', u:', wrap],
    ['members of a list', () => t.Array(plain), ', []: The value of "items"', wrap],
    ['a place of a tuple', () => t.Tuple([t.String(), plain]), ', [1]:', wrap],
    ['values of a record', () => t.Record(t.String(), plain), ': The value of "patternProperties"', wrap],
    ['a branch', () => t.Union([t.String(), plain]), ': The value of "anyOf"', wrap],
    ['a part', () => t.Intersect([t.Object({}), plain]), ': The value of "allOf"', wrap],
    ['what it is not', () => t.Not(plain), ': The value of "not"', wrap],
    [
      'other properties',
      () => t.Object({}, { additionalProperties: loose({ title: t.String() }) }),
      ': The value of "additionalProperties"',
      wrap,
    ],
    ['deep down', () => t.Array(t.Object({ a: t.Object({ u: plain }) })), ', [].a.u:', wrap],
    ['a JSON Schema', () => t.Object({ u: loose({ type: 'string' }) }), ', u:', 't.Unsafe({ … })'],
    ['undefined', () => t.Object({ u: nothing }), ', u:', circle],
    ['undefined that is optional', () => t.Object({ u: t.Optional(nothing) }), ', u:', circle],
    ['undefined that is read-only', () => t.Object({ u: t.Readonly(nothing) }), ', u:', circle],
    ['undefined in a list', () => t.Array(nothing), ', []:', circle],
    ['undefined in a tuple', () => t.Tuple([nothing]), ', [0]:', circle],
    ['undefined in a record', () => t.Record(t.String(), nothing), ': The value', circle],
    ['undefined alone in a union', () => t.Object({ u: t.Union([nothing]) }), ', u:', circle],
    ['undefined in a union', () => t.Union([nothing, t.String()]), ': The value of "anyOf"', circle],
    ['undefined that it is not', () => t.Not(nothing), ': The value of "not"', circle],
    ['a Map', () => t.Object({ u: loose(new Map()) }), ', u:', 'Give a schema'],
    ['a class', () => t.Object({ u: loose(String) }), ', u:', 'Give a schema'],
    ['a list', () => t.Object({ u: loose([t.String()]) }), ', u:', 'Give a schema'],
  ])('%s', (_, make, place, remedy) => {
    const found = problems(make())
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`ERR_CORE_SCHEMA_INVALID route r, body${place}`)
    expect(found[0]).toContain(remedy)
    expect(() => compileResponse(make())).toThrow(SetupError)
  })

  it('in a query, too', () => {
    const query = (schema: unknown) => () => compileInput(loose(schema), 'query')
    expect(query({ u: undefined })).toThrow('break the import circle')
    expect(query(t.Object({ u: t.Array(plain) }))).toThrow('Wrap it in t.Object')
    expect(query(t.Object({ u: nothing }))).toThrow('break the import circle')
    expect(query(t.Object({ u: t.Optional(nothing) }))).toThrow('break the import circle')
  })
})

describe('a keyword that means nothing stops the start', () => {
  it.each<[object, string, string]>([
    [t.String({ max: 5 }), 'max', 'Write "maxLength".'],
    [t.Integer({ max: 5 }), 'max', 'Write "maximum".'],
    [t.Integer({ min: 5 }), 'min', 'Write "minimum".'],
    [t.Array(t.String(), { min: 5 }), 'min', 'Write "minItems".'],
    [t.Object({}, { max: 5 }), 'max', 'Write "maxProperties".'],
    [t.String({ regex: '^a$' }), 'regex', 'Write "pattern".'],
    [t.String({ length: 5 }), 'length', 'Write "minLength" and "maxLength".'],
    [t.String({ len: 5 }), 'len', 'Write "minLength" and "maxLength".'],
    [t.Number({ gt: 5 }), 'gt', 'Write "exclusiveMinimum".'],
    [t.Number({ lte: 5 }), 'lte', 'Write "maximum".'],
    [t.String({ nullable: true }), 'nullable', 'Write t.Union([…, t.Null()]).'],
    [t.String({ 'max-length': 5 }), 'max-length', 'Write "maxLength".'],
    [t.String({ cardinality: 5 }), 'cardinality', 'Remove it; a note of your own begins with "x-".'],
    [t.Unsafe({ type: 'string', max: 5 }), 'max', 'Write "maxLength".'],
  ])('%o', (schema, keyword, remedy) => {
    const message = `ERR_CORE_SCHEMA_INVALID route r, body: The keyword "${keyword}" would be ignored. ${remedy}`
    expect(problems(schema)).toEqual([message])
  })
})

describe('a schema that no value matches stops the start', () => {
  it.each<[string, () => TSchema, string]>([
    ['a union of nothing', () => t.Union([]), 'body: No value can match it'],
    ['an enum of nothing', () => t.Enum({}), 'body: No value can match it'],
    ['in a property', () => t.Object({ a: t.Union([]) }), 'body, a: No value can match it'],
    ['in an optional one', () => t.Object({ a: t.Optional(t.Enum({})) }), 'body, a: No value can match it'],
    ['in a list', () => t.Array(t.Union([])), 'body, []: No value can match it'],
  ])('%s', (_, make, message) => {
    expect(problems(make())).toEqual([expect.stringContaining(message)])
  })
})

describe('a bound of another type', () => {
  it.each<[object, string]>([
    [{ type: 'string', minItems: 1 }, 'Write "minLength".'],
    [{ type: 'array', maximum: 1 }, 'Write "maxItems".'],
    [{ type: 'object', minLength: 1 }, 'Write "minProperties".'],
    [{ type: 'integer', maxProperties: 1 }, 'Write "maximum".'],
    [{ type: 'boolean', minimum: 1 }, 'Remove it, or change the type.'],
    [{ type: 'null', maxLength: 1 }, 'Remove it, or change the type.'],
  ])('of %j is told with what is meant', (schema, remedy) => {
    expect(problems(t.Unsafe(schema))).toEqual([expect.stringContaining(remedy)])
  })
})
