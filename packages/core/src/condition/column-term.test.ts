import { describe, expect, it } from 'vitest'
import { all, not } from './combine.ts'
import { ConditionError } from './condition-error.ts'
import { parseCondition, toConditionText } from './condition-text.ts'
import { conditionsOn } from './conditions-on.ts'
import type { Condition, ConditionColumns } from './contract.ts'
import { verdict, type ConditionRecord } from './verdict.ts'
import { toCondition } from './where.ts'

const columns = {
  ownerId: { kind: 'uuid' },
  createdBy: { kind: 'uuid', nullable: true },
  total: { kind: 'decimal' },
  paid: { kind: 'decimal' },
  name: { kind: 'text' },
  email: { kind: 'text', caseInsensitive: true },
  login: { kind: 'text', caseInsensitive: true },
  isNew: { kind: 'boolean' },
  isOpen: { kind: 'boolean' },
  extra: { kind: 'json' },
  other: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
const row = conditionsOn(columns)
const ID = '0190163d-8694-739b-aea5-966c26f8ad91'

describe('a column compared with a column', () => {
  it('is data', () => {
    const condition = row.ownerId.is(row.createdBy)
    expect(condition).toEqual({ op: 'is', column: 'ownerId', other: 'createdBy' })
    expect(Object.isFrozen(condition)).toBe(true)
    const text = toConditionText(all(condition, not(row.total.above(row.paid))))
    expect(text).toContain('{"op":"is","column":"ownerId","other":"createdBy"}')
    expect(parseCondition(text, columns)).toEqual(all(condition, not(row.total.above(row.paid))))
  })

  it('is judged by value, and unknown with null on either side', () => {
    const judge = (condition: Condition<typeof columns>, record: ConditionRecord): boolean =>
      verdict(condition, record, columns)
    const own = row.ownerId.is(row.createdBy)
    expect(judge(own, { ownerId: ID, createdBy: ID.toUpperCase() })).toBe(true)
    for (const condition of [
      own,
      not(own),
      row.createdBy.isNot(row.ownerId),
      row.createdBy.is(row.createdBy),
    ])
      expect(judge(condition, { ownerId: ID, createdBy: null })).toBe(false)
    const totals = { total: '10.00', paid: '9.5' }
    expect(
      (['is', 'isNot', 'below', 'atMost', 'above', 'atLeast'] as const).map((op) =>
        judge(row.total[op](row.paid), totals),
      ),
    ).toEqual([false, true, false, false, true, true])
    expect(judge(row.email.is(row.login), { email: 'A@b.c', login: 'a@B.c' })).toBe(true)
    expect(judge(row.isNew.isNot(row.isOpen), { isNew: true, isOpen: false })).toBe(true)
    expect(judge(row.extra.is(row.other), { extra: { a: 1, b: 2 }, other: { b: 2, a: 1 } })).toBe(true)
  })

  it.each<[string, () => unknown, string]>([
    [
      'of another kind',
      () => row.ownerId.is(row.name as never),
      "ownerId.is() takes a column of its kind: 'ownerId' is uuid, 'name' is text.",
    ],
    [
      'that differs in case',
      () => row.name.below(row.email),
      "name.below() takes a column of its kind: 'name' is text, 'email' is text without case.",
    ],
    [
      'of another table, whose column of that name would be read here',
      () => row.ownerId.is(conditionsOn({ ownerId: { kind: 'uuid' } }).ownerId as never),
      "ownerId.is() takes a column of the same table; 'ownerId' is of other columns: take both from one conditionsOn().",
    ],
    [
      'in a list',
      () => row.ownerId.isIn([row.createdBy as never]),
      'ownerId.isIn() takes a uuid with hyphens, not an object.',
    ],
    [
      'as a prefix',
      () => row.name.startsWith(row.name as never),
      'name.startsWith() takes a well-formed text without NUL, not an object.',
    ],
    [
      'as an element',
      () => row.extra.contains(row.name as never),
      'extra.contains() takes a text, a boolean or a number, an integer being safe, not an object.',
    ],
    [
      'in equalities',
      () => toCondition({ extra: row.other }, columns),
      'extra.is() takes a JSON value, not an object.',
    ],
  ])('is refused: one %s', (_, write, message) => {
    expect(write).toThrow(ConditionError)
    expect(write).toThrow(message)
  })

  it('is none that a caller has sent', () => {
    const sent = JSON.parse(JSON.stringify(row.createdBy)) as never
    expect(() => row.ownerId.is(sent)).toThrow('ownerId.is() takes a uuid with hyphens, not an object.')
    const document = { name: 'other', about: { kind: 'json' } }
    expect(row.extra.is(document)).toEqual({
      op: 'is',
      column: 'extra',
      value: '{"about":{"kind":"json"},"name":"other"}',
    })
  })

  it('is none where the columns have changed since', () => {
    const condition = row.ownerId.is(row.createdBy)
    const now = { ...columns, createdBy: { kind: 'text' } } as const
    const record = { ownerId: ID, createdBy: ID }
    expect(() => verdict(condition as never, record, now)).toThrow(
      "The condition compares 'ownerId' with 'createdBy', which is of another kind.",
    )
    expect(() => parseCondition(toConditionText(condition), now)).toThrow(
      "The condition compares 'ownerId' with 'createdBy', which is of another kind.",
    )
  })

  it.each([
    ['an unknown column', '{"op":"is","column":"ownerId","other":"nobody"}', /not a column/],
    ['a column that objects inherit', '{"op":"is","column":"ownerId","other":"toString"}', /not a column/],
    ['null', '{"op":"is","column":"ownerId","other":null}', /not a column/],
    ['another kind', '{"op":"is","column":"ownerId","other":"name"}', /is of another kind/],
    [
      'an order that there is not',
      '{"op":"below","column":"isNew","other":"isOpen"}',
      /in a way that boolean/,
    ],
    ['a prefix', '{"op":"startsWith","column":"name","other":"name"}', /in a way that text does not have/],
    [
      'a list',
      '{"op":"isIn","column":"name","other":"name","values":[]}',
      /in a way that text does not have/,
    ],
  ])('is refused in a text: %s', (_, text, message) => {
    const read = () => parseCondition(`1:${text}`, columns)
    expect(read).toThrow(ConditionError)
    expect(read).toThrow(message)
  })
})
