import { describe, expect, it } from 'vitest'
import { all, any, not } from './combine.ts'
import { ConditionError } from './condition-error.ts'
import { isCondition, UNKNOWN } from './condition-node.ts'
import { parseCondition, toConditionText } from './condition-text.ts'
import { conditionsOn } from './conditions-on.ts'
import type { Condition, ConditionColumns } from './contract.ts'
import { verdict } from './verdict.ts'

const columns = {
  name: { kind: 'text' },
  count: { kind: 'integer' },
  big: { kind: 'bigint' },
  total: { kind: 'decimal' },
  isOpen: { kind: 'boolean' },
  at: { kind: 'timestamp', nullable: true },
  day: { kind: 'date' },
  id: { kind: 'uuid' },
  hash: { kind: 'bytes' },
  extra: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
const row = conditionsOn(columns)
const open = row.name.is('open')

describe('a condition', () => {
  it('is frozen data', () => {
    const condition = all(open, not(any(row.count.above(1), row.day.isIn(['2026-11-29']))))
    expect(condition).toEqual({
      op: 'all',
      of: [
        { op: 'is', column: 'name', value: 'open' },
        {
          op: 'not',
          of: {
            op: 'any',
            of: [
              { op: 'above', column: 'count', value: 1 },
              { op: 'isIn', column: 'day', values: ['2026-11-29'] },
            ],
          },
        },
      ],
    })
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' || (Object.isFrozen(value) && Object.values(value as object).every(frozen))
    expect(frozen(condition)).toBe(true)
  })

  it('folds booleans', () => {
    const [always, never] = [{ op: 'always' }, { op: 'never' }]
    expect([any(true, open), any(false, open), any(), any(false)]).toEqual([always, open, never, never])
    expect([all(false, open), all(true, open), all(), all(true)]).toEqual([never, open, always, always])
    expect([not(true), not(false), not(not(open)), row.name.isIn([])]).toEqual([never, always, open, never])
    expect(not(row.name.isIn([]))).toEqual(always)
    expect(any(open, any(row.count.is(1), false), all(any(open, row.count.is(2))))).toEqual({
      op: 'any',
      of: [open, row.count.is(1), open, row.count.is(2)],
    })
  })

  it.each([undefined, null, 'support', 0, {}, { op: 'always' }, [open]])('is not made of %j', (value) => {
    for (const make of [any, all, not] as const)
      expect(() => (make as (value: unknown) => unknown)(value)).toThrow(ConditionError)
    // Also where another one has decided.
    expect(() => any(true, value as never)).toThrow(/any\(\) takes conditions and booleans, not/)
    expect(() => all(false, value as never)).toThrow(/all\(\) takes conditions and booleans, not/)
  })

  it('cannot be sent by a caller', () => {
    const sent = JSON.parse(JSON.stringify(open)) as typeof open
    expect([isCondition(open), isCondition(sent)]).toEqual([true, false])
    expect(() => verdict(sent, { name: 'open' }, columns)).toThrow(/must be a condition, not an object/)
  })

  it('has its values in one form', () => {
    const at = (value: Date | string): unknown => (row.at.is(value) as { value?: unknown }).value
    for (const value of [
      '2026-11-29T12:00:00Z',
      '2026-11-29 12:00:00.000000z',
      '2026-11-29T14:30:00.0+02:30',
      '2026-11-29T04:00-08',
      new Date(Date.UTC(2026, 10, 29, 12)),
    ])
      expect(at(value)).toBe('2026-11-29T12:00:00.000Z')
    const total = (value: string): unknown => (row.total.is(value) as { value?: unknown }).value
    expect(['-0.00', '007.10', '-12.50', '100', '0.0001000'].map(total)).toEqual([
      '0',
      '7.1',
      '-12.5',
      '100',
      '0.0001',
    ])
    expect(row.big.isIn([5n, '-05', '0'])).toMatchObject({ values: ['5', '-5', '0'] })
    expect(row.id.is('ABCDEF00-0000-4000-8000-00000000000A')).toMatchObject({
      value: 'abcdef00-0000-4000-8000-00000000000a',
    })
    for (const bytes of [new Uint8Array([255, 0]), '_wA'])
      expect(row.hash.is(bytes)).toMatchObject({ value: '_wA' })
    expect(row.extra.isIn([{ b: [1, -0], a: { d: 'x', c: null, e: undefined } }, 'x', 5])).toMatchObject({
      values: ['{"a":{"c":null,"d":"x"},"b":[1,0]}', '"x"', '5'],
    })
    expect(Object.is((row.count.is(-0) as { value?: unknown }).value, 0)).toBe(true)
  })

  it.each<[string, unknown[]]>([
    ['name', [5, undefined, null, 'a\0b', '\ud800', ['a']]],
    ['count', ['1', 1.5, Number.NaN, Infinity, 2 ** 53, 1n, true, undefined]],
    ['big', [1, '1.0', 'x', 2n ** 63n, -(2n ** 63n) - 1n, '99999999999999999999']],
    ['total', [1.1, '1e2', '.5', '5.', '+1', ' 1', '', 'NaN', '0x1', undefined]],
    ['isOpen', [0, 1, 'true', undefined]],
    [
      'at',
      [
        '2026-11-29T12:00:00',
        '2026-11-29',
        '2026-02-29T12:00:00Z',
        '2026-11-29T24:00:00Z',
        '2026-11-29T12:00:60Z',
        '2026-11-29T12:00:00.0001Z',
        '2026-11-29T12:00:000Z',
        '0001-01-01T00:00:00+01:00',
        '9999-12-31T23:59:59-01:00',
        'infinity',
        new Date(Number.NaN),
        0,
      ],
    ],
    ['day', ['2026-02-29', '2026-1-1', '2026-11-29T00:00:00Z', '0000-01-01', new Date(0)]],
    ['id', ['{abcdef00-0000-4000-8000-00000000000a}', 'abcdef0000004000800000000000000a', 'x', undefined]],
    [
      'extra',
      [
        undefined,
        null,
        Number.NaN,
        new Date(0),
        [undefined],
        [1n],
        ['a\0'],
        { '\ud800': 1 },
        JSON.parse(`${'['.repeat(2000)}${']'.repeat(2000)}`),
      ],
    ],
    ['hash', ['AAE=', '/wA', '_wB', 'A', [1], new ArrayBuffer(1), undefined]],
  ])('refuses values of another kind for %s', (name, values) => {
    const term = row[name as 'name']
    for (const value of values) {
      expect(() => term.is(value as string)).toThrow(ConditionError)
      expect(() => term.isIn([value as string])).toThrow(ConditionError)
    }
    expect(() => term.isIn('x' as never)).toThrow(/isIn\(\) takes a list/)
  })

  it('says what it takes, and shows no value', () => {
    const said = (make: () => unknown): string => {
      try {
        make()
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    expect(said(() => row.total.is('secret'))).toBe("total.is() takes a text like '12.50', not this string.")
    expect(said(() => row.name.is(null as never))).toBe(
      'name.is() takes a well-formed text without NUL, not null. For null write isNull().',
    )
    expect(said(() => conditionsOn({ a: { kind: 'txt' as 'text' } }))).toMatch(
      /^The kind of the column 'a' is .*txt.*; it must be one of: text, integer, /,
    )
  })

  it('is made of columns whatever their names', () => {
    const odd = JSON.parse(
      '{"__proto__":{"kind":"text"},"constructor":{"kind":"text"},"toString":{"kind":"integer"}}',
    ) as {
      readonly constructor: { readonly kind: 'text' }
      readonly toString: { readonly kind: 'integer' }
    }
    const terms = conditionsOn(odd as never) as unknown as Record<string, { is(value: unknown): never }>
    const record = JSON.parse('{"__proto__":"a","constructor":"b","toString":1}') as Record<string, unknown>
    const conditions = [
      terms['__proto__']?.is('a'),
      terms['constructor']?.is('b'),
      terms['toString']?.is(1),
    ] as never[]
    expect(conditions.map((one) => verdict(one, record, odd as never))).toEqual([true, true, true])
    expect(conditionsOn({})['hasOwnProperty' as never]).toBe(undefined)
  })
})

describe('the size of a condition', () => {
  const leaf = row.name.is('a')
  const many = (count: number) => Array.from({ length: count }, () => leaf)
  const nest = (depth: number): Condition<typeof columns> => {
    let one: Condition<typeof columns> = leaf
    for (let at = 0; at < depth; at++) one = at % 2 === 0 ? any(one, leaf) : all(one, leaf)
    return one
  }

  it('is bounded in the members of a list, also of one that is put together', () => {
    expect(any(...many(10_000))).toMatchObject({ op: 'any' })
    const message =
      'any() has 10001 conditions; it takes 10000 at most. For many values of one column write isIn([…]).'
    expect(() => any(...many(10_001))).toThrow(ConditionError)
    expect(() => any(...many(10_001))).toThrow(message)
    expect(() => any(leaf, any(...many(10_000)))).toThrow(message)
    expect(() => all(...many(10_001))).toThrow(/^all\(\) has 10001/)
  })

  it('is bounded in its depth, so that each can be read back', () => {
    const deepest = nest(100)
    expect(verdict(deepest, { name: 'a' }, columns)).toBe(true)
    expect(parseCondition(toConditionText(deepest), columns)).toEqual(deepest)
    expect(() => nest(101)).toThrow(ConditionError)
    expect(() => not(deepest)).toThrow('The condition is nested deeper than 100.')
  })

  it('is bounded in a text', () => {
    const members = many(200_000).map((one) => JSON.stringify(one))
    const read = () => parseCondition(`1:{"op":"any","of":[${members.join(',')}]}`, columns)
    expect(read).toThrow(ConditionError)
    expect(read).toThrow(/^any\(\) has 200000 conditions; it takes 10000 at most/)
  })
})

describe('a verdict', () => {
  it('is that of SQL with nulls', () => {
    const record = { at: null, extra: null, name: 'a' }
    const late = row.at.above('2026-01-01T00:00:00Z')
    const judge = (condition: Condition<typeof columns>): boolean => verdict(condition, record, columns)
    expect(
      [late, not(late), row.at.isNot('2026-01-01T00:00:00Z'), row.at.isIn(['2026-01-01T00:00:00Z'])].map(
        judge,
      ),
    ).toEqual([false, false, false, false])
    expect([row.at.isNull(), not(row.at.isNull()), row.extra.isNull()].map(judge)).toEqual([
      true,
      false,
      true,
    ])
    const a = row.name.is('a')
    expect(
      [any(late, a), not(any(late, a)), all(late, a), not(all(late, a)), not(all(late, not(a)))].map(judge),
    ).toEqual([true, false, false, false, true])
  })

  it('is none for what is unknown, and for its opposite', () => {
    const judge = (condition: Condition<typeof columns>): boolean =>
      verdict(condition, { name: 'open' }, columns)
    expect([UNKNOWN, not(UNKNOWN), not(not(UNKNOWN))].map(judge)).toEqual([false, false, false])
    expect([any(UNKNOWN, open), all(UNKNOWN, open), not(all(UNKNOWN, open))].map(judge)).toEqual([
      true,
      false,
      false,
    ])
    expect([any(UNKNOWN, true), all(UNKNOWN, false), all(UNKNOWN, true)]).toEqual([all(), any(), UNKNOWN])
    expect(isCondition(UNKNOWN)).toBe(true)
    expect(parseCondition(toConditionText(any(UNKNOWN, open)), columns)).toEqual(any(UNKNOWN, open))
    expect(parseCondition('1:{"op":"not","of":{"op":"unknown"}}', columns)).toBe(UNKNOWN)
  })

  it('of JSON is whether values are equal, whatever the order of members', () => {
    const judge = (extra: unknown, asked: unknown): boolean =>
      verdict(row.extra.is(asked), { extra }, columns)
    expect(judge({ a: 1, b: [{ d: 2, c: 3 }] }, { b: [{ c: 3, d: 2 }], a: 1 })).toBe(true)
    expect([
      judge({ a: 1 }, { a: '1' }),
      judge([1, 2], [2, 1]),
      judge({ a: 1 }, {}),
      judge(null, {}),
    ]).toEqual([false, false, false, false])
    const text = toConditionText(row.extra.isNot({ b: 1, a: [] }))
    expect(text).toBe('1:{"op":"isNot","column":"extra","value":"{\\"a\\":[],\\"b\\":1}"}')
    expect(verdict(parseCondition(text, columns), { extra: { a: [], b: 1 } }, columns)).toBe(false)
    expect(() => parseCondition(text.replace('1}', '1 }'), columns)).toThrow(/not canonical json/)
  })

  it('orders texts by code points', () => {
    const texts = ['', 'A', 'a', 'ab', 'ä', '\uffee', '\u{10000}', '\u{1f600}']
    for (const [at, one] of texts.entries())
      for (const [other, text] of texts.entries())
        expect(verdict(row.name.below(text), { name: one }, columns), `${one} ${text}`).toBe(at < other)
  })

  it('is none where another copy of the package has made what is not known here', () => {
    const made = <T extends object>(node: T) =>
      Object.defineProperty(node, Symbol.for('keelson.condition'), { value: 1 }) as never
    const strange = made({ op: 'sounds', column: 'name', value: 'a' })
    for (const one of [strange, not(strange), any(open, strange)]) {
      expect(() => verdict(one, { name: 'a' }, columns)).toThrow(ConditionError)
      expect(() => verdict(one, { name: 'a' }, columns)).toThrow(
        'has a comparison that this version does not know',
      )
    }
  })

  it('refuses a record that lacks a column, or has another kind in it', () => {
    expect(() => verdict(open, {}, columns)).toThrow(
      "The record has no 'name', which the condition asks for. Load it: a rule is asked of whole records.",
    )
    expect(() => verdict(any(true, open), {}, columns)).not.toThrow()
    expect(() => verdict(any(row.count.is(1), open), { count: 1 }, columns)).toThrow(/no 'name'/)
    expect(() => verdict(open, { name: 5 }, columns)).toThrow(
      "The record's 'name' is not a well-formed text without NUL.",
    )
    expect(() => verdict(open, { name: 'open' }, { count: { kind: 'integer' } } as never)).toThrow(
      "asks for 'name', which is not a column. The columns are count.",
    )
  })
})

describe('the text of a condition', () => {
  it('begins with the version of its format', () => {
    expect(toConditionText(open)).toBe('1:{"op":"is","column":"name","value":"open"}')
    expect(() => toConditionText({ op: 'always' })).toThrow(ConditionError)
  })

  it.each([
    ['of another version', '2:{"op":"always"}', /not a condition of version 1/],
    ['that is no text', 5, /not a condition of version 1/],
    ['that is no JSON', '1:{', /not JSON/],
    ['that is no object', '1:null', /not a condition/],
    ['without operation', '1:{}', /not a column/],
    [
      'of an unknown operation',
      '1:{"op":"like","column":"name","value":"a"}',
      /in a way that text does not have/,
    ],
    [
      'of an operation that objects inherit',
      '1:{"op":"constructor","column":"name","value":"a"}',
      /in a way/,
    ],
    [
      'of an order that there is not',
      '1:{"op":"below","column":"isOpen","value":true}',
      /in a way that boolean/,
    ],
    ['of an unknown column', '1:{"op":"is","column":"nam","value":"a"}', /not a column/],
    ['of a column that objects inherit', '1:{"op":"isNull","column":"toString"}', /not a column/],
    ['of a value of another kind', '1:{"op":"is","column":"name","value":5}', /not canonical text/],
    [
      'of a value that is not canonical',
      '1:{"op":"is","column":"total","value":"1.10"}',
      /not canonical decimal/,
    ],
    ['of null', '1:{"op":"is","column":"at","value":null}', /not canonical timestamp/],
    ['of bytes that are not base64url', '1:{"op":"is","column":"hash","value":"A"}', /not canonical bytes/],
    ['of no list', '1:{"op":"isIn","column":"name","values":"abc"}', /not canonical text/],
    ['of no members', '1:{"op":"any","of":{}}', /not a condition/],
    [
      'nested without end',
      `1:${'{"op":"not","of":'.repeat(5_000)}{"op":"always"}${'}'.repeat(5_000)}`,
      /nested deeper than 100/,
    ],
  ])('%s is refused', (_, text, message) => {
    const read = () => parseCondition(text as string, columns)
    expect(read).toThrow(ConditionError)
    expect(read).toThrow(message)
  })
})
