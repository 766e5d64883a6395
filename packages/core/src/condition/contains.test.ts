import { describe, expect, it } from 'vitest'
import { all, not } from './combine.ts'
import { ConditionError } from './condition-error.ts'
import { parseCondition, toConditionText } from './condition-text.ts'
import { conditionsOn } from './conditions-on.ts'
import { verdict } from './verdict.ts'

const columns = { tags: { kind: 'json', nullable: true }, name: { kind: 'text' } } as const
const { tags } = conditionsOn(columns)
const judge = (document: unknown, element: string | number | boolean): boolean =>
  verdict(tags.contains(element), { tags: document }, columns)

/** Unequal to each other, as values and as texts. */
const ELEMENTS = [
  '',
  'a',
  'A',
  'a ',
  'á',
  '1',
  'true',
  '"a"',
  "'",
  '\\',
  '\u{1f600}',
  1,
  0,
  0.3,
  0.1 + 0.2,
  true,
  false,
]

describe('an array that contains a value', () => {
  it('has it by value and type', () => {
    const found = ELEMENTS.map((one) => ELEMENTS.filter((other) => judge([null, one, {}], other)))
    expect(found).toEqual(ELEMENTS.map((one) => [one]))
    const within = ELEMENTS.filter((one) => judge([[one], { [String(one)]: one }], one))
    expect(within).toEqual([])
    expect(judge([-0], 0)).toBe(true)
    expect(judge([], '')).toBe(false)
  })

  it('is an array: of other documents it is false, and unknown of null', () => {
    for (const document of ['a', 'abc', { a: 'a', 0: 'a', length: 1 }, 1, true, {}]) {
      expect(judge(document, 'a')).toBe(false)
      expect(verdict(not(tags.contains('a')), { tags: document }, columns)).toBe(true)
    }
    expect(judge(null, 'a')).toBe(false)
    expect(verdict(not(tags.contains('a')), { tags: null }, columns)).toBe(false)
    expect(() => verdict(tags.contains('a'), {}, columns)).toThrow("The record has no 'tags'")
  })

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['an object', {}],
    ['a list', ['a']],
    ['a text with NUL', 'a\0'],
    ['half a character', '\ud800'],
    ['what is not a number', Number.NaN],
    ['an endless number', Number.parseFloat('1e400')],
    ['an integer that is not safe', 2 ** 53],
    ['a bigint', 1n],
    ['a Date', new Date(0)],
  ])('is not asked for %s', (_, value) => {
    const write = () => tags.contains(value as never)
    expect(write).toThrow(ConditionError)
    expect(write).toThrow(
      /^tags\.contains\(\) takes a text, a boolean or a number, an integer being safe, not /,
    )
    expect(write).not.toThrow(/isNull/)
  })

  it('is written as text, and read again', () => {
    const condition = all(tags.contains('"a"'), tags.contains(1), tags.contains(true))
    const text = toConditionText(condition)
    expect(text).toContain('{"op":"contains","column":"tags","value":"\\"\\\\\\"a\\\\\\"\\""}')
    expect(parseCondition(text, columns)).toEqual(condition)
  })

  it.each([
    ['a text that is not JSON', '{"op":"contains","column":"tags","value":"a"}'],
    ['a number', '{"op":"contains","column":"tags","value":1}'],
    ['null', '{"op":"contains","column":"tags","value":"null"}'],
    ['a list', '{"op":"contains","column":"tags","value":"[1]"}'],
    ['a number that is written otherwise', '{"op":"contains","column":"tags","value":"1.0"}'],
    ['an endless number', '{"op":"contains","column":"tags","value":"1e400"}'],
    ['nothing', '{"op":"contains","column":"tags"}'],
    ['a column of text', '{"op":"contains","column":"name","value":"\\"a\\""}'],
    ['a column', '{"op":"contains","column":"tags","other":"tags"}'],
  ])('is refused in a text: %s', (_, text) => {
    expect(() => parseCondition(`1:${text}`, columns)).toThrow(ConditionError)
  })
})
