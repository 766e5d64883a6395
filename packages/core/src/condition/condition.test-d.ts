import { describe, expectTypeOf, it } from 'vitest'
import { all, any, not } from './combine.ts'
import { conditionsOn } from './conditions-on.ts'
import { UNKNOWN } from './condition-node.ts'
import type { Condition, ConditionColumn } from './contract.ts'
import { verdict } from './verdict.ts'

/** As a table may say it. */
interface Typed<T, K extends ConditionColumn['kind']> {
  readonly kind: K
  readonly '~type': T
}
declare const orders: {
  readonly id: Typed<string, 'uuid'>
  readonly status: Typed<'open' | 'closed', 'text'>
  readonly closedAt: Typed<string | null, 'timestamp'>
}
const customers = { name: { kind: 'text' }, isNew: { kind: 'boolean' }, extra: { kind: 'json' } } as const

describe('conditions', () => {
  const order = conditionsOn(orders)
  const customer = conditionsOn(customers)

  it('take the values of their columns', () => {
    expectTypeOf(order.status.is('open')).toEqualTypeOf<Condition<typeof orders>>()
    expectTypeOf(order.closedAt.above).parameter(0).toEqualTypeOf<string>()
    expectTypeOf(customer.name.is).parameter(0).toEqualTypeOf<string>()
    expectTypeOf<keyof typeof customer.extra>().toEqualTypeOf<'isNull' | 'is' | 'isNot' | 'isIn'>()
    expectTypeOf<keyof typeof customer.isNew>().toEqualTypeOf<'isNull' | 'is' | 'isNot' | 'isIn'>()
    // @ts-expect-error -- not a status
    order.status.is('opne')
    // @ts-expect-error -- null is asked for by isNull
    order.closedAt.is(null)
    // @ts-expect-error -- a number for a text
    customer.name.is(5)
    // @ts-expect-error -- not a column
    void order.custmerId
    // @ts-expect-error -- not a kind
    conditionsOn({ a: { kind: 'txt' } })
  })

  it('are of one table', () => {
    expectTypeOf(any(true, order.status.is('open'))).toEqualTypeOf<Condition<typeof orders>>()
    const condition: Condition<typeof orders> = all(true, not(false))
    verdict(condition, {}, orders)
    verdict(any(order.id.is('x'), not(order.closedAt.isNull())), {}, orders)
    // Nobody's columns are asked for.
    verdict(any(UNKNOWN, order.status.is('open')), {}, orders)
    // @ts-expect-error -- a condition of another table
    verdict(customer.name.is('a'), {}, orders)
    // @ts-expect-error -- of two tables
    verdict(any(customer.name.is('a'), order.status.is('open')), {}, orders)
    // @ts-expect-error -- not a condition
    any(undefined)
  })
})
