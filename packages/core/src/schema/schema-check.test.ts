import type { TSchema } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { StartError } from '../errors/index.ts'
import { compileInput, compileResponse, t } from './index.ts'

/** Code, place and text of each problem that a body's schema has. */
function problems(schema: unknown): string[] {
  try {
    compileInput(schema as TSchema, 'body', { where: 'route r' })
  } catch (error) {
    if (error instanceof StartError)
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
      'ERR_CORE_SCHEMA_INVALID route r, body: It refers to itself for the same value, which has no end.',
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
      'ERR_CORE_SCHEMA_INVALID route r, body: The format "phone" is not known.',
    ],
    [
      'a broken pattern',
      t.String({ pattern: '(' }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The value of "pattern" must be a regular expression.',
    ],
    [
      'a broken pattern of names',
      t.Unsafe({ type: 'object', patternProperties: { '(': {} } }),
      'ERR_CORE_SCHEMA_INVALID route r, body: "(" is no regular expression.',
    ],
    [
      'a number for a limit that is none',
      t.Unsafe({ type: 'string', minLength: '3' }),
      'ERR_CORE_SCHEMA_INVALID route r, body: The value of "minLength" must be a whole number from 0 on.',
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
      'ERR_CORE_SCHEMA_INVALID route r, body, a: The value of "properties" is no schema.',
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
      'ERR_CORE_SCHEMA_INVALID route r, body: The value is no schema. Wrap it in t.Object({ … })',
    ],
    ['a class', String, 'ERR_CORE_SCHEMA_INVALID route r, body: The value is no schema. Give a schema'],
    ['nothing', undefined, 'ERR_CORE_SCHEMA_INVALID route r, body: The value is no schema.'],
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
    expect(() => compileResponse({ a: t.String() } as unknown as TSchema)).toThrow(StartError)
  })
})

describe('what is no mistake', () => {
  it.each<[string, TSchema]>([
    [
      'annotations of any name',
      t.String({
        title: 'x',
        description: 'x',
        examples: ['a'],
        'x-secret': true,
        secret: true,
        note: 'x',
        cost: 1,
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
    ['never, and not', t.Object({ a: t.Optional(t.Never()), b: t.Not(t.String()) })],
  ])('%s', (_, schema) => {
    expect(problems(schema)).toEqual([])
    expect(() => compileInput(schema, 'body').parse(null)).toThrow('The body does not match the schema')
  })
})
