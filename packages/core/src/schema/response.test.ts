import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ResponseValidationError } from '../errors/index.ts'
import { compileResponse, t, type SchemaLike } from './index.ts'

/** The value that goes out, by the generated filter and by the walk that `check` makes: they must not differ. */
function filtered(schema: SchemaLike, value: unknown): unknown {
  const guard = compileResponse(schema)
  const filtered = guard.filter(value)
  expect(guard.check(value)).toEqual(filtered)
  return filtered
}

/** The text that goes out, by both ways. */
function json(schema: SchemaLike, value: unknown): string {
  const guard = compileResponse(schema)
  const text = JSON.stringify(guard.filter(value))
  expect(JSON.stringify(guard.check(value))).toBe(text)
  return text
}

/** What `check` finds: pointer and message. */
function violations(schema: SchemaLike, value: unknown): [string, string][] {
  try {
    compileResponse(schema).check(value)
  } catch (error) {
    if (ResponseValidationError.is(error)) return error.violations.map((one) => [one.pointer, one.message])
    throw error
  }
  return []
}

const Order = t.Object({ id: t.String(), total: t.Number(), lines: t.Array(t.Object({ sku: t.String() })) })
const order = { id: 'a', total: 1, lines: [{ sku: 'x' }] }

describe('the response filter', () => {
  it('hands the value on when it has declared properties only', () => {
    const guard = compileResponse(Order)
    expect(guard.filter(order)).toBe(order)
    expect(guard.check(order)).toBe(order)
  })

  it('copies the declared properties otherwise, at every depth, and changes nothing', () => {
    const value = Object.freeze({
      ...order,
      hash: 'x',
      lines: Object.freeze([Object.freeze({ sku: 'x', cost: 1 })]),
    })
    expect(filtered(Order, value)).toEqual(order)
    expect(value.hash).toBe('x')
    expect(value.lines[0]).toEqual({ sku: 'x', cost: 1 })
  })

  it('keeps parts that need no change', () => {
    const lines = [{ sku: 'x' }, { sku: 'y', cost: 1 }]
    const result = compileResponse(Order).filter({ ...order, lines }) as typeof order
    expect(result.lines[0]).toBe(lines[0])
    expect(result.lines[1]).toEqual({ sku: 'y' })
  })

  it('cuts what comes behind the members of a tuple, at every depth, and tells it', () => {
    const one = t.Tuple([t.String()])
    expect(filtered(one, ['a', 'secret'])).toEqual(['a'])
    expect(filtered(t.Tuple([]), [{ password: 'x' }, 1])).toEqual([])
    expect(filtered(t.Object({ a: t.Tuple([]), b: one }), { a: [1], b: ['b', 2] })).toEqual({
      a: [],
      b: ['b'],
    })
    expect(filtered(t.Array(t.Tuple([Order, one])), [[{ ...order, hash: 'x' }, ['a', 1], 2]])).toEqual([
      [order, ['a']],
    ])
    expect(filtered(t.Tuple([t.Any()]), [1, { password: 'x' }])).toEqual([1])
    expect(filtered(t.Union([one, t.Null()]), ['a', 'secret'])).toEqual(['a'])
    expect(
      filtered(
        t.Recursive((Self) => t.Tuple([t.Union([Self, t.Null()])])),
        [[[null, 1], 2], 3],
      ),
    ).toEqual([[[null]]])
    expect(filtered(t.Unsafe({ type: 'array', prefixItems: [{}], unevaluatedItems: false }), [1, 2])).toEqual(
      [1],
    )
    expect(filtered(one, { toJSON: () => ['a', 'secret'] })).toEqual(['a'])
    const told: unknown[] = []
    compileResponse(t.Object({ b: one }), { onUndeclared: (pointers) => told.push(...pointers) }).check({
      b: ['b', 1, 2],
    })
    expect(told).toEqual(['/b/1', '/b/2'])
  })

  it('keeps members of tuples that are declared, and of arrays that declare none by place', () => {
    const pairs = t.Union([t.Tuple([t.String()]), t.Tuple([t.String(), t.Integer()])])
    const open = t.Unsafe({ type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'integer' } })
    for (const [schema, value] of [
      [pairs, ['a']],
      [pairs, ['a', 1]],
      [open, ['a', 1, 2]],
      [t.Array(t.Any()), [1, { a: 1 }]],
    ] as const) {
      expect(filtered(schema, value)).toEqual(value)
      expect(compileResponse(schema).filter(value)).toBe(value)
    }
  })

  it('keeps what records and open objects declare', () => {
    const counts = { a: 1, __proto__: null }
    expect(filtered(t.Record(t.String(), t.Integer()), { a: 1, b: 2 })).toEqual({ a: 1, b: 2 })
    expect(compileResponse(t.Record(t.String(), t.Integer())).filter(counts)).toBe(counts)
    expect(filtered(t.Record(t.String(), t.Object({ x: t.Integer() })), { a: { x: 1, y: 2 } })).toEqual({
      a: { x: 1 },
    })
    expect(
      filtered(t.Object({ a: t.String() }, { additionalProperties: true }), { a: '', b: { c: 1 } }),
    ).toEqual({ a: '', b: { c: 1 } })
    expect(
      filtered(t.Object({ a: t.String() }, { additionalProperties: t.Object({ x: t.Integer() }) }), {
        a: '',
        b: { x: 1, y: 1 },
      }),
    ).toEqual({ a: '', b: { x: 1 } })
    expect(
      filtered(t.Record(t.String({ pattern: '^x-' }), t.Object({})), { 'x-a': { s: 1 }, secret: 1 }),
    ).toEqual({ 'x-a': {} })
    expect(filtered(t.Unsafe({ type: 'object' }), { any: 1 })).toEqual({ any: 1 })
    expect(filtered(t.Object({ any: t.Unknown() }), { any: { thing: 1 }, other: 1 })).toEqual({
      any: { thing: 1 },
    })
  })

  it('takes out everything where nothing is declared', () => {
    expect(filtered(t.Object({}), { secret: 1 })).toEqual({})
    expect(filtered(t.Array(t.Object({})), [{ secret: 1 }])).toEqual([{}])
  })

  it('reads tuples by place', () => {
    const schema = t.Tuple([t.Object({ a: t.String() }), t.Object({ b: t.String() })])
    const value = [
      { a: '', b: '' },
      { a: '', b: '' },
    ]
    expect(filtered(schema, value)).toEqual([{ a: '' }, { b: '' }])
  })

  it('takes an intersection for the properties of all its parts', () => {
    const schema = t.Intersect([
      t.Object({ a: t.String(), o: t.Object({ x: t.Integer() }) }),
      t.Object({ b: t.String(), o: t.Object({ y: t.Integer() }) }),
    ])
    expect(filtered(schema, { a: '', b: '', o: { x: 1, y: 2, z: 3 }, c: 1 })).toEqual({
      a: '',
      b: '',
      o: { x: 1, y: 2 },
    })
  })

  it('takes a tagged union for the member that the tag names', () => {
    const schema = t.Union([
      t.Object({ k: t.Literal('a'), x: t.Integer() }),
      t.Object({ k: t.Union([t.Literal('b'), t.Literal('c')]), y: t.Object({}) }),
    ])
    expect(filtered(schema, { k: 'a', x: 1, y: {}, secret: 1 })).toEqual({ k: 'a', x: 1 })
    expect(filtered(schema, { k: 'c', x: 1, y: { z: 1 } })).toEqual({ k: 'c', y: {} })
  })

  it('takes another union for the members that the value matches', () => {
    const Person = t.Object({ name: t.String(), email: t.String() })
    const Company = t.Object({ name: t.String(), vat: t.Integer() })
    const schema = t.Object({ owner: t.Union([Person, Company, t.Null()]) })
    expect(filtered(schema, { owner: { name: 'a', email: 'b', vat: 'none', hash: 'x' } })).toEqual({
      owner: { name: 'a', email: 'b' },
    })
    expect(filtered(schema, { owner: { name: 'a', vat: 1, hash: 'x' } })).toEqual({
      owner: { name: 'a', vat: 1 },
    })
    expect(filtered(schema, { owner: null })).toEqual({ owner: null })
    // Both match: what either declares is declared.
    expect(filtered(schema, { owner: { name: 'a', vat: 1, email: 'b', hash: 'x' } })).toEqual({
      owner: { name: 'a', vat: 1, email: 'b' },
    })
  })

  it('does not lose a property to a member that declares less', () => {
    const schema = t.Union([t.Object({ id: t.String() }), t.Object({ id: t.String(), name: t.String() })])
    expect(filtered(schema, { id: 'a', name: 'b', hash: 'x' })).toEqual({ id: 'a', name: 'b' })
    expect(filtered(schema, { id: 'a', hash: 'x' })).toEqual({ id: 'a' })
  })

  it('takes a union of arrays for the one that the value matches', () => {
    const schema = t.Union([t.Array(t.Object({ a: t.Integer() })), t.Array(t.Object({ b: t.String() }))])
    expect(filtered(schema, [{ b: '', a: 'x' }])).toEqual([{ b: '' }])
  })

  it('takes a union in an intersection together with the rest', () => {
    const schema = t.Intersect([
      t.Object({ id: t.String() }),
      t.Union([
        t.Object({ k: t.Literal('a'), x: t.Integer() }),
        t.Object({ k: t.Literal('b'), y: t.Integer() }),
      ]),
    ])
    expect(filtered(schema, { id: '', k: 'b', x: 1, y: 2, z: 3 })).toEqual({ id: '', k: 'b', y: 2 })
  })

  it('goes through recursive schemas', () => {
    const Node = t.Recursive((This) => t.Object({ v: t.Integer(), kids: t.Array(This) }))
    expect(filtered(Node, { v: 1, kids: [{ v: 2, kids: [], x: 1 }] })).toEqual({
      v: 1,
      kids: [{ v: 2, kids: [] }],
    })
    const Json = t.Recursive((This) => t.Union([t.String(), t.Array(This), t.Object({ o: This })]))
    expect(filtered(Json, ['a', { o: ['b', { o: 'c', x: 1 }] }])).toEqual(['a', { o: ['b', { o: 'c' }] }])
  })

  it('leaves scalars alone, whatever is declared', () => {
    const { filter } = compileResponse(Order)
    for (const value of ['x', 1, true, null, undefined]) expect(filter(value)).toBe(value)
    expect(compileResponse(t.Number()).filter(Number.NaN)).toBeNaN()
  })

  it('refuses a value that has an object or array where none is declared', () => {
    const mismatches: [SchemaLike, unknown, string][] = [
      [t.Object({ name: t.String() }), { name: { hash: 'x' } }, '/name'],
      [Order, [order], ''],
      [Order, { ...order, lines: { sku: 'x' } }, '/lines'],
      [t.Array(t.String()), ['a', { hash: 'x' }], '/1'],
      [t.String(), { hash: 'x' }, ''],
      [
        t.Union([t.Object({ k: t.Literal('a') }), t.Object({ k: t.Literal('b') })]),
        { k: 'c', hash: 'x' },
        '',
      ],
      [
        t.Object({ o: t.Union([t.Object({ a: t.String() }), t.Object({ b: t.String() })]) }),
        { o: { c: 'x' } },
        '/o',
      ],
    ]
    for (const [schema, value, pointer] of mismatches) {
      const guard = compileResponse(schema)
      expect(() => guard.filter(value)).toThrow(
        expect.objectContaining({
          status: 500,
          expose: false,
          code: 'ERR_CORE_RESPONSE_INVALID',
          violations: [expect.objectContaining({ in: 'response', pointer })],
        }),
      )
      expect(() => guard.check(value)).toThrow(ResponseValidationError)
    }
  })
})

describe('values that are not plain', () => {
  it('are serialised first by their toJSON', () => {
    const schema = t.Object({ at: t.String({ format: 'date-time' }), who: t.Object({ name: t.String() }) })
    class User {
      readonly name = 'Ada'
      readonly hash = 'x'
      toJSON(): object {
        return { name: this.name, hash: this.hash, extra: 1 }
      }
    }
    expect(filtered(schema, { at: new Date(0), who: new User() })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      who: { name: 'Ada' },
    })
  })

  it('are not serialised twice, which could bring undeclared properties back', () => {
    const schema = t.Object({ name: t.String(), list: t.Optional(t.Array(t.String())) })
    const sneaky = { name: 'a', toJSON: () => ({ name: 'a', toJSON: () => ({ name: 'a', hash: 'x' }) }) }
    expect(filtered(schema, sneaky)).toEqual({ name: 'a' })
    expect(json(schema, sneaky)).toBe('{"name":"a"}')
    expect(json(t.Unsafe({ type: 'object' }), sneaky)).toBe('{"name":"a"}')
    const self = { name: 'a', hash: 'x', toJSON(): unknown { return this } } // prettier-ignore
    expect(json(schema, self)).toBe('{"name":"a"}')
    const list = Object.assign(['a'], { toJSON: () => ['b', { hash: 1 }] })
    expect(() => compileResponse(schema).filter({ name: 'a', list })).toThrow(ResponseValidationError)
  })

  it('may become scalars', () => {
    const money = { toJSON: () => '1.00', cents: 100 }
    expect(filtered(t.Object({ price: t.String() }), { price: money })).toEqual({ price: '1.00' })
    expect(filtered(t.String(), money)).toBe('1.00')
    expect(filtered(Order, { ...order, id: money })).toEqual({ ...order, id: '1.00' })
  })

  it('give their own and their class getters, when declared', () => {
    class Row {
      readonly #total = 5
      readonly id = 'a'
      readonly hash = 'x'
      get total(): number {
        return this.#total
      }
      lines(): string {
        return 'a method'
      }
    }
    const schema = t.Object({ id: t.String(), total: t.Number() })
    expect(filtered(schema, new Row())).toEqual({ id: 'a', total: 5 })
    expect(json(schema, new Row())).toBe('{"id":"a","total":5}')
    expect(filtered(t.Union([schema, t.Object({ other: t.String() })]), new Row())).toEqual({
      id: 'a',
      total: 5,
    })
  })

  it('may have no prototype, like rows of a database', () => {
    const row = Object.assign(Object.create(null) as object, { id: 'a', total: 1, lines: [] })
    expect(compileResponse(Order).filter(row)).toBe(row)
    expect(filtered(Order, Object.assign(Object.create(null) as object, row, { hash: 'x' }))).toEqual({
      id: 'a',
      total: 1,
      lines: [],
    })
  })

  it('do not give what every object inherits', () => {
    const schema = t.Object({
      toString: t.Optional(t.String()),
      constructor: t.Optional(t.String()),
      a: t.String(),
    })
    expect(filtered(schema, { a: '', b: 1 })).toEqual({ a: '' })
    expect(filtered(schema, { a: '', constructor: 'Ferrari', b: 1 })).toEqual({
      a: '',
      constructor: 'Ferrari',
    })
  })

  it('keep a member named __proto__ in records, as data', () => {
    const value = JSON.parse('{"__proto__":{"x":1,"y":2},"a":{"x":1}}') as object
    const result = json(t.Record(t.String(), t.Object({ x: t.Integer() })), value)
    expect(result).toBe('{"__proto__":{"x":1},"a":{"x":1}}')
  })
})

describe('the check of development', () => {
  it('tells all violations, to the log alone', () => {
    const schema = t.Object({
      id: t.String({ format: 'uuid' }),
      n: t.Integer(),
      at: t.String({ format: 'date-time' }),
    })
    expect(violations(schema, { id: 'x', n: 1.5, at: new Date(Number.NaN) })).toEqual([
      ['/id', 'must match format "uuid"'],
      ['/n', 'must be integer'],
      ['/at', 'must be string'],
    ])
    expect(violations(schema, undefined)).toEqual([['', 'must be object']])
    expect(violations(schema, { id: '', n: undefined })).toContainEqual(['/n', 'is required'])
    expect(() => compileResponse(t.String()).check(1)).toThrow(
      expect.objectContaining({
        status: 500,
        expose: false,
        title: 'Internal Server Error',
        message: 'The response does not match its schema: (root) must be string.',
      }),
    )
  })

  it('does not set defaults', () => {
    const schema = t.Object({ a: t.Optional(t.String({ default: 'x' })), b: t.String({ default: 'x' }) })
    const value = { b: '' }
    expect(compileResponse(schema).check(value)).toBe(value)
    expect(value).toEqual({ b: '' })
    expect(violations(schema, {})).toEqual([['/b', 'is required']])
  })

  it('reports undeclared properties, which are no violation', () => {
    const told: string[][] = []
    const closed = t.Object(
      { a: t.String(), l: t.Array(t.Object({}, { additionalProperties: false })) },
      { additionalProperties: false },
    )
    const guard = compileResponse(closed, { onUndeclared: (pointers) => told.push([...pointers]) })
    expect(guard.check({ a: '', 'b/c': 1, l: [{ d: 1 }] })).toEqual({ a: '', l: [{}] })
    expect(guard.check({ a: '', l: [] })).toEqual({ a: '', l: [] })
    expect(told).toEqual([['/l/0/d', '/b~1c']])
  })

  it('takes a union that excludes by what is undeclared', () => {
    const schema = t.Unsafe({
      oneOf: [
        {
          type: 'object',
          properties: { a: { type: 'string' } },
          required: ['a'],
          additionalProperties: false,
        },
        {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          required: ['a', 'b'],
          additionalProperties: false,
        },
      ],
    })
    expect(violations(schema, { a: '', b: '', secret: 1 })).toEqual([])
    expect(filtered(schema, { a: '', b: '', secret: 1 })).toEqual({ a: '', b: '' })
  })

  it('knows responses without a body', () => {
    for (const schema of [t.Void(), t.Undefined()]) {
      const guard = compileResponse(schema)
      expect([guard.check(undefined), guard.filter({ secret: 1 })]).toEqual([undefined, undefined])
      expect(() => guard.check('x')).toThrow(ResponseValidationError)
    }
  })
})

describe('a Standard Schema of a response', () => {
  it('has undeclared properties taken out, whatever its library does with them', () => {
    const value = { a: '', o: { n: 1, x: 1 }, secret: 1 }
    for (const schema of [
      z.object({ a: z.string(), o: z.object({ n: z.number() }) }),
      type({ a: 'string', o: { n: 'number' } }),
      v.object({ a: v.string(), o: v.object({ n: v.number() }) }),
    ]) {
      expect(filtered(schema, value)).toEqual({ a: '', o: { n: 1 } })
    }
    expect(value).toEqual({ a: '', o: { n: 1, x: 1 }, secret: 1 })
  })

  it('keeps what it declares open', () => {
    expect(filtered(z.looseObject({ a: z.string() }), { a: '', b: 1 })).toEqual({ a: '', b: 1 })
    expect(filtered(z.record(z.string(), z.object({ n: z.number() })), { k: { n: 1, x: 1 } })).toEqual({
      k: { n: 1 },
    })
  })

  it('sends what it makes of the value', () => {
    expect(
      filtered(z.object({ n: z.string().transform(Number), d: z.string().default('x') }), { n: '4' }),
    ).toEqual({ n: 4, d: 'x' })
  })

  it('takes dates as dates or as their text', () => {
    expect(json(z.object({ at: z.date() }), { at: new Date(0) })).toBe('{"at":"1970-01-01T00:00:00.000Z"}')
    expect(json(z.object({ at: z.iso.datetime() }), { at: new Date(0) })).toBe(
      '{"at":"1970-01-01T00:00:00.000Z"}',
    )
  })

  it('is checked in all modes, for it may transform', () => {
    const guard = compileResponse(z.object({ id: z.uuid() }))
    expect(violations(z.object({ id: z.uuid() }), { id: 'x' }).map(([pointer]) => pointer)).toEqual(['/id'])
    expect(() => guard.filter({ id: 'x' })).toThrow(ResponseValidationError)
  })

  it('may not be asynchronous', () => {
    const schema = v.objectAsync({
      a: v.pipeAsync(
        v.string(),
        v.checkAsync(() => Promise.reject(new Error('x'))),
      ),
    })
    expect(() => compileResponse(schema).check({ a: '' })).toThrow('asynchronous')
  })

  it('tells undeclared properties in development', () => {
    const told: string[] = []
    compileResponse(type({ a: 'string' }), { onUndeclared: (pointers) => told.push(...pointers) }).check({
      a: '',
      b: 1,
    })
    expect(told).toEqual(['/b'])
  })
})
