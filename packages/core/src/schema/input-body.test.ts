import { describe, expect, it } from 'vitest'
import type { TSchema } from '@sinclair/typebox'
import { ValidationError } from '../errors/index.ts'
import { compileInput, t, type InputOptions } from './index.ts'

function parse(schema: TSchema, value: unknown, options?: InputOptions): unknown {
  return compileInput(schema, 'body', options).parse(value)
}

/** What a body violates: pointer and message of each. */
function violations(schema: TSchema, value: unknown, options?: InputOptions): [string, string][] {
  try {
    parse(schema, value, options)
  } catch (error) {
    if (ValidationError.is(error)) return error.violations.map((v) => [v.pointer, v.message])
    throw error
  }
  return []
}

describe('a JSON body', () => {
  it('comes back itself, and is never coerced', () => {
    const schema = t.Object({
      n: t.Number(),
      on: t.Boolean(),
      s: t.String(),
      list: t.Array(t.String()),
      nil: t.Null(),
    })
    const body = { n: 1, on: true, s: 'x', list: ['a'], nil: null }
    expect(parse(schema, body)).toBe(body)
    expect(violations(schema, { n: '1', on: 'true', s: 1, list: 'a', nil: 'null' })).toEqual([
      ['/n', 'must be number'],
      ['/on', 'must be boolean'],
      ['/s', 'must be string'],
      ['/list', 'must be array'],
      ['/nil', 'must be null'],
    ])
  })

  it('may be any value that its schema takes', () => {
    expect(parse(t.String(), 'x')).toBe('x')
    expect(parse(t.Array(t.Integer()), [1])).toEqual([1])
    expect(parse(t.Null(), null)).toBeNull()
    expect(parse(t.Unknown(), { anything: [1] })).toEqual({ anything: [1] })
    expect(violations(t.Object({}), null)).toEqual([['', 'must be object']])
    expect(violations(t.Object({}), [])).toEqual([['', 'must be object']])
  })

  it('is required unless it is declared optional', () => {
    expect(violations(t.Object({}), undefined)).toEqual([['', 'is required']])
    expect(parse(t.Optional(t.Object({})), undefined)).toBeUndefined()
    for (const schema of [
      t.Any(),
      t.Unknown(),
      t.Not(t.String()),
      t.Union([t.Any(), t.Null()]),
      t.Unsafe({}),
    ]) {
      expect(violations(schema, undefined)).toEqual([['', 'is required']])
      expect(parse(t.Optional(schema), undefined)).toBeUndefined()
      expect(parse(schema, null)).toBeNull()
    }
  })

  it('may be missing where it has a default, which is then set with those within', () => {
    const schema = t.Object(
      { a: t.Optional(t.Integer({ default: 1 })), b: t.Optional(t.Integer()) },
      { default: { b: 2 } },
    )
    expect(parse(schema, undefined)).toEqual({ a: 1, b: 2 })
    const first = parse(schema, undefined)
    expect(parse(schema, undefined)).not.toBe(first)
    expect(parse(t.Any({ default: 0 }), undefined)).toBe(0)
    expect(parse(t.Optional(t.Any({ default: 0 })), undefined)).toBe(0)
  })

  it('has defaults set', () => {
    const schema = t.Object({
      a: t.String({ default: 'x' }),
      o: t.Optional(t.Object({ b: t.Integer({ default: 1 }) })),
    })
    expect(parse(schema, {})).toEqual({ a: 'x' })
    expect(parse(schema, { o: {} })).toEqual({ a: 'x', o: { b: 1 } })
  })

  it('has integers that a double can count', () => {
    expect(parse(t.Integer(), 9007199254740991)).toBe(9007199254740991)
    // JSON.parse reads 9007199254740993 as its even neighbour.
    for (const text of ['9007199254740992', '9007199254740993', '-9007199254740992', '1e300', '1.5']) {
      expect(violations(t.Integer(), JSON.parse(text))).toHaveLength(1)
      expect(
        violations(t.Array(t.Union([t.Integer(), t.Null()])), [JSON.parse(text)]).length,
      ).toBeGreaterThan(0)
    }
    expect(violations(t.Integer({ maximum: 10 }), 11)).toEqual([['', 'must be <= 10']])
    expect(violations(t.Integer({ maximum: 1e300 }), 2 ** 60)).toHaveLength(1)
    expect(violations(t.Integer({ exclusiveMaximum: 5, minimum: -5 }), 5)).toEqual([['', 'must be < 5']])
    expect(parse(t.Number(), 2 ** 60)).toBe(2 ** 60)
  })

  it('has finite numbers', () => {
    expect(violations(t.Number(), Infinity)).toHaveLength(1)
  })

  it('has multiples as they are written in decimals', () => {
    const price = t.Number({ multipleOf: 0.01 })
    expect(violations(price, 19.99)).toEqual([])
    expect(violations(price, 19.995)).toEqual([['', 'must be a multiple of 0.01']])
  })

  it('has uuids without a scheme before them', () => {
    const id = t.String({ format: 'uuid' })
    expect(violations(id, '3F2C7C1E-7c0b-4a52-9a11-0a4f4b1f9a10')).toEqual([])
    expect(violations(id, 'urn:uuid:3f2c7c1e-7c0b-4a52-9a11-0a4f4b1f9a10')).toHaveLength(1)
  })

  it('tells each violation with a JSON Pointer', () => {
    const schema = t.Object({
      'a/b': t.Object({ '~': t.Array(t.Object({ n: t.Integer() })) }),
      '': t.String(),
    })
    expect(violations(schema, { 'a/b': { '~': [{ n: 1 }, { n: 'x' }, {}] }, '': 1 })).toEqual([
      ['/a~1b/~0/1/n', 'must be integer'],
      ['/a~1b/~0/2/n', 'is required'],
      ['/', 'must be string'],
    ])
  })

  it('tells no value that was sent', () => {
    const schema = t.Object({
      s: t.String({ pattern: '^a+$', maxLength: 3 }),
      e: t.Enum({ A: 'a' }),
      n: t.Number({ maximum: 3 }),
    })
    const text = JSON.stringify(violations(schema, { s: 'hunter2', e: 'hunter2', n: 424242 }))
    expect(text).not.toMatch(/hunter2|424242/)
  })

  it('does not send long names back whole', () => {
    const [[pointer]] = violations(t.Object({}), { ['x'.repeat(5000)]: 1 }) as [[string, string]]
    expect(pointer.length).toBeLessThan(600)
  })

  it('does not take what every object inherits for a property', () => {
    const schema = t.Object({ constructor: t.String(), toString: t.Optional(t.String()) })
    expect(violations(schema, {})).toEqual([['/constructor', 'is required']])
    expect(parse(schema, { constructor: 'Ferrari' })).toEqual({ constructor: 'Ferrari' })
  })

  it('explains a large value by its first violation, at bounded cost', () => {
    const parser = compileInput(t.Array(t.Object({ a: t.Integer() })), 'body')
    const value = Array.from({ length: 200_000 }, () => ({ a: 'x' }))
    expect(() => parser.parse(value)).toThrow(
      expect.objectContaining({ isCut: true, violations: [expect.objectContaining({ pointer: '/0/a' })] }),
    )
  })

  it('compares members of a list in linear time', () => {
    const schema = t.Array(t.Unknown(), { uniqueItems: true })
    const items = Array.from({ length: 30_000 }, (_, i) => ({ b: i, a: [i] }))
    expect(parse(schema, items)).toBe(items)
    expect(violations(schema, [...items, { a: [7], b: 7 }])).toEqual([['', 'must not have equal members']])
    expect(violations(schema, [1, '1', [1], ['1'], { a: 1 }, '{"a":1}', null, 'null', true])).toEqual([])
    expect(violations(schema, [0, -0])).toHaveLength(1)
    expect(violations(t.Array(t.Unknown(), { uniqueItems: false }), [1, 1])).toEqual([])
  })

  it('is not read again for a schema object that many routes share', () => {
    const shared = t.Object({ a: t.String() }, { $id: 'Shared' })
    for (let i = 0; i < 20; i++) {
      expect(
        parse(t.Object({ one: shared, many: t.Array(shared) }), { one: { a: 'x' }, many: [{ a: 'y' }] }),
      ).toBeTruthy()
      expect(parse(shared, { a: 'x' })).toBeTruthy()
    }
    expect(parse(t.Object({ b: t.String() }, { $id: 'Shared' }), { b: 'x' })).toBeTruthy()
  })
})

describe('undeclared properties of a body', () => {
  const cases: [string, TSchema, unknown, string[]][] = [
    ['of an object', t.Object({ a: t.String() }), { a: 'x', b: 1 }, ['/b']],
    ['of an object without properties', t.Object({}), { b: 1 }, ['/b']],
    [
      'at every depth',
      t.Object({ o: t.Object({ l: t.Array(t.Object({})) }) }),
      { o: { l: [{ x: 1 }], y: 1 }, z: 1 },
      ['/z', '/o/y', '/o/l/0/x'],
    ],
    [
      'of an intersection',
      t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.String() })]),
      { a: 'x', b: 'y', c: 1 },
      ['/c'],
    ],
    [
      'below an intersection',
      t.Intersect([t.Object({ a: t.Object({}) }), t.Object({ b: t.String() })]),
      { a: { x: 1 }, b: 'y' },
      ['/a/x'],
    ],
    [
      'of an intersection in an intersection',
      t.Intersect([
        t.Intersect([t.Object({ a: t.String() }), t.Object({ b: t.String() })]),
        t.Object({ c: t.String() }),
      ]),
      { a: '', b: '', c: '', d: 1 },
      ['/d'],
    ],
    [
      'of a union in an intersection',
      t.Intersect([
        t.Object({ a: t.String() }),
        t.Union([t.Object({ b: t.String() }), t.Object({ c: t.String() })]),
      ]),
      { a: '', c: '', d: 1 },
      ['/d'],
    ],
    [
      'named like what every object inherits',
      t.Intersect([
        t.Object({ a: t.String() }),
        t.Union([t.Object({ b: t.String() }), t.Object({ c: t.String() })]),
      ]),
      { a: '', c: '', toString: 1, constructor: 1 },
      ['/toString', '/constructor'],
    ],
    [
      'of a member of a tagged union',
      t.Union([
        t.Object({ k: t.Literal('a'), x: t.String() }),
        t.Object({ k: t.Literal('b'), y: t.String() }),
      ]),
      { k: 'a', x: '', y: '' },
      ['/y'],
    ],
    ['of a nullable object', t.Union([t.Object({ a: t.String() }), t.Null()]), { a: '', b: 1 }, ['/b']],
    ['of a tuple', t.Tuple([t.Object({ a: t.String() })]), [{ a: '', b: 1 }], ['/0/b']],
    ['of the values of a record', t.Record(t.String(), t.Object({})), { k: { x: 1 } }, ['/k/x']],
    [
      'beside the names of a record',
      t.Record(t.String({ pattern: '^x-' }), t.String()),
      { 'x-a': '', y: '' },
      ['/y'],
    ],
    [
      'of a recursive schema',
      t.Recursive((This) => t.Object({ kids: t.Array(This) })),
      { kids: [{ kids: [], x: 1 }] },
      ['/kids/0/x'],
    ],
    [
      'of a composite',
      t.Composite([t.Object({ a: t.String() }), t.Object({ b: t.String() })]),
      { a: '', b: '', c: 1 },
      ['/c'],
    ],
    ['of a partial', t.Partial(t.Object({ a: t.String() })), { b: 1 }, ['/b']],
  ]

  it('are those that no part of an intersection declares, where parts share a member', () => {
    const schema = t.Intersect([
      t.Object({ o: t.Object({ x: t.Integer() }), l: t.Array(t.Object({ x: t.Integer() })) }),
      t.Object({ o: t.Object({ y: t.Integer() }), l: t.Array(t.Object({ y: t.Integer() })) }),
    ])
    const value = { o: { x: 1, y: 1 }, l: [{ x: 1, y: 1 }] }
    expect(violations(schema, value)).toEqual([])
    expect(
      violations(t.Object({ deep: schema }), { deep: { ...value, o: { x: 1, y: 1, 'z/~': 1 }, more: 1 } }),
    ).toEqual([
      ['/deep/o/z~1~0', 'is not declared'],
      ['/deep/more', 'is not declared'],
    ])
    expect(violations(schema, { ...value, l: [{ x: 'a', y: 1, z: 1 }] })).toEqual([
      ['/l/0/x', 'must be integer'],
      ['/l/0/z', 'is not declared'],
    ])
  })

  it.each(cases)('are refused: %s', (_, schema, value, pointers) => {
    const found = violations(schema, value)
    expect(found).toEqual(pointers.map((pointer) => [pointer, 'is not declared']))
  })

  it.each(cases)('are passed on by request: %s', (_, schema, value) => {
    expect(parse(schema, value, { unknown: 'pass' })).toEqual(value)
  })

  it.each(cases)('are taken out where they are ignored: %s', (_, schema, value) => {
    const before = structuredClone(value)
    const stripped = parse(schema, value, { unknown: 'ignore' })
    expect(violations(schema, stripped)).toEqual([])
    expect(value).toEqual(before)
  })

  it.each(cases)('do not change the schema: %s', (_, schema, value) => {
    const before = JSON.stringify(schema)
    violations(schema, value)
    expect(JSON.stringify(schema)).toBe(before)
  })

  it('are kept where a schema says so', () => {
    expect(parse(t.Object({ a: t.String() }, { additionalProperties: true }), { a: '', b: 1 })).toEqual({
      a: '',
      b: 1,
    })
    expect(violations(t.Object({}, { additionalProperties: t.Integer() }), { b: 'x' })).toEqual([
      ['/b', 'must be integer'],
    ])
    expect(parse(t.Record(t.String(), t.Integer()), { any: 1, 'line\nbreak': 2 })).toEqual({
      any: 1,
      'line\nbreak': 2,
    })
    expect(parse(t.Unsafe({ type: 'object' }), { any: { thing: 1 } })).toEqual({ any: { thing: 1 } })
    expect(
      parse(t.Intersect([t.Object({ a: t.String() }), t.Record(t.String(), t.Unknown())]), { a: '', b: 1 }),
    ).toEqual({ a: '', b: 1 })
    expect(
      parse(
        t.Intersect([t.Object({ a: t.String() }), t.Object({})], { unevaluatedProperties: t.Integer() }),
        { a: '', b: 1 },
      ),
    ).toEqual({ a: '', b: 1 })
  })

  it('are declared by what another part says of all members', () => {
    for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
      const open = t.Unsafe({
        type: 'object',
        properties: { a: { type: 'object', [keyword]: { type: 'integer' } } },
      })
      const schema = t.Intersect([open, t.Object({ a: t.Object({ n: t.Integer() }) })])
      expect([keyword, violations(schema, { a: { n: 1, other: 2 } })]).toEqual([keyword, []])
      expect(violations(schema, { a: { n: 1, other: 'x' } })).toEqual([['/a/other', 'must be integer']])
    }
  })

  it('are never passed on where a schema refuses them', () => {
    const schema = t.Object({ a: t.String() }, { additionalProperties: false })
    expect(violations(schema, { a: '', b: 1 })).toEqual([['/b', 'is not declared']])
    expect(violations(schema, { a: '', b: 1 }, { unknown: 'pass' })).toEqual([['/b', 'is not declared']])
    expect(parse(schema, { a: '', b: 1 }, { unknown: 'ignore' })).toEqual({ a: '' })
  })

  it('do not turn a condition around', () => {
    const schema = t.Unsafe({
      type: 'object',
      properties: { kind: { type: 'string' }, size: { type: 'integer' }, note: { type: 'string' } },
      not: { properties: { kind: { const: 'x' } }, required: ['kind'] },
      if: { properties: { kind: { const: 'big' } }, required: ['kind'] },
      then: { required: ['size'] },
    })
    expect(violations(schema, { kind: 'big', size: 1, note: '' })).toEqual([])
    expect(violations(schema, { kind: 'big' })).toEqual([['/size', 'is required']])
    expect(violations(schema, { kind: 'x' })).toEqual([['', 'is not allowed']])
    expect(violations(schema, { kind: 'a', other: 1 })).toEqual([['/other', 'is not declared']])
  })
})

describe('unions in a body', () => {
  const Shape = t.Union([
    t.Object({ kind: t.Literal('circle'), r: t.Number() }),
    t.Object({ kind: t.Union([t.Literal('square'), t.Literal('box')]), a: t.Number({ default: 1 }) }),
  ])

  it('with a tag are told apart by it', () => {
    expect(violations(Shape, { kind: 'circle', r: 'x' })).toEqual([['/r', 'must be number']])
    expect(violations(Shape, { kind: 'oval' })).toEqual([
      ['/kind', 'must be one of "circle", "square", "box"'],
    ])
    expect(violations(Shape, { r: 1 })).toEqual([['/kind', 'is required']])
    expect(violations(Shape, { kind: 5 })).toEqual([['/kind', 'must be one of "circle", "square", "box"']])
    expect(violations(Shape, 5)).toEqual([['', 'must be object']])
    expect(parse(Shape, { kind: 'box' })).toEqual({ kind: 'box', a: 1 })
  })

  it('with a tag may refer to their members', () => {
    const module = t.Module({
      Leaf: t.Object({ kind: t.Literal('leaf'), n: t.Integer() }),
      Node: t.Object({ kind: t.Literal('node'), kids: t.Array(t.Union([t.Ref('Leaf'), t.Ref('Node')])) }),
    })
    const schema = module.Import('Node')
    expect(
      violations(schema, { kind: 'node', kids: [{ kind: 'node', kids: [{ kind: 'leaf', n: 1 }] }] }),
    ).toEqual([])
    expect(
      violations(schema, { kind: 'node', kids: [{ kind: 'node', kids: [{ kind: 'leaf', n: 'x', y: 1 }] }] }),
    ).toEqual([
      ['/kids/0/kids/0/y', 'is not declared'],
      ['/kids/0/kids/0/n', 'must be integer'],
    ])
  })

  it('of literals are one violation', () => {
    expect(violations(t.Union([t.Literal('a'), t.Literal(2), t.Null()]), 'b')).toEqual([
      ['', 'must be one of "a", 2, null'],
    ])
  })

  it('with null keep their other constraints', () => {
    const schema = t.Union([t.String({ minLength: 2, default: 'zz' }), t.Null()])
    expect(violations(schema, null)).toEqual([])
    expect(violations(schema, 'ab')).toEqual([])
    expect(violations(schema, 'a')).toEqual([['', 'must NOT have fewer than 2 characters']])
    expect(violations(schema, 1)).toEqual([['', 'must be string or null']])
    expect(violations(t.Union([t.Union([t.Literal('a'), t.Literal('b')]), t.Null()]), null)).toEqual([])
  })

  it('without a tag take what any member takes, and nothing more', () => {
    const schema = t.Union([
      t.Object({ a: t.String() }),
      t.Object({ b: t.String() }),
      t.Array(t.String()),
      t.Integer(),
    ])
    expect(violations(schema, { a: '' })).toEqual([])
    expect(violations(schema, { b: '' })).toEqual([])
    expect(violations(schema, [''])).toEqual([])
    expect(violations(schema, { a: '', b: '' })).toContainEqual(['', 'must match one of the declared forms'])
    expect(violations(schema, 2 ** 53).length).toBeGreaterThan(0)
  })

  it('set defaults of a member that is certainly meant, since the other one is null', () => {
    const Part = t.Object({
      n: t.Integer({ default: 1 }),
      in: t.Array(t.Object({ m: t.Integer({ default: 2 }) })),
    })
    const schema = t.Object({ part: t.Union([t.Null(), { ...Part, $id: 'Part', description: 'A part.' }]) })
    expect(parse(schema, { part: { in: [{}] } })).toEqual({ part: { n: 1, in: [{ m: 2 }] } })
    expect(parse(schema, { part: null })).toEqual({ part: null })
    expect(violations(schema, { part: { in: 1 } })).toEqual([['/part/in', 'must be array']])
    expect(violations(schema, { part: { in: [], more: 1 } })).toEqual([['/part/more', 'is not declared']])
  })

  it('set none beside null where the other member is several schemas itself', () => {
    const Part = t.Object({ n: t.Integer({ default: 1 }) })
    const Tagged = t.Union([
      t.Object({ k: t.Literal('a'), n: t.Integer({ default: 1 }) }),
      t.Object({ k: t.Literal('b') }),
    ])
    const nullable = (schema: TSchema) => t.Union([schema, t.Null()])
    expect(violations(nullable(t.Intersect([Part, t.Object({})])), {}).length).toBeGreaterThan(0)
    expect(violations(nullable(Tagged), { k: 'a' }).length).toBeGreaterThan(0)
    expect(violations(nullable(t.Tuple([Part])), [{}]).length).toBeGreaterThan(0)
    expect(parse(nullable(t.Array(Part)), [{}])).toEqual([{ n: 1 }])
    expect(parse(nullable(t.Record(t.String(), Part)), { a: {} })).toEqual({ a: { n: 1 } })
  })

  it('do not set defaults of a member that is not meant', () => {
    const schema = t.Union([
      t.Object({ a: t.String(), x: t.Optional(t.Integer({ default: 1 })) }),
      t.Object({ b: t.String() }),
    ])
    expect(parse(schema, { b: '' })).toEqual({ b: '' })
    const module = t.Module({
      // Refers to itself, so that it becomes a function of its own in the validator.
      A: t.Object({ a: t.String(), x: t.Optional(t.Integer({ default: 1 })), next: t.Optional(t.Ref('A')) }),
      B: t.Object({ b: t.String() }),
      U: t.Union([t.Ref('A'), t.Ref('B')]),
    })
    // Cast: the type of the import is deeper than the compiler follows.
    expect(parse(module.Import('U') as unknown as TSchema, { b: '' })).toEqual({ b: '' })
  })

  it('may be exclusive', () => {
    const schema = t.Unsafe({
      oneOf: [
        { type: 'integer', minimum: 0 },
        { type: 'integer', maximum: 0 },
      ],
    })
    expect(violations(schema, 1)).toEqual([])
    expect(violations(schema, 0)).toEqual([['', 'must match only one of the declared forms']])
  })
})

describe('references in a body', () => {
  it('lead through modules, recursion and definitions', () => {
    const Node = t.Recursive((This) => t.Object({ v: t.Integer(), next: t.Optional(This) }), { $id: 'Node' })
    expect(violations(Node, { v: 1, next: { v: 2, next: { v: 'x' } } })).toEqual([
      ['/next/next/v', 'must be integer'],
    ])
    expect(violations(t.Object({ a: Node, b: t.Array(Node) }), { a: { v: 1 }, b: [{ v: 'x' }] })).toEqual([
      ['/b/0/v', 'must be integer'],
    ])
    const local = t.Unsafe({
      type: 'object',
      properties: { a: { $ref: '#/$defs/a~1b' } },
      $defs: { 'a/b': { type: 'integer' } },
    })
    expect(violations(local, { a: 'x' })).toEqual([['/a', 'must be integer']])
  })

  it('mean the innermost schema of that name', () => {
    const one = t.Recursive((This) => t.Object({ one: t.Optional(This) }), { $id: 'Tree' })
    const two = t.Recursive((This) => t.Object({ two: t.Optional(This) }), { $id: 'Tree' })
    const schema = t.Object({ one, two })
    expect(violations(schema, { one: { one: {} }, two: { two: {} } })).toEqual([])
    expect(violations(schema, { one: { two: {} }, two: {} })).toEqual([['/one/two', 'is not declared']])
    expect(violations(schema, { one: {}, two: { two: { one: {} } } })).toEqual([
      ['/two/two/one', 'is not declared'],
    ])
  })

  it('of two modules with the same names do not meet', () => {
    const first = t.Module({ A: t.Object({ b: t.Ref('B') }), B: t.String() }).Import('A')
    const second = t.Module({ A: t.Object({ b: t.Ref('B') }), B: t.Integer() }).Import('A')
    expect(violations(t.Object({ first, second }), { first: { b: 'x' }, second: { b: 1 } })).toEqual([])
    expect(violations(t.Object({ first, second }), { first: { b: 1 }, second: { b: 'x' } })).toHaveLength(2)
  })
})
