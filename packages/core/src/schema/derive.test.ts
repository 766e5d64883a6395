import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { createValidator } from './ajv.ts'
import { derive } from './derive.ts'
import { SchemaDocument } from './document.ts'
import type { JsonSchemaObject } from './index.ts'

/** A repeatable source of choices. */
function dice(seed: number): (limit: number) => number {
  let state = seed * 2654435761
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
type Roll = ReturnType<typeof dice>

// The last one is inherited by every object.
const NAMES = ['a', 'b', 'kind', '__defineGetter__']

/** A schema with the forms that are put differently for the validator. */
function someSchema(roll: Roll, depth: number): unknown {
  const pick = <T>(items: readonly T[]): T => items[roll(items.length)]!
  if (depth === 0) {
    return pick<unknown>([
      true,
      {},
      { type: 'string', minLength: 2 },
      { type: 'integer', maximum: 5 },
      { const: 'x', type: 'string' },
      { enum: ['x', 1] },
      { type: 'null' },
    ])
  }
  const inner = (): unknown => someSchema(roll, depth - 1)
  const object = (): JsonSchemaObject => someObject(roll, depth)
  const forms: (() => unknown)[] = [
    object,
    () => ({
      anyOf: [{ const: 'x' }, { const: 2, type: 'integer' }, { enum: ['y', null] }, { type: 'null' }],
    }),
    () => ({
      oneOf: [
        { const: 'x', type: 'string' },
        { const: 'y', type: 'number' },
      ],
    }),
    () => ({ anyOf: [inner(), { type: 'null', title: 'none' }] }),
    () => ({ oneOf: [inner(), inner()] }),
    () => ({ anyOf: [inner(), inner(), inner()] }),
    () => ({
      [pick(['oneOf', 'anyOf'])]: [tagged(object(), 'x'), tagged(object(), 'y')],
      ...pick([{}, { type: ['object', 'null'] }, { required: ['a'] }]),
    }),
    () => ({ allOf: [object(), inner()], anyOf: [inner(), object()] }),
    () => ({ not: inner() }),
    () => ({ if: object(), then: inner(), else: inner() }),
    () => ({ type: 'array', items: inner(), contains: inner(), uniqueItems: pick([true, false]) }),
    () => ({ type: 'array', prefixItems: [inner(), inner()], items: pick([false, inner()]) }),
    () =>
      pick<object>([
        { $ref: '#/$defs/one', required: ['a'] },
        { properties: { a: { $ref: '#' }, b: { $ref: '#' } } },
      ]),
    () => ({ oneOf: [{ $ref: '#/$defs/one' }, { $ref: '#/$defs/two' }] }),
    () => ({
      dependentSchemas: { a: object() },
      dependentRequired: { b: ['kind'] },
      unevaluatedProperties: pick([false, inner()]),
      properties: { a: inner() },
    }),
  ]
  return pick(forms)()
}

function someObject(roll: Roll, depth: number): JsonSchemaObject {
  const names = NAMES.filter(() => roll(2) === 0)
  const others = [
    {},
    {},
    { additionalProperties: false },
    { additionalProperties: someSchema(roll, depth - 1) },
    { patternProperties: { '^[ab]': someSchema(roll, depth - 1) } },
    { propertyNames: { maxLength: 4 } },
    { maxProperties: 2 },
  ]
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, someSchema(roll, depth - 1)])),
    required: names.filter(() => roll(3) === 0),
    ...others[roll(others.length)],
  }
}

function tagged(object: JsonSchemaObject, tag: string): JsonSchemaObject {
  const { properties, required } = object
  return {
    ...object,
    properties: { ...(properties as object), kind: { const: tag } },
    required: [...(required as string[]), 'kind'],
  }
}

function someValue(roll: Roll, depth: number): unknown {
  const scalars = ['x', 'y', 'long', 1, 2, 1.5, 9, true, null]
  if (depth === 0 || roll(4) === 0) return scalars[roll(scalars.length)]
  if (roll(4) === 0) return Array.from({ length: roll(4) }, () => someValue(roll, depth - 1))
  const names = [...NAMES, 'other'].filter(() => roll(2) === 0)
  return Object.fromEntries(
    names.map((name) => [
      name,
      name === 'kind' && roll(3) > 0 ? ['x', 'y'][roll(2)] : someValue(roll, depth - 1),
    ]),
  )
}

describe('a derived schema', () => {
  it('means the same as the schema it was made from', () => {
    let valid = 0
    let invalid = 0
    for (let seed = 1; seed <= 80; seed++) {
      const roll = dice(seed)
      const root = { allOf: [someSchema(roll, 3)], $defs: { one: tagged(someObject(roll, 1), 'x'), two: tagged(someObject(roll, 1), 'y') } } // prettier-ignore
      const plain = new Ajv2020({
        strict: false,
        strictNumbers: true,
        ownProperties: true,
        validateSchema: false,
        logger: false,
      }).compile(root)
      const derived = createValidator(derive(new SchemaDocument(root), 'ignore'))
      for (let round = 0; round < 60; round++) {
        const value = someValue(roll, 4)
        const isValid = plain(value)
        if (isValid) valid++
        else invalid++
        expect([seed, JSON.stringify(value), derived.check(value)]).toEqual([
          seed,
          JSON.stringify(value),
          isValid,
        ])
        expect([seed, derived.explain(value).errors.length > 0]).toEqual([seed, !isValid])
      }
    }
    expect(Math.min(valid, invalid)).toBeGreaterThan(800)
  })

  it('compares literals that are objects by their members, whatever their names', () => {
    const document = new SchemaDocument({ enum: [{ a: [1, { b: null }] }, [], 'x'] })
    const { check, explain } = createValidator(derive(document, 'refuse'))
    for (const value of [{ a: [1, { b: null }] }, [], 'x']) expect(check(value)).toBe(true)
    // ajv's own comparison calls these.
    for (const name of ['toString', 'valueOf', 'constructor']) expect(check({ [name]: 1 })).toBe(false)
    for (const value of [
      { a: [1, {}] },
      { a: [1, { b: null }], c: 1 },
      [1],
      null,
      {},
      'y',
      { a: { 0: 1 } },
    ]) {
      expect([value, check(value)]).toEqual([value, false])
    }
    expect(explain(1).errors).toMatchObject([
      { keyword: 'enum', params: { allowedValues: [{ a: [1, { b: null }] }, [], 'x'] } },
    ])
    expect(createValidator(derive(new SchemaDocument({ const: { a: 1 } }), 'refuse')).check({ a: 1 })).toBe(
      true,
    )
  })

  it('leaves the schema alone, and shares nothing with it that could change', () => {
    const root = {
      type: 'object',
      properties: { a: { type: 'array', items: [{ type: 'integer' }], additionalItems: false } },
    }
    const before = JSON.stringify(root)
    const { schema } = derive(new SchemaDocument(root), 'refuse')
    expect(JSON.stringify(root)).toBe(before)
    expect(schema).toEqual({
      type: 'object',
      properties: {
        a: {
          type: 'array',
          prefixItems: [{ type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }],
          items: false,
        },
      },
      additionalProperties: false,
      $defs: {},
    })
  })

  it('has undeclared properties refused at the root of an intersection', () => {
    const part = (name: string): object => ({ type: 'object', properties: { [name]: { type: 'string' } } })
    const { schema } = derive(new SchemaDocument({ type: 'object', allOf: [part('a'), part('b')] }), 'refuse')
    expect(schema).toMatchObject({ unevaluatedProperties: false, allOf: [part('a'), part('b')] })
    expect(JSON.stringify(schema)).not.toContain('additionalProperties')
  })

  it('has no ids, so that none can meet another', () => {
    const root = {
      $id: 'A',
      type: 'object',
      properties: { a: { $ref: 'A' }, b: { $id: 'B', type: 'string' }, c: { $ref: 'B' } },
    }
    expect(JSON.stringify(derive(new SchemaDocument(root), 'refuse').schema)).not.toContain('$id')
  })
})
