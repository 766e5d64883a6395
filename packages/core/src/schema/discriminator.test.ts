import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SetupError } from '../errors/index.ts'
import { compileInput, compileResponse, t, type SchemaLike } from './index.ts'

const byKind = { discriminator: { propertyName: 'kind' } }
const Cat = t.Object({ kind: t.Literal('cat'), lives: t.Integer() }, { $id: 'Cat' })
const Dog = t.Object({ kind: t.Literal('dog') })

function said(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (!SetupError.is(error)) throw error
    return (error as SetupError).problems.map(
      ({ code, place, message, remedy }) => `${code} ${place}: ${message} ${remedy}`,
    )
  }
  return []
}

const REMEDY = "Give each branch kind: t.Literal('…') with values of its own, or remove the discriminator."

describe('a declared discriminator that cannot tell the branches apart stops the start:', () => {
  it.each<[string, SchemaLike, string]>([
    [
      'two branches of one value',
      t.Union([Cat, t.Object({ kind: t.Literal('cat') })], byKind),
      "'cat' is a value of Cat and of branch 2",
    ],
    [
      'one value among others',
      t.Union([Cat, t.Object({ kind: t.Union([t.Literal('dog'), t.Literal('cat')]) })], byKind),
      "'cat' is a value of Cat and of branch 2",
    ],
    [
      'a number and its text',
      t.Union([t.Object({ kind: t.Literal(1) }), t.Object({ kind: t.Literal('1') })], byKind),
      "'1' is a value of branch 1 and of branch 2",
    ],
    [
      'a branch without it',
      t.Union([Cat, t.Object({})], byKind),
      "branch 2 does not have the property 'kind'",
    ],
    [
      'a branch that is a text',
      t.Union([Cat, t.String()], byKind),
      "branch 2 does not have the property 'kind'",
    ],
    [
      'a record',
      t.Union([Cat, t.Record(t.String(), t.String())], byKind),
      "branch 2 does not have the property 'kind'",
    ],
    ['anything', t.Union([Cat, t.Any()], byKind), "branch 2 does not have the property 'kind'"],
    [
      'a text in a branch',
      t.Union([Cat, t.Object({ kind: t.String() })], byKind),
      "branch 2 has a 'kind' that is not a literal or an enum",
    ],
    [
      'null in a branch',
      t.Union([Cat, t.Object({ kind: t.Union([t.Literal('dog'), t.Null()]) })], byKind),
      "branch 2 has a 'kind' that is not a literal or an enum",
    ],
    [
      'a property that may be missing',
      t.Union([Cat, t.Object({ kind: t.Optional(t.Literal('dog')) })], byKind),
      "branch 2 does not require 'kind'",
    ],
    [
      'a union within that has one without it',
      t.Union([Cat, t.Union([Dog, t.Object({ a: t.String() })])], byKind),
      "branch 2 does not have the property 'kind'",
    ],
    ['oneOf', t.Unsafe({ oneOf: [Cat, Cat], ...byKind }), "'cat' is a value of Cat and of Cat"],
    [
      'a mapping of another value',
      t.Union([Cat, Dog], { discriminator: { propertyName: 'kind', mapping: { cat: 'Cat', bird: 'Bird' } } }),
      "its mapping has 'bird', which is not a value of any branch",
    ],
    ['no union', t.Object({ a: t.String() }, byKind), "the schema does not have the property 'kind'"],
    [
      'zod',
      z.union([z.object({ kind: z.literal('a') }), z.object({ kind: z.string() })]).meta(byKind),
      "branch 2 has a 'kind' that is not a literal or an enum",
    ],
  ])('%s', (_, schema, reason) => {
    const sentence = `Its discriminator 'kind' does not tell the branches apart: ${reason}. ${REMEDY}`
    expect(said(() => compileInput(schema, 'body'))).toEqual([`ERR_CORE_SCHEMA_INVALID body: ${sentence}`])
    expect(said(() => compileResponse(schema))).toEqual([`ERR_CORE_SCHEMA_INVALID response: ${sentence}`])
  })

  it('within a schema, with its place', () => {
    const schema = t.Object({ pets: t.Array(t.Union([Cat, Cat], byKind)) })
    expect(said(() => compileInput(schema, 'body')).join()).toContain('body, pets[]: Its discriminator')
  })

  it.each<[string, unknown]>([
    ['a text', 'kind'],
    ['a misspelt name', { property: 'kind' }],
    ['more than a name', { propertyName: 'kind', maping: {} }],
    ['a mapping that is a list', { propertyName: 'kind', mapping: ['cat'] }],
  ])('or does not say by what: %s', (_, discriminator) => {
    expect(said(() => compileInput(t.Union([Cat, Dog], { discriminator }), 'body'))).toEqual([
      "ERR_CORE_SCHEMA_INVALID body: Its discriminator does not say which property tells the branches apart. Write discriminator: { propertyName: 'kind' }.",
    ])
  })
})

// Its own type goes too deep for a list of schemas.
const Pets = t.Module({ Cat, Pet: t.Union([t.Ref('Cat'), Dog], byKind) }) as unknown as {
  Import(name: string): SchemaLike
}

describe('a union starts', () => {
  it.each<[string, SchemaLike]>([
    ['with a discriminator that holds', t.Union([Cat, Dog], byKind)],
    ['beside null', t.Union([Cat, Dog, t.Null()], byKind)],
    ['of numbers', t.Union([t.Object({ kind: t.Literal(1) }), t.Object({ kind: t.Literal(2) })], byKind)],
    ['of enums', t.Union([Cat, t.Object({ kind: t.Enum({ a: 'dog', b: 'wolf' }) })], byKind)],
    ['of a union', t.Union([Cat, t.Union([Dog, t.Object({ kind: t.Literal('wolf') })])], byKind)],
    ['of intersections', t.Union([Cat, t.Intersect([Dog, t.Object({ a: t.String() })])], byKind)],
    [
      'with what all of them require',
      t.Intersect([
        t.Object({ kind: t.String() }),
        t.Unsafe({
          anyOf: [{ properties: { kind: { const: 'a' } } }, { properties: { kind: { enum: ['b', 'c'] } } }],
          required: ['kind'],
          ...byKind,
        }),
      ]),
    ],
    ['of references', Pets.Import('Pet')],
    [
      'that refers to itself',
      t.Recursive((This) => t.Union([Cat, t.Object({ kind: t.Literal('pair'), of: t.Array(This) })], byKind)),
    ],
    [
      'with a mapping of its own',
      t.Union([Cat, Dog], { discriminator: { propertyName: 'kind', mapping: { cat: 'Cat' } } }),
    ],
    ['of one branch', t.Union([Cat], byKind)],
    ['as what others are made of', t.Object({ kind: t.String() }, { $id: 'Pet', ...byKind })],
    ['of zod', z.union([z.object({ kind: z.literal('a') }), z.object({ kind: z.enum(['b']) })]).meta(byKind)],
    ['without one, whatever it has', t.Union([Cat, Cat, t.Object({ kind: t.String() }), t.Object({})])],
    [
      'without one, of zod',
      z.discriminatedUnion('kind', [z.object({ kind: z.literal('a') }), z.object({ kind: z.literal(null) })]),
    ],
  ])('%s', (_, schema) => {
    expect(said(() => compileInput(schema, 'body'))).toEqual([])
    expect(said(() => compileResponse(schema))).toEqual([])
  })
})
