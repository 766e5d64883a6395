import { describe, expect, it } from 'vitest'
import { ValidationError } from '../errors/index.ts'
import { compileInput, t, type Place } from './index.ts'

/** Doubles its time with each letter: thirty take many seconds. */
const CATASTROPHIC = '^(a+)+$'
const LONG = `${'a'.repeat(64)}!`
const TOO_LONG = 'must NOT have more than 20 characters'

type Wrap = (schema: unknown) => object
const text = (options: object) => t.String({ pattern: CATASTROPHIC, ...options })
const bound = t.Unsafe<string>({ type: 'string', maxLength: 20 })
const costly = t.Unsafe<string>({ pattern: CATASTROPHIC })

/** What is wrong with a long text, told as other requests are served: within a moment. */
function messagesOf(schema: object, place: Place, value: unknown = LONG): string[] {
  // A second violation, so that all are listed.
  const whole = { x: schema, n: t.Integer() } as never
  const parser = compileInput(place === 'body' ? t.Object(whole) : whole, place)
  const startedAt = performance.now()
  const messages = violationsOf(() => parser.parse({ x: value, n: 'x' }))
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  return messages
}

function violationsOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (!ValidationError.is(error)) throw error
    return error.violations.filter((one) => one.pointer !== '/n').map((one) => one.message)
  }
  return []
}

describe('a text that is too long is not matched against its pattern:', () => {
  it.each<Place>(['body', 'query', 'params', 'headers', 'cookies'])('%s', (place) => {
    expect(messagesOf(text({ maxLength: 20 }), place)).toEqual([TOO_LONG])
  })

  it.each<[string, object]>([
    ['beside an intersection', t.Unsafe({ type: 'string', maxLength: 20, allOf: [costly] })],
    ['an intersection that says the length last', t.Unsafe({ allOf: [costly, bound] })],
    ['an intersection that says the length first', t.Unsafe({ allOf: [bound, costly] })],
    [
      'an intersection within another',
      t.Unsafe({ allOf: [{ allOf: [bound] }, { allOf: [{ allOf: [costly] }] }] }),
    ],
    ['a pattern within a choice', t.Unsafe({ type: 'string', maxLength: 20, anyOf: [costly] })],
    ['a pattern that must not match', t.Unsafe({ type: 'string', maxLength: 20, not: costly })],
    [
      'a pattern on which a condition depends',
      t.Unsafe({ type: 'string', maxLength: 20, if: costly, then: { minLength: 1 } }),
    ],
    [
      'a reference',
      t.Unsafe({
        $defs: { a: { type: 'string', maxLength: 20 }, b: { pattern: CATASTROPHIC } },
        allOf: [{ $ref: '#/$defs/b' }, { $ref: '#/$defs/a' }],
      }),
    ],
  ])('%s', (_, schema) => {
    expect(messagesOf(schema, 'body')).toEqual([TOO_LONG])
  })

  it.each<[string, Wrap, unknown, string]>([
    ['an entry of a list', (one) => t.Array(one as never), [LONG], TOO_LONG],
    ['a member', (one) => t.Object({ y: one as never }), { y: LONG }, TOO_LONG],
    ['a value by name', (one) => t.Record(t.String(), one as never), { y: LONG }, TOO_LONG],
  ])('%s', (_, wrap, value, message) => {
    expect(messagesOf(wrap(text({ maxLength: 20 })), 'body', value)).toEqual([message])
  })

  it('null or a text', () => {
    expect(messagesOf(t.Union([text({ maxLength: 20 }), t.Null()]), 'body')).toEqual([TOO_LONG])
  })

  it('alone in a whole body, where nothing else is wrong', () => {
    const parser = compileInput(text({ maxLength: 20 }), 'body')
    expect(() => parser.parse(LONG)).toThrow(ValidationError)
  })
})

describe('a text that is not too long', () => {
  it.each([
    ['abc', []],
    ['b', ['must match pattern "^a"']],
    ['b'.repeat(20), ['must match pattern "^a"']],
    ['😀'.repeat(20), ['must match pattern "^a"']],
    ['😀'.repeat(21), [TOO_LONG]],
    ['', ['must match pattern "^a"']],
  ])('is matched: %j', (value, messages) => {
    const schema = t.String({ pattern: '^a', maxLength: 20 })
    for (const place of ['body', 'query', 'params'] as const)
      expect(messagesOf(schema, place, value)).toEqual(messages)
  })

  it('is matched where another branch has a bound', () => {
    const schema = t.Unsafe({ anyOf: [{ type: 'string', maxLength: 2 }, { pattern: '^b' }] })
    expect(messagesOf(schema, 'body', 'bbbb')).toEqual([])
    expect(messagesOf(schema, 'body', 'aaaa')).not.toEqual([])
  })

  it.each([
    ['abc', ['is not allowed']],
    ['bcd', []],
  ])('is asked about by not: %j', (value, messages) => {
    const schema = t.Unsafe({ type: 'string', maxLength: 20, not: { pattern: '^a' } })
    expect(messagesOf(schema, 'body', value)).toEqual(messages)
  })
})
