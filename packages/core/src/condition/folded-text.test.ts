import { describe, expect, it } from 'vitest'
import { not } from './combine.ts'
import { conditionsOn } from './conditions-on.ts'
import type { Condition, ConditionColumns } from './contract.ts'
import { verdict } from './verdict.ts'

const columns = {
  email: { kind: 'text', caseInsensitive: true, nullable: true },
  name: { kind: 'text' },
} as const satisfies ConditionColumns
const { email, name } = conditionsOn(columns)

function holds(condition: Condition<typeof columns>, text: string | null): boolean {
  return verdict(condition, { email: text, name: text }, columns)
}

describe('a text without case', () => {
  it('is equal in both cases, not with other accents or blanks', () => {
    expect(holds(email.is('ADA@example.com'), 'ada@Example.com')).toBe(true)
    expect(holds(email.isNot('ADA@example.com'), 'ada@Example.com')).toBe(false)
    expect(holds(not(email.is('ADA')), 'ada')).toBe(false)
    expect(holds(email.isIn(['x', 'ADA']), 'ada')).toBe(true)
    expect(holds(email.is('É'), 'e\u0301')).toBe(true)
    for (const other of ['á', 'a ', 'aa', '']) expect(holds(email.is('a'), other)).toBe(false)
    expect(holds(name.is('ADA'), 'ada')).toBe(false)
  })

  it('has the order of languages', () => {
    for (const [less, more] of [
      ['a', 'B'],
      ['A', 'b'],
      ['_', 'a'],
      ['1', 'A'],
      ['a', 'á'],
      ['á', 'b'],
    ] as const) {
      expect([holds(email.below(more), less), holds(email.above(less), more)]).toEqual([true, true])
      expect([holds(email.atLeast(more), less), holds(email.atMost(less), more)]).toEqual([false, false])
    }
    expect([
      holds(email.atMost('A'), 'a'),
      holds(email.atLeast('A'), 'a'),
      holds(email.above('A'), 'a'),
    ]).toEqual([true, true, false])
  })

  it('begins with a prefix whatever its case', () => {
    for (const text of ['Z', 'z', 'Zed', 'zED']) expect(holds(email.startsWith('Z'), text)).toBe(true)
    for (const text of ['', 'az', 'ž', '[']) expect(holds(email.startsWith('Z'), text)).toBe(false)
    expect(holds(email.startsWith(''), 'a')).toBe(true)
    expect(holds(email.startsWith('\u{1f600}A'), '\u{1f600}ab')).toBe(true)
    expect(holds(name.startsWith('Z'), 'zed')).toBe(false)
  })

  it('is unknown for null', () => {
    expect([
      verdict(email.is('a'), { email: null }, columns),
      verdict(not(email.startsWith('a')), { email: null }, columns),
    ]).toEqual([false, false])
  })
})
