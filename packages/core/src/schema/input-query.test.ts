import { describe, expect, it } from 'vitest'
import { SetupError, type SetupProblem, type ValidationError, type Violation } from '../errors/index.ts'
import {
  compileInput,
  parseQuery,
  t,
  type InputOptions,
  type SchemaLike,
  type FieldSchemas,
} from './index.ts'

type Schema = SchemaLike | FieldSchemas

function read(schema: Schema, search: string, options?: InputOptions): unknown {
  return compileInput(schema, 'query', options).parse(parseQuery(search))
}

/** What a function throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  throw new Error('was accepted')
}

function violations(schema: Schema, search: string, options?: InputOptions): readonly Violation[] {
  const error = thrownBy(() => read(schema, search, options)) as ValidationError
  expect([error.status, error.place, error.code]).toEqual([400, 'query', 'ERR_CORE_VALIDATION'])
  return error.violations
}

function problems(schema: Schema): readonly SetupProblem[] {
  const options = { where: 'route orders.list (GET /orders)' }
  const error = thrownBy(() => compileInput(schema, 'query', options))
  expect(error).toBeInstanceOf(SetupError)
  return (error as SetupError).problems
}

describe('coercion by the declared type', () => {
  it.each([
    ['0', 0], ['-0', -0], ['1', 1], ['-1', -1], ['12', 12], ['1.5', 1.5], ['1e3', 1000], ['1E-2', 0.01], ['-1.5e+2', -150],
    ['123456789012345', 123456789012345], ['1234567890123456', 1234567890123456], ['0.1', 0.1], ['1e308', 1e308], ['1e-400', 0],
  ])('takes %s for a number', (text, expected) => {
    expect(read({ n: t.Number() }, `?n=${encodeURIComponent(text)}`)).toEqual({ n: expected })
  }) // prettier-ignore

  it.each([
    '',
    '1a',
    'a',
    '0x10',
    '1e999',
    '-1e999',
    ' 1',
    '1 ',
    '+1',
    '01',
    '-01',
    '.5',
    '1.',
    '1e',
    '--1',
    '1,5',
    '1_000',
    'NaN',
    'Infinity',
    '١',
    '1\n',
    'true',
    'null',
    '0b1',
    '1n',
  ])('refuses %j for a number', (text) => {
    expect(violations({ n: t.Number() }, `?n=${encodeURIComponent(text)}`)).toEqual([
      { in: 'query', pointer: '/n', message: 'must be number', code: 'type', type: 'number' },
    ])
  })

  it('takes for an integer what is one, up to what a double can count', () => {
    const schema = { n: t.Integer() }
    expect(read(schema, '?n=9007199254740991')).toEqual({ n: 9007199254740991 })
    expect(read(schema, '?n=-9007199254740991')).toEqual({ n: -9007199254740991 })
    expect(read(schema, '?n=1.0')).toEqual({ n: 1 })
    for (const text of ['1.5', '9007199254740992', '9007199254740993', '-9007199254740992', '1e300']) {
      expect(violations(schema, `?n=${text}`)).toHaveLength(1)
    }
  })

  it('takes true and false for a boolean, and nothing else', () => {
    const schema = { on: t.Boolean() }
    expect(read(schema, '?on=true')).toEqual({ on: true })
    expect(read(schema, '?on=false')).toEqual({ on: false })
    for (const text of ['', '1', '0', 'TRUE', 'True', 'yes', 'on', 'null']) {
      expect(violations(schema, `?on=${text}`)[0]).toMatchObject({
        pointer: '/on',
        message: 'must be boolean',
      })
    }
  })

  it('leaves strings as they are', () => {
    expect(read({ s: t.String() }, '?s=1')).toEqual({ s: '1' })
    expect(read({ s: t.String() }, '?s=')).toEqual({ s: '' })
    expect(read({ s: t.Union([t.String(), t.Null()]) }, '?s=null')).toEqual({ s: 'null' })
  })

  it('makes lists of repeated keys, and of a single one where a list is declared', () => {
    const schema = { tag: t.Array(t.String()), n: t.Optional(t.Array(t.Integer())) }
    expect(read(schema, '?tag=a&tag=b&n=1&n=2')).toEqual({ tag: ['a', 'b'], n: [1, 2] })
    expect(read(schema, '?tag=a')).toEqual({ tag: ['a'] })
    expect(violations(schema, '?tag=a&n=1&n=x')).toEqual([
      { in: 'query', pointer: '/n/1', message: 'must be integer', code: 'type', type: 'integer' },
    ])
  })

  it('refuses a repeated key where one value is declared', () => {
    for (const type of [t.String(), t.Number(), t.Boolean(), t.Optional(t.String())]) {
      expect(violations({ a: type }, '?a=1&a=2')).toEqual([
        { in: 'query', pointer: '/a', message: 'must be given only once', code: 'repeated' },
      ])
    }
    expect(violations({ a: t.Literal('x') }, '?a=x&a=x')).toHaveLength(1)
  })

  it('reads tuples by place', () => {
    const schema = { range: t.Tuple([t.Integer(), t.String()]) }
    expect(read(schema, '?range=1&range=2')).toEqual({ range: [1, '2'] })
    expect(violations(schema, '?range=1&range=2&range=3')).toHaveLength(1)
    expect(violations(schema, '?range=1')).toHaveLength(1)
  })

  it('takes one value or a list where both are declared', () => {
    const schema = {
      a: t.Union([t.String(), t.Array(t.String())]),
      n: t.Optional(t.Union([t.Array(t.Number()), t.Number()])),
    }
    expect(read(schema, '?a=x&n=1')).toEqual({ a: 'x', n: 1 })
    expect(read(schema, '?a=x&a=y&n=1&n=2')).toEqual({ a: ['x', 'y'], n: [1, 2] })
  })

  it('reads literals, enums and constants by the type of their values', () => {
    const schema = {
      a: t.Union([t.Literal(1), t.Literal(2)]),
      b: t.Enum({ X: 'x', Y: 'y' }),
      c: t.Literal(true),
    }
    expect(read(schema, '?a=2&b=y&c=true')).toEqual({ a: 2, b: 'y', c: true })
    expect(violations(schema, '?a=3&b=z&c=false').map((v) => [v.pointer, v.message])).toEqual([
      ['/a', 'must be one of 1, 2'],
      ['/b', 'must be one of "x", "y"'],
      ['/c', 'must be true'],
    ])
    expect(read({ v: t.Unsafe<number>({ enum: [1, 2] }) }, '?v=1')).toEqual({ v: 1 })
    expect(read({ v: t.TemplateLiteral('id-${string}') }, '?v=id-1')).toEqual({ v: 'id-1' })
  })

  it('reads the text null where null is declared beside a number or a boolean', () => {
    expect(read({ n: t.Union([t.Integer(), t.Null()]) }, '?n=null')).toEqual({ n: null })
    expect(read({ n: t.Union([t.Null(), t.Boolean()]) }, '?n=true')).toEqual({ n: true })
    expect(read({ n: t.Unsafe<number | null>({ type: ['number', 'null'] }) }, '?n=2')).toEqual({ n: 2 })
    expect(violations({ n: t.Union([t.Integer(), t.Null()]) }, '?n=')).toHaveLength(1)
  })

  it('looks through references and intersections', () => {
    const module = t.Module({ Page: t.Integer({ minimum: 1 }), Query: t.Object({ page: t.Ref('Page') }) })
    expect(read(module.Import('Query'), '?page=2')).toEqual({ page: 2 })
    expect(
      read(t.Object({ n: t.Intersect([t.Number({ minimum: 1 }), t.Number({ maximum: 3 })]) }), '?n=2'),
    ).toEqual({ n: 2 })
  })

  it('leaves a key of unknown type as it came', () => {
    expect(read({ a: t.Unknown(), b: t.Any() }, '?a=1&b=1&b=2')).toEqual({ a: '1', b: ['1', '2'] })
  })
})

describe('a query as a whole', () => {
  it('is an object of declared keys; others are left out', () => {
    expect(read({ a: t.Optional(t.String()), n: t.Optional(t.Integer()) }, '?a=1&x=2&n=3')).toEqual({
      a: '1',
      n: 3,
    })
    expect(read({ a: t.Optional(t.String()) }, '?x=2&toString=y')).toEqual({})
    expect(read({}, '?x=2')).toEqual({})
  })

  it('refuses other keys on request, or where the schema says so', () => {
    const expected = [
      { in: 'query', pointer: '/x~1y', message: 'is not declared', code: 'additionalProperties' },
    ]
    expect(violations({ a: t.String() }, '?a=1&x/y=2', { unknown: 'refuse' })).toEqual(expected)
    expect(violations(t.Object({ a: t.String() }, { additionalProperties: false }), '?a=1&x/y=2')).toEqual(
      expected,
    )
    expect(violations({ a: t.String() }, '?a=1&__proto__=2', { unknown: 'refuse' })).toHaveLength(1)
    expect(violations({ a: t.String() }, '?a=1&toString=2', { unknown: 'refuse' })).toHaveLength(1)
  })

  it('keeps other keys where the schema declares them', () => {
    expect(read(t.Object({ a: t.Integer() }, { additionalProperties: true }), '?a=1&x=2')).toEqual({
      a: 1,
      x: '2',
    })
    expect(read(t.Object({ a: t.Integer() }, { additionalProperties: t.Boolean() }), '?a=1&x=true')).toEqual({
      a: 1,
      x: true,
    })
    const counts = read(t.Record(t.String(), t.Integer()), '?a=1&constructor=2') as object
    expect(Object.entries(counts)).toEqual([
      ['a', 1],
      ['constructor', 2],
    ])
    expect(violations(t.Record(t.String(), t.Integer()), '?a=1&__proto__=2')).toEqual([
      { in: 'query', pointer: '/__proto__', code: 'prototypeKey', message: 'is not allowed' },
    ])
    expect(read(t.Record(t.String({ pattern: '^x-' }), t.Integer()), '?x-a=1&y=2')).toEqual({ 'x-a': 1 })
    expect(violations(t.Record(t.String(), t.Integer()), '?a=b')).toHaveLength(1)
    expect(read(t.Any(), '?a=1')).toEqual({ a: '1' })
  })

  it('sets defaults, and new ones each time', () => {
    const schema = { page: t.Integer({ default: 1 }), tags: t.Array(t.String(), { default: ['new'] }) }
    const parser = compileInput(schema, 'query')
    const first = parser.parse(parseQuery('')) as { tags: string[] }
    expect(first).toEqual({ page: 1, tags: ['new'] })
    first.tags.push('changed')
    expect(parser.parse(parseQuery('?page=2'))).toEqual({ page: 2, tags: ['new'] })
    expect(schema.tags.default).toEqual(['new'])
  })

  it('reports all violations, each with its place', () => {
    const schema = {
      page: t.Integer({ minimum: 1 }),
      sort: t.Union([t.Literal('a'), t.Literal('b')]),
      id: t.String({ format: 'uuid' }),
      need: t.String(),
    }
    expect(violations(schema, '?page=0&sort=c&id=x')).toEqual([
      { in: 'query', pointer: '/need', message: 'is required', code: 'required' },
      { in: 'query', pointer: '/page', message: 'must be >= 1', code: 'minimum', limit: 1 },
      {
        in: 'query',
        pointer: '/sort',
        message: 'must be one of "a", "b"',
        code: 'enum',
        allowed: ['a', 'b'],
      },
      { in: 'query', pointer: '/id', message: 'must match format "uuid"', code: 'format', format: 'uuid' },
    ])
  })

  it('bounds the list, and says so', () => {
    const schema = { n: t.Array(t.Integer()) }
    const search = `?${'n=x&'.repeat(80)}`
    expect(violations(schema, search)).toHaveLength(50)
    const error = thrownBy(() => read(schema, search, { maxViolations: 3 })) as ValidationError
    expect(error.violations).toHaveLength(3)
    expect(error.isCut).toBe(true)
    expect(error.message).toBe('The query does not match the schema; only the first 3 violations are listed.')
  })

  it('may be an intersection or a union of objects', () => {
    const both = t.Intersect([t.Object({ a: t.Integer() }), t.Object({ b: t.Boolean() })])
    expect(read(both, '?a=1&b=true&c=x')).toEqual({ a: 1, b: true })
    expect(violations(both, '?a=1&b=true&c=x', { unknown: 'refuse' })[0]).toMatchObject({ pointer: '/c' })
    const one = t.Union([
      t.Object({ by: t.Literal('id'), id: t.Integer() }),
      t.Object({ by: t.Literal('name'), name: t.String() }),
    ])
    expect(read(one, '?by=id&id=4')).toEqual({ by: 'id', id: 4 })
    expect(violations(one, '?by=x')[0]).toMatchObject({
      pointer: '/by',
      message: 'must be one of "id", "name"',
    })
  })

  it('does not take what every object inherits for a value', () => {
    const schema = {
      toString: t.Optional(t.String()),
      constructor: t.Optional(t.Integer()),
      a: t.Optional(t.String()),
    }
    expect(Object.keys(read(schema, '?a=x') as object)).toEqual(['a'])
    expect(read(schema, '?constructor=1')).toEqual({ constructor: 1 })
    expect(compileInput({ valueOf: t.Optional(t.String()) }, 'query').parse({})).toEqual({})
  })

  it('does not change the schema', () => {
    const schema = t.Object({
      n: t.Integer({ default: 1 }),
      u: t.Union([t.Literal('a'), t.Literal('b')], { default: 'a' }),
    })
    const before = JSON.stringify(schema)
    read(schema, '', { unknown: 'refuse' })
    expect(JSON.stringify(schema)).toBe(before)
  })

  it('hands the fresh text on when all keys are declared strings, and leaves it alone otherwise', () => {
    const raw = parseQuery('?a=1&b=2')
    expect(compileInput({ a: t.String(), b: t.String() }, 'query').parse(raw)).toBe(raw)
    const other = parseQuery('?a=1&b=2')
    expect(compileInput({ a: t.Integer() }, 'query').parse(other)).toEqual({ a: 1 })
    expect({ ...other }).toEqual({ a: '1', b: '2' })
  })
})

describe('what cannot be read from text', () => {
  const where = 'route orders.list (GET /orders), query'

  it.each([
    ['number or boolean', t.Union([t.Number(), t.Boolean()])],
    ['string or number', t.Union([t.String(), t.Number()])],
    ['string or number', t.Union([t.Literal('a'), t.Literal(1)])],
    ['string or boolean', t.Unsafe({ type: ['string', 'boolean'] })],
    ['string or number', t.Unsafe({ enum: ['a', 1] })],
    ['number or boolean', t.Union([t.Array(t.Number()), t.Number(), t.Boolean()])],
  ])('is a union of scalars: %s', (kinds, schema) => {
    const [problem, ...others] = problems({ a: schema })
    expect(others).toEqual([])
    expect(problem).toMatchObject({ code: 'ERR_CORE_SCHEMA_UNION', place: `${where}, a` })
    expect(problem?.message).toContain(kinds)
  })

  it('is a union of scalars in a list, or a value beside a list of another type', () => {
    expect(problems({ a: t.Array(t.Union([t.String(), t.Number()])) })[0]).toMatchObject({
      code: 'ERR_CORE_SCHEMA_UNION',
      place: `${where}, a[]`,
    })
    expect(problems({ a: t.Union([t.String(), t.Array(t.Number())]) })[0]).toMatchObject({
      code: 'ERR_CORE_SCHEMA_UNION',
    })
  })

  it('is an object or a list within a value', () => {
    for (const schema of [
      t.Object({ b: t.String() }),
      t.Optional(t.Record(t.String(), t.String())),
      t.Array(t.Object({})),
      t.Array(t.Array(t.String())),
      t.Union([t.Object({}), t.Null()]),
    ]) {
      expect(problems({ a: schema })).toMatchObject([{ code: 'ERR_CORE_SCHEMA_NESTED' }])
    }
  })

  it('is anything but an object', () => {
    expect(problems(t.String())).toMatchObject([{ code: 'ERR_CORE_SCHEMA_INVALID', place: where }])
    expect(problems(t.Array(t.String()))).toMatchObject([{ code: 'ERR_CORE_SCHEMA_INVALID' }])
  })

  it('is told all at once', () => {
    expect(problems({ a: t.Object({}), b: t.Date(), c: t.Union([t.String(), t.Number()]) }).map((p) => p.place)).toEqual([
      `${where}, b`, `${where}, a`, `${where}, c`,
    ]) // prettier-ignore
  })
})
