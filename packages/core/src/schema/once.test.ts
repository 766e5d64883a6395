import { describe, expect, it } from 'vitest'
import type { SetupError } from '../errors/index.ts'
import { compileInput, compileResponse, parseQuery, t, type TSchema } from './index.ts'

/** A schema that counts how often its properties are asked for. */
function counted(): { readonly schema: TSchema; readonly reads: () => number } {
  const schema = t.Object({ name: t.String(), size: t.Optional(t.Integer({ default: 1 })) })
  const { properties } = schema
  let reads = 0
  Object.defineProperty(schema, 'properties', {
    enumerable: true,
    get() {
      reads++
      return properties
    },
  })
  return { schema, reads: () => reads }
}

function placesOf(...calls: readonly (() => unknown)[]): readonly string[] {
  return calls.flatMap((call) => {
    try {
      call()
    } catch (error) {
      return (error as SetupError).problems.map(({ place }) => place)
    }
    return []
  })
}

describe('a schema that stands at several places', () => {
  it.each([
    ['bodies', (schema: TSchema) => compileInput(schema, 'body')],
    ['queries', (schema: TSchema) => compileInput(schema, 'query')],
    ['responses', (schema: TSchema) => compileResponse(schema)],
  ])('is looked at once: %s', (_, compile) => {
    const { schema, reads } = counted()
    compile(schema)
    const first = reads()
    expect(first).toBeGreaterThan(0)
    compile(schema)
    compile(schema)
    expect(reads()).toBe(first)
  })

  it('is looked at once where it is written as a plain object of schemas', () => {
    const shape = { page: t.Integer(), q: t.Optional(t.String()) }
    expect(compileInput(shape, 'query').jsonSchema).toBe(compileInput(shape, 'query').jsonSchema)
  })

  it('means at each place what it means there', () => {
    const schema = t.Object({ 'X-Size': t.Integer() })
    const raw = { 'X-Size': '1', 'x-size': '2', other: '3' }
    const parse = (place: 'query' | 'headers', unknown?: 'refuse' | 'ignore' | 'pass') =>
      compileInput(schema, place, { unknown }).parse({ ...raw })
    for (let i = 0; i < 2; i++) {
      expect(parse('query')).toEqual({ 'X-Size': 1 })
      expect(parse('headers')).toEqual({ 'X-Size': 2 })
      expect(parse('query', 'pass')).toEqual({ 'X-Size': 1, 'x-size': '2', other: '3' })
      expect(() => parse('query', 'refuse')).toThrow(expect.objectContaining({ code: 'ERR_CORE_VALIDATION' }))
    }
  })

  it('is a body by the rule of its route', () => {
    const schema = t.Object({ name: t.String() })
    const parse = (unknown: 'refuse' | 'ignore' | 'pass') =>
      compileInput(schema, 'body', { unknown }).parse({ name: 'a', extra: 1 })
    for (let i = 0; i < 2; i++) {
      expect(() => parse('refuse')).toThrow(expect.objectContaining({ code: 'ERR_CORE_VALIDATION' }))
      expect(parse('ignore')).toEqual({ name: 'a' })
      expect(parse('pass')).toEqual({ name: 'a', extra: 1 })
    }
  })

  it('is told of at each of them when it cannot be used', () => {
    const schema = t.Object({ when: t.Date() })
    expect(
      placesOf(
        () => compileInput(schema, 'body', { where: 'route a' }),
        () => compileInput(schema, 'body', { where: () => 'route b' }),
        () => compileResponse(schema, { where: 'route a, 200' }),
        () => compileResponse(schema, { where: 'route b, 200' }),
      ),
    ).toEqual(['route a, body, when', 'route b, body, when', 'route a, 200, when', 'route b, 200, when'])
  })

  it('reports what it takes out to the place that gave the value', () => {
    const schema = t.Object({ id: t.String() })
    const told: string[] = []
    const guards = ['a', 'b'].map((name) =>
      compileResponse(schema, { onUndeclared: (pointers) => told.push(`${name} ${pointers.join()}`) }),
    )
    for (const guard of guards) guard.check({ id: 'x', secret: 1 })
    expect(told).toEqual(['a /secret', 'b /secret'])
  })

  it('is another one when a member of the plain object was replaced', () => {
    const shape: Record<string, TSchema> = { page: t.String() }
    const parse = () => compileInput(shape, 'query').parse(parseQuery('?page=2'))
    expect(parse()).toEqual({ page: '2' })
    shape['page'] = t.Integer()
    expect(parse()).toEqual({ page: 2 })
    shape['size'] = t.Integer({ default: 10 })
    expect(parse()).toEqual({ page: 2, size: 10 })
  })
})
