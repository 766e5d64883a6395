import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ArgumentError, SetupError, ValidationError } from '../errors/index.ts'
import { t } from './t.ts'
import { validator } from './validator.ts'

const Message = t.Object({
  id: t.Integer({ minimum: 1 }),
  note: t.String({ default: '' }),
  tags: t.Optional(t.Array(t.String())),
})

describe('a validator', () => {
  it('gives the value as its schema says it, and leaves the one that it was given alone', () => {
    const message = validator(Message)
    const given = Object.freeze({ id: 1, tags: Object.freeze(['a']) })
    expect(message.parse(given)).toEqual({ id: 1, tags: ['a'], note: '' })
    expect(given).toEqual({ id: 1, tags: ['a'] })
    const plain = validator(t.Object({ id: t.Integer() }))
    expect(plain.parse(given.tags === undefined ? 0 : { id: 2 })).toEqual({ id: 2 })
    const value = { id: 2 }
    expect(plain.parse(value)).toBe(value)
  })

  it('tells all that is wrong, under a place of its own', () => {
    const { check, parse } = validator(Message)
    expect(check({ id: '1', tags: [2], more: true })).toMatchObject([
      { in: 'value', pointer: '/more', code: 'additionalProperties' },
      { in: 'value', pointer: '/id', code: 'type' },
      { in: 'value', pointer: '/tags/0', code: 'type' },
    ])
    expect(check({ id: 1 })).toEqual([])
    expect(check(undefined)).toMatchObject([{ pointer: '', code: 'required' }])
    expect(check(null)).toMatchObject([{ pointer: '', code: 'type' }])
    let error: unknown
    try {
      parse({ id: 0, note: 'x' })
    } catch (thrown) {
      error = thrown
    }
    expect(ValidationError.is(error) && [error.place, error.message]).toEqual([
      'value',
      'The value does not match the schema: 1 violation.',
    ])
  })

  it('says whether a value is right as it stands', () => {
    const { is } = validator(Message)
    expect([is({ id: 1, note: '' }), is({ id: 1 }), is({ id: '1', note: '' }), is(undefined)]).toEqual([
      true,
      false,
      false,
      false,
    ])
    const trimmed = validator(z.string().trim())
    expect([trimmed.is('a'), trimmed.is(' a')]).toEqual([true, false])
  })

  it('coerces only where that is asked for, and then takes text alone', () => {
    const Page = t.Object({ page: t.Integer({ default: 1 }), tags: t.Array(t.String(), { default: [] }) })
    expect(validator(Page).check({ page: '2' })).toMatchObject([{ pointer: '/page', code: 'type' }])
    const text = validator(Page, { coerce: true })
    const given = Object.freeze({ page: '2', tags: 'a' })
    expect(text.parse(given)).toEqual({ page: 2, tags: ['a'] })
    expect(text.parse({})).toEqual({ page: 1, tags: [] })
    expect(text.check({ page: 2, tags: [3] })).toMatchObject([
      { pointer: '/page', message: 'must be a text' },
      { pointer: '/tags', message: 'must be a text' },
    ])
    expect(text.check({ page: '2', more: 'x' })).toMatchObject([{ pointer: '/more' }])
    for (const wrong of [undefined, null, 'page=2', ['page']])
      expect(text.check(wrong)).toMatchObject([{ pointer: '', code: 'type' }])
  })

  it('takes out or passes on what is not declared, where that is asked for', () => {
    const given = { id: 1, note: 'x', more: true }
    expect(validator(Message, { unknown: 'ignore' }).parse(given)).toEqual({ id: 1, note: 'x' })
    expect(validator(Message, { unknown: 'pass' }).parse(given)).toEqual(given)
    expect(given).toHaveProperty('more')
  })

  it('gives what the library of a Standard Schema makes of it, and refuses one that validates later', () => {
    const rate = validator(z.object({ at: z.iso.date().transform((text) => new Date(text)) }))
    expect(rate.parse({ at: '2026-01-02' })).toEqual({ at: new Date('2026-01-02') })
    expect(rate.check({ at: 'x' })).toMatchObject([{ in: 'value', pointer: '/at' }])
    const later = validator(z.string().refine(async (text) => text === 'a'))
    for (const use of [later.parse, later.check, later.is]) expect(() => use('b')).toThrow(ArgumentError)
  })

  it('refuses what cannot be copied where its schema has defaults', () => {
    expect(validator(Message).check({ id: 1, note: () => 'x' })).toMatchObject([
      { pointer: '', message: 'must be a JSON value' },
    ])
  })

  it('is not made of what is no schema, or with options that do not exist', () => {
    const problemsOf = (make: () => unknown) => {
      try {
        make()
      } catch (error) {
        return (error as SetupError).problems.map(({ place, message }) => `${place}: ${message}`)
      }
      return []
    }
    expect(problemsOf(() => validator({} as never))).toEqual([
      expect.stringMatching(/^validator.*: The value is not a schema\.$/),
    ])
    expect(problemsOf(() => validator(t.String({ default: 5 } as never)))).toHaveLength(1)
    expect(problemsOf(() => validator(t.String(), { coerse: true } as never))).toEqual([
      expect.stringMatching(/^validator.*: There is no option 'coerse'\.$/),
    ])
  })
})
