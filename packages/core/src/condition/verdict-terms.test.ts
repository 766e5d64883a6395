import { describe, expect, it } from 'vitest'
import {
  all,
  any,
  conditionsOn,
  not,
  UNKNOWN,
  verdict,
  verdictTerms,
  watchRule,
  type Condition,
} from './index.ts'

const columns = {
  name: { kind: 'text' },
  alias: { kind: 'text', nullable: true },
  total: { kind: 'decimal' },
} as const
const record = { name: 'ada', alias: null, total: '1.10' }
const judged = verdictTerms(columns, () => record)
const terms = conditionsOn(columns)

describe('verdictTerms', () => {
  it('answers each comparison for the record that there is when it is made', () => {
    let name = 'ada'
    const order = verdictTerms(columns, () => ({ ...record, name }))
    expect(order.name.is('ada').op).toBe('always')
    name = 'eve'
    expect(order.name.is('ada').op).toBe('never')
    expect(order.alias.is('ada').op).toBe('unknown')
  })

  it.each([
    [(order: typeof terms) => any(order.alias.is('a'), order.name.is('ada')), true],
    [(order: typeof terms) => any(order.alias.is('a'), order.alias.isNot('a')), false],
    [(order: typeof terms) => not(all(order.alias.is('a'), order.alias.is('b'))), false],
    [(order: typeof terms) => not(all(order.alias.is('a'), order.name.is('eve'))), true],
    [(order: typeof terms) => order.name.isNot(order.alias), false],
    [(order: typeof terms) => all(order.total.is('1.1'), order.name.isIn(['eve', 'ada'])), true],
    [(order: typeof terms) => any(order.alias.isNull(), order.name.startsWith('e')), true],
    [(order: typeof terms) => not(order.name.isIn([])), true],
  ])('comes to the verdict of the condition that it would make: %#', (rule, holds) => {
    expect(verdict(rule(judged), record, columns)).toBe(holds)
    expect(verdict(rule(terms), record, columns)).toBe(holds)
  })

  it('refuses what conditionsOn refuses, and a record without the column', () => {
    expect(() => judged.name.is(7 as never)).toThrow('name.is() takes a well-formed text')
    expect(() => verdictTerms(columns, () => ({})).name.is('ada')).toThrow("no 'name'")
    expect(() => verdictTerms({ a: { kind: 'odd' as never } }, () => record)).toThrow('must be one of')
  })
})

describe('watchRule', () => {
  it('says what a list without members is, within a rule alone, within one another, and after a rule that throws', () => {
    const by = { empty: () => UNKNOWN }
    expect(watchRule(() => any(all(), terms.name.is('a')), by)).toEqual(any(UNKNOWN, terms.name.is('a')))
    const inner = () => watchRule(() => any(), { empty: () => all(false) }).op
    expect(watchRule(() => [inner(), any().op], by)).toEqual(['never', 'unknown'])
    expect(() => watchRule(() => any('no' as never), by)).toThrow('takes conditions')
    expect([all().op, any().op]).toEqual(['always', 'never'])
  })

  it('gives what a list or a not has made to who watches, who may give another', () => {
    const made: string[] = []
    const by = {
      empty: () => UNKNOWN,
      made: (condition: Condition) => {
        made.push(condition.op)
        // As another copy of the package has other constants.
        return Object.create(condition) as Condition
      },
    }
    const given = watchRule(() => any(all(not(false), terms.name.is('a')), not(any(UNKNOWN)), all(true)), by)
    expect(made).toEqual(['always', 'is', 'unknown', 'unknown', 'always', 'always'])
    expect(given.op).toBe('always')
    expect(watchRule(() => any(not(all(false)), all(UNKNOWN, true)), by).op).toBe('always')
    const either = watchRule(() => any(terms.name.is('a'), all(UNKNOWN)), by)
    expect((either as { readonly of?: unknown }).of).toEqual([terms.name.is('a'), UNKNOWN])
    expect(all(terms.name.is('a'))).toEqual(terms.name.is('a'))
    expect(made).toHaveLength(12)
  })

  it('sees each member, and may put another in its place', () => {
    const seen: unknown[] = []
    const operand = (member: unknown, op: string) => {
      seen.push([op, member])
      return typeof member === 'symbol' ? true : member
    }
    const own = terms.name.is('ada')
    const given = watchRule(() => not(all(own, Symbol.iterator as never)), { empty: () => UNKNOWN, operand })
    expect(given).toEqual(not(own))
    expect(seen).toEqual([
      ['all', own],
      ['all', Symbol.iterator],
      ['not', own],
    ])
  })
})
