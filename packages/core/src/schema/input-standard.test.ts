import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SetupError, ValidationError, type Violation } from '../errors/index.ts'
import {
  compileInput,
  parseQuery,
  t,
  type InputOptions,
  type SchemaLike,
  type FieldSchemas,
} from './index.ts'

function query(schema: SchemaLike | FieldSchemas, search: string, options?: InputOptions): unknown {
  return compileInput(schema, 'query', options).parse(parseQuery(search))
}

/** What a value violates: pointer and code of each. */
function violations(run: () => unknown): [string, string][] {
  try {
    run()
  } catch (error) {
    if (ValidationError.is(error)) return error.violations.map((one: Violation) => [one.pointer, one.code])
    throw error
  }
  return []
}

const body = (schema: SchemaLike, value: unknown, options?: InputOptions): unknown =>
  compileInput(schema, 'body', options).parse(value)

describe('a Standard Schema that knows its JSON Schema', () => {
  it.each<[string, SchemaLike]>([
    ['zod', z.object({ n: z.number(), on: z.boolean().optional(), tags: z.array(z.string()).optional() })],
    ['arktype', type({ n: 'number', 'on?': 'boolean', 'tags?': 'string[]' })],
  ])('has text coerced by its input types: %s', (_, schema) => {
    expect(query(schema, '?n=1&on=true&tags=a&x=y')).toEqual({ n: 1, on: true, tags: ['a'] })
    expect(violations(() => query(schema, '?n=1a')).map(([pointer]) => pointer)).toEqual(['/n'])
    expect(violations(() => query(schema, '?n=')).map(([pointer]) => pointer)).toEqual(['/n'])
    expect(violations(() => query(schema, '?n=1&n=2')).map(([pointer]) => pointer)).toEqual(['/n'])
  })

  it('runs its own conversions on what was coerced', () => {
    const schema = z.object({
      since: z.coerce.date(),
      size: z.string().transform((text) => text.length),
      page: z.int().min(1).default(1),
    })
    expect(query(schema, '?since=2026-01-02&size=abc')).toEqual({
      since: new Date('2026-01-02'),
      size: 3,
      page: 1,
    })
    expect(query(type({ id: 'string.integer.parse' }), '?id=7')).toEqual({ id: 7 })
  })

  it('may have members that JSON Schema cannot say beside coerced ones', () => {
    expect(query(z.object({ at: z.coerce.date(), n: z.number() }), '?at=2026-01-02&n=4')).toEqual({
      at: new Date('2026-01-02'),
      n: 4,
    })
    expect(query(type({ at: 'string.date.parse', n: 'number' }), '?at=2026-01-02&n=4')).toMatchObject({
      n: 4,
    })
  })

  it('may not leave the type of a scalar to the text', () => {
    expect(() => compileInput(z.object({ a: z.union([z.string(), z.number()]) }), 'query')).toThrow(
      SetupError,
    )
    expect(() => compileInput(type({ a: 'number | boolean' }), 'query')).toThrow(SetupError)
    expect(() => compileInput(z.string(), 'query')).toThrow(SetupError)
    expect(() => compileInput(z.object({ a: z.union([z.string(), z.number()]) }), 'body')).not.toThrow()
  })

  it('may have nested objects in text, which it gets as it came', () => {
    const schema = z.object({
      filter: z.preprocess((text) => JSON.parse(String(text)) as unknown, z.object({ a: z.number() })),
    })
    expect(query(schema, '?filter={"a":1}')).toEqual({ filter: { a: 1 } })
  })

  it('has undeclared keys left out of text, or refused', () => {
    expect(query(type({ a: 'string' }), '?a=1&b=2')).toEqual({ a: '1' })
    expect(query(z.looseObject({ a: z.string() }), '?a=1&b=2')).toEqual({ a: '1', b: '2' })
    expect(
      violations(() => query(z.object({ a: z.string() }), '?a=1&b=2&c=3', { unknown: 'refuse' })),
    ).toEqual([
      ['/b', 'additionalProperties'],
      ['/c', 'additionalProperties'],
    ])
  })

  const bodies: [string, SchemaLike][] = [
    ['zod', z.object({ a: z.string(), o: z.object({ n: z.number() }), l: z.array(z.object({})).optional() })],
    ['arktype', type({ a: 'string', o: { n: 'number' }, 'l?': type({}).array() })],
  ]

  it.each<[string, SchemaLike]>([
    ['zod', z.strictObject({ a: z.string() })],
    ['a union of zod', z.union([z.strictObject({ a: z.string() }), z.strictObject({ b: z.string() })])],
    ['arktype', type({ a: 'string', '+': 'reject' })],
  ])('has undeclared keys of text refused where it says so itself: %s', (_, schema) => {
    expect(query(schema, '?a=1')).toEqual({ a: '1' })
    expect(violations(() => query(schema, '?a=1&c=3'))).toEqual([['/c', 'additionalProperties']])
    expect(query(schema, '?a=1&c=3', { unknown: 'ignore' })).toEqual({ a: '1' })
  })

  it('has headers that it does not declare left out, also of a strict one that is told to', () => {
    const raw = { 'x-a': '1', host: 'h' }
    expect(compileInput(z.object({ 'x-a': z.string() }), 'headers').parse(raw)).toEqual({ 'x-a': '1' })
    const strict = compileInput(z.strictObject({ 'x-a': z.string() }), 'headers', { unknown: 'ignore' })
    expect(strict.parse(raw)).toEqual({ 'x-a': '1' })
  })

  it.each(bodies)('has undeclared properties of a body refused at every depth: %s', (_, schema) => {
    expect(violations(() => body(schema, { a: '', o: { n: 1, x: 1 }, y: 1 }))).toEqual([
      ['/o/x', 'additionalProperties'],
      ['/y', 'additionalProperties'],
    ])
  })

  it.each(bodies)('has them taken out or passed on by request: %s', (_, schema) => {
    const value = { a: '', o: { n: 1, x: 1 }, y: 1 }
    expect(body(schema, value, { unknown: 'ignore' })).toEqual({ a: '', o: { n: 1 } })
    expect(value).toEqual({ a: '', o: { n: 1, x: 1 }, y: 1 })
    expect(() => body(schema, value, { unknown: 'pass' })).not.toThrow()
  })

  it('tells them together with what else is wrong', () => {
    expect(violations(() => body(z.object({ a: z.string() }), { a: 1, b: 1 }))).toEqual([
      ['/b', 'additionalProperties'],
      ['/a', 'invalid_type'],
    ])
  })

  it('keeps what it declares loose', () => {
    expect(body(z.looseObject({ a: z.string() }), { a: '', b: 1 })).toEqual({ a: '', b: 1 })
    expect(body(z.record(z.string(), z.number()), { any: 1 })).toEqual({ any: 1 })
    expect(body(z.object({ any: z.unknown() }), { any: { thing: 1 } })).toEqual({ any: { thing: 1 } })
  })

  it('may be recursive, a union or an intersection', () => {
    const Node = z.object({
      v: z.number(),
      get kids(): z.ZodArray<typeof Node> {
        return z.array(Node)
      },
    })
    expect(violations(() => body(Node, { v: 1, kids: [{ v: 2, kids: [], x: 1 }] }))).toEqual([
      ['/kids/0/x', 'additionalProperties'],
    ])
    const union = z.discriminatedUnion('k', [
      z.object({ k: z.literal('a'), x: z.string() }),
      z.object({ k: z.literal('b'), y: z.string() }),
    ])
    expect(violations(() => body(union, { k: 'a', x: '', y: '' }))).toEqual([['/y', 'additionalProperties']])
    expect(violations(() => body(union, { k: 'b', y: '' }))).toEqual([])
    const open = z.union([z.object({ a: z.string() }), z.object({ b: z.string() })])
    expect(violations(() => body(open, { b: '', c: '' }))).toEqual([['/c', 'additionalProperties']])
    const both = z.intersection(z.object({ a: z.string() }), z.object({ b: z.string() }))
    expect(body(both, { a: '', b: '' })).toEqual({ a: '', b: '' })
    expect(violations(() => body(both, { a: '', b: '', c: '' }))).toEqual([['/c', 'additionalProperties']])
  })

  it('reads headers whatever their case', () => {
    expect(
      compileInput(z.object({ 'X-Count': z.number() }), 'headers').parse({ 'x-count': '3', host: 'x' }),
    ).toEqual({ 'X-Count': 3 })
  })

  it('gives its JSON Schema to the document', () => {
    expect(compileInput(z.object({ n: z.number() }), 'query').jsonSchema).toMatchObject({
      type: 'object',
      properties: { n: { type: 'number' } },
    })
  })
})

describe('a Standard Schema without JSON Schema', () => {
  const schema = v.object({
    n: v.pipe(v.string(), v.transform(Number), v.number()),
    tags: v.optional(v.array(v.string())),
  })

  it('gets strings as they came, and lists of repeated keys', () => {
    expect(query(schema, '?n=4&tags=a&tags=b')).toEqual({ n: 4, tags: ['a', 'b'] })
    expect(violations(() => query(schema, '?n=4&tags=a'))).toEqual([['/tags', 'type']])
  })

  it('has its issues told by their path', () => {
    expect(
      violations(() =>
        body(v.object({ 'a/b': v.array(v.object({ c: v.string() })) }), { 'a/b': [{ c: '' }, { c: 1 }] }),
      ),
    ).toEqual([['/a~1b/1/c', 'type']])
  })

  it('has no JSON Schema to give, and may be nested to any depth', () => {
    const parser = compileInput(schema, 'body')
    expect([parser.jsonSchema, parser.boundsDepth]).toEqual([undefined, false])
  })
})

describe('an asynchronous Standard Schema', () => {
  const schema = v.pipeAsync(
    v.string(),
    v.checkAsync((text) => Promise.resolve(text !== 'taken'), 'is taken'),
  )

  it('gives a promise of the value, or of the violations', async () => {
    const parser = compileInput(v.objectAsync({ name: schema }), 'body')
    await expect(parser.parse({ name: 'free' })).resolves.toEqual({ name: 'free' })
    await expect(parser.parse({ name: 'taken' })).rejects.toMatchObject({
      violations: [{ in: 'body', pointer: '/name', message: 'is taken' }],
    })
  })

  it('may be of any promise', async () => {
    const thenable = { then: (done: (result: object) => void): void => done({ value: 7 }) }
    const odd = { '~standard': { version: 1 as const, vendor: 'test', validate: () => thenable as never } }
    await expect(compileInput(odd, 'body').parse('x')).resolves.toBe(7)
  })
})

describe('a shape of schemas of several libraries', () => {
  const shape = {
    page: t.Integer({ default: 1 }),
    size: z.number().max(100).optional(),
    sort: v.optional(v.picklist(['a', 'b'])),
    tag: t.Optional(t.Array(t.String())),
  }

  it('has each read its own keys', () => {
    expect(query(shape, '?page=2&size=10&sort=b&tag=x&other=y')).toEqual({
      page: 2,
      size: 10,
      sort: 'b',
      tag: ['x'],
    })
    expect(query(shape, '')).toEqual({ page: 1 })
  })

  it('tells the violations of all', () => {
    expect(violations(() => query(shape, '?page=x&size=1000&sort=c&other=y', { unknown: 'refuse' }))).toEqual(
      [
        ['/other', 'additionalProperties'],
        ['/page', 'type'],
        ['/size', 'too_big'],
        ['/sort', 'type'],
      ],
    )
  })

  it('waits for those that are asynchronous', async () => {
    const name = z.string().refine((text) => Promise.resolve(text !== 'taken'), 'is taken')
    const parser = compileInput({ n: t.Integer(), name }, 'query')
    await expect(parser.parse(parseQuery('?n=1&name=free'))).resolves.toEqual({ n: 1, name: 'free' })
    await expect(parser.parse(parseQuery('?n=x&name=taken'))).rejects.toMatchObject({
      violations: [{ pointer: '/n' }, { pointer: '/name' }],
    })
  })

  it('reads headers whatever their case', () => {
    expect(
      compileInput({ 'X-A': z.number(), 'X-B': t.Integer() }, 'headers').parse({ 'x-a': '1', 'x-b': '2' }),
    ).toEqual({ 'X-A': 1, 'X-B': 2 })
  })

  it('has one JSON Schema', () => {
    expect(compileInput(shape, 'query').jsonSchema).toMatchObject({
      properties: { page: { type: 'integer' }, size: { type: 'number', maximum: 100 }, sort: {} },
    })
  })

  it('has its problems told by key', () => {
    const run = (): unknown =>
      compileInput({ a: z.union([z.string(), z.number()]), b: t.Date(), c: 'string' as never }, 'query')
    expect(run).toThrow('query, c: The value is not a schema.')
    expect(() => compileInput({ a: z.union([z.string(), z.number()]), b: t.Date() }, 'query')).toThrow(
      /query, a: .*\n.*query, b: /,
    )
  })
})
