import { describe, expect, it } from 'vitest'
import { all } from './combine.ts'
import { ConditionError } from './condition-error.ts'
import { conditionsOn } from './conditions-on.ts'
import type { ConditionColumns, Where } from './contract.ts'
import { toCondition } from './where.ts'

const columns = {
  status: { kind: 'text' },
  total: { kind: 'decimal' },
  closedAt: { kind: 'timestamp', nullable: true },
  hash: { kind: 'bytes' },
  extra: { kind: 'json', nullable: true },
} as const satisfies ConditionColumns
const row = conditionsOn(columns)

describe('a where', () => {
  it('takes equalities, and null for what has no value', () => {
    expect(toCondition({ status: 'open' }, columns)).toEqual(row.status.is('open'))
    expect(toCondition({ total: '1.10', closedAt: null, extra: null, hash: 'AAE' }, columns)).toEqual(
      all(row.total.is('1.1'), row.closedAt.isNull(), row.extra.isNull(), row.hash.is('AAE')),
    )
  })

  it('takes a condition, and a list of which all must hold', () => {
    const late = row.closedAt.above('2026-01-01T00:00:00Z')
    expect(toCondition(late, columns)).toBe(late)
    expect(toCondition([late, { status: 'open' }, [{ total: '5' }]], columns)).toEqual(
      all(late, row.status.is('open'), row.total.is('5')),
    )
  })

  it('that asks for nothing always holds', () => {
    for (const where of [{}, [], [{}], [[], all()]]) expect(toCondition(where, columns)).toEqual(all())
  })

  it.each<[string, unknown, RegExp]>([
    ['undefined', undefined, /A where takes .* not undefined\. For every record write all\(\)\./],
    ['null', null, /not null/],
    ['a boolean', true, /not true/],
    ['a text', 'status', /A where takes/],
    ['a Map', new Map([['status', 'open']]), /A where takes/],
    ['an undefined member', [{ status: 'open' }, undefined], /not undefined/],
    ['an undefined value', { status: undefined }, /'status' is undefined in a where.*Omit it/],
    [
      'a property that is not a column',
      { staus: 'open' },
      /names 'staus', which is not a column\. Did you mean 'status'\?/,
    ],
    ['a property that objects inherit', { constructor: 'x' }, /names 'constructor'/],
    ['a value of another kind', { status: 5 }, /status\.is\(\) takes a well-formed text/],
    ['a list as value', { status: ['open'] }, /status\.is\(\) takes a well-formed text/],
    ['a value that JSON cannot hold', { extra: new Date(0) }, /extra\.is\(\) takes a JSON value/],
    ['data like a condition', { op: 'always' }, /names 'op', which is not a column\. The columns are \w+, /],
  ])('is not %s', (_, where, message) => {
    const read = () => toCondition(where as Where<typeof columns>, columns)
    expect(read).toThrow(ConditionError)
    expect(read).toThrow(message)
  })
})
