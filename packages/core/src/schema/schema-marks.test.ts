import { describe, expect, it } from 'vitest'
import { ValidationError } from '../errors/index.ts'
import {
  compileInput,
  compileResponse,
  holdsStorable,
  storableOnly,
  suggestedNameOf,
  suggestName,
  t,
} from './index.ts'

describe('a storable text', () => {
  const schema = t.Object({
    title: storableOnly(t.String({ maxLength: 9 })),
    note: t.Optional(t.Union([storableOnly(t.String({ pattern: '^a' })), t.Null()])),
    free: t.Optional(t.String()),
  })
  const violations = (value: unknown): unknown => {
    try {
      return compileInput(schema, 'body').parse(value)
    } catch (error) {
      if (!ValidationError.is(error)) throw error
      return error.violations.map(({ pointer, message, code }) => [pointer, message, code])
    }
  }

  it('has neither NUL nor half of a surrogate pair', () => {
    const good = { title: 'a\n😀', note: 'a', free: '\0\ud800' }
    expect(violations(good)).toBe(good)
    const refused = [['/title', 'must be well-formed text without NUL', 'storable']]
    for (const title of ['\0', 'a\0b', '\ud800', 'a\udc00', '\udc00\ud800'])
      expect(violations({ title })).toEqual(refused)
    expect(violations({ title: '\0'.repeat(10) })).toHaveLength(2)
    expect(violations({ title: 'a', note: 'a\0' })).toContainEqual(['/note', ...refused[0]!.slice(1)])
  })

  it('is told by its place within a value, and by its object for a name', () => {
    const schema = t.Object({ data: storableOnly(t.Record(t.String(), t.Unknown())) })
    const pointers = (data: object): string[] => {
      try {
        compileInput(schema, 'body').parse({ data })
        return []
      } catch (error) {
        return (error as ValidationError).violations.map(({ pointer }) => pointer)
      }
    }
    expect(pointers({ a: [{ b: 'c' }], d: null, e: 1 })).toEqual([])
    expect(pointers({ a: [{ b: '\0' }, 'x', '\ud800'] }).sort()).toEqual(['/data/a/0/b', '/data/a/2'])
    expect(pointers({ a: { 'b\0': 1 } })).toEqual(['/data/a'])
    let deep: object = { end: '\0' }
    for (let level = 0; level < 50_000; level++) deep = [deep]
    expect(() => compileInput(storableOnly(t.Any()), 'body').parse(deep)).toThrow(ValidationError)
  })

  it('is so in a query, and keeps its mark in copies', () => {
    const query = compileInput(t.Object({ title: t.Optional(storableOnly(t.String())) }), 'query')
    expect(query.parse({ title: 'a' })).toEqual({ title: 'a' })
    expect(() => query.parse({ title: '\0' })).toThrow(ValidationError)
    expect(holdsStorable(t.Optional(storableOnly(t.String())))).toBe(true)
    expect(holdsStorable(t.String())).toBe(false)
  })

  it('is shown nowhere, and an answer may be another', () => {
    expect(JSON.stringify(schema.properties.title)).toBe('{"maxLength":9,"type":"string"}')
    const value = { title: 'a\0' }
    expect(compileResponse(schema).check(value)).toEqual(value)
  })
})

describe('a suggested name', () => {
  const Orders = suggestName(t.Object({ id: t.Integer(), note: t.Optional(t.String()) }), 'Orders')

  it('is that of the schema and of its equal copies', () => {
    expect(suggestedNameOf(Orders)).toBe('Orders')
    expect(suggestedNameOf(t.Optional(Orders))).toBe('Orders')
    expect(JSON.stringify(Orders)).not.toContain('Orders')
  })

  it('is not that of what others make of it', () => {
    for (const other of [
      t.Partial(Orders),
      t.Omit(Orders, ['id']),
      t.Array(Orders),
      t.Object({}),
      undefined,
      7,
    ])
      expect(suggestedNameOf(other)).toBeUndefined()
  })
})
