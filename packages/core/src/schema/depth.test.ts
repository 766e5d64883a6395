import type { TSchema } from '@sinclair/typebox'
import { describe, expect, it } from 'vitest'
import { compileInput, t, type InputOptions } from './index.ts'

const bounds = (schema: TSchema, options?: InputOptions): boolean =>
  compileInput(schema, 'body', options).boundsDepth

describe('the nesting that a body may have', () => {
  it.each<[string, TSchema]>([
    [
      'objects and lists of scalars',
      t.Object({ a: t.Array(t.Object({ b: t.String() })), c: t.Optional(t.Integer()) }),
    ],
    ['literals', t.Union([t.Literal('a'), t.Object({ k: t.Literal(1) })])],
    [
      'tagged unions',
      t.Union([t.Object({ k: t.Literal('a') }), t.Object({ k: t.Literal('b'), l: t.Array(t.Number()) })]),
    ],
    ['nullable objects', t.Object({ a: t.Union([t.Object({ b: t.String() }), t.Null()]) })],
    ['intersections', t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.Object({}) })])],
    ['records of scalars', t.Record(t.String(), t.Integer())],
    ['tuples', t.Tuple([t.String(), t.Object({ a: t.Boolean() })])],
    ['references that end', t.Module({ A: t.Object({ b: t.Ref('B') }), B: t.Array(t.String()) }).Import('A')],
  ])('is bounded by %s', (_, schema) => {
    expect(bounds(schema)).toBe(true)
  })

  it.each<[string, TSchema]>([
    ['anything', t.Unknown()],
    ['a property that may be anything', t.Object({ a: t.Object({ b: t.Any() }) })],
    ['a list of anything', t.Array(t.Unknown())],
    ['a list without a schema for its members', t.Unsafe({ type: 'array' })],
    ['an open object', t.Object({}, { additionalProperties: true })],
    ['an object of any form', t.Unsafe({ type: 'object' })],
    ['a record of anything', t.Record(t.String(), t.Unknown())],
    ['recursion', t.Recursive((This) => t.Object({ kids: t.Array(This) }))],
    ['a union with anything', t.Union([t.String(), t.Unknown()])],
    ['constraints without a type', t.Unsafe({ minLength: 3 })],
    [
      'what only a condition declares',
      t.Unsafe({
        type: 'object',
        properties: { a: { type: 'integer' } },
        if: { type: 'object', properties: { b: {} } },
        then: { type: 'object', properties: { c: { type: 'integer' } } },
      }),
    ],
    ['what is not excluded', t.Object({ a: t.Not(t.String()) })],
  ])('is not bounded by %s', (_, schema) => {
    expect(bounds(schema)).toBe(false)
  })

  it('is not bounded where undeclared properties are let through', () => {
    const schema = t.Object({ a: t.String() })
    expect([
      bounds(schema),
      bounds(schema, { unknown: 'pass' }),
      bounds(schema, { unknown: 'ignore' }),
    ]).toEqual([true, false, false])
    expect(bounds(t.Array(t.String()), { unknown: 'ignore' })).toBe(true)
  })

  it('does not crash a parser when it is bounded by the schema only', () => {
    let deep: unknown = 1
    for (let i = 0; i < 200_000; i++) deep = [deep]
    for (const schema of [
      t.Object({ a: t.String() }),
      t.Array(t.Integer()),
      t.Union([t.Literal('a'), t.Array(t.String(), { uniqueItems: true })]),
    ]) {
      for (const value of [deep, { a: deep }, [deep]]) {
        expect(() => compileInput(schema, 'body').parse(value)).toThrow('The body does not match the schema')
      }
    }
  })
})
