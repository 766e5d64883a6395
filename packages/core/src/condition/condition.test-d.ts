import { describe, expectTypeOf, it } from 'vitest'
import { all, any, not } from './combine.ts'
import { conditionsOn } from './conditions-on.ts'
import { UNKNOWN } from './condition-node.ts'
import type { Condition, ConditionColumn } from './contract.ts'
import type { ColumnTerm } from './term-contract.ts'
import { verdict } from './verdict.ts'

/** As a table may say it. */
interface Typed<T, K extends ConditionColumn['kind']> {
  readonly kind: K
  readonly '~type': T
}
declare const orders: {
  readonly id: Typed<string, 'uuid'>
  readonly status: Typed<'open' | 'closed', 'text'>
  readonly ownerId: Typed<string | null, 'uuid'>
  readonly openedAt: Typed<string, 'timestamp'>
  readonly closedAt: Typed<string | null, 'timestamp'>
  readonly day: Typed<string, 'date'>
  readonly note: Typed<string, 'text'>
  readonly tags: Typed<('new' | 'old' | { readonly name: string })[] | null, 'json'>
  readonly anything: Typed<readonly unknown[], 'json'>
  readonly address: Typed<{ readonly street: string }, 'json'>
}
const customers = { name: { kind: 'text' }, isNew: { kind: 'boolean' }, extra: { kind: 'json' } } as const

describe('conditions', () => {
  const order = conditionsOn(orders)
  const customer = conditionsOn(customers)

  it('take the values of their columns', () => {
    expectTypeOf(order.status.is('open')).toEqualTypeOf<Condition<typeof orders>>()
    expectTypeOf(order.closedAt.above)
      .parameter(0)
      .toEqualTypeOf<string | ColumnTerm<'timestamp', typeof orders>>()
    expectTypeOf(customer.name.is).parameter(0).toEqualTypeOf<string | ColumnTerm<'text', typeof customers>>()
    expectTypeOf(customer.name.isIn).parameter(0).toEqualTypeOf<readonly string[]>()
    type Equal = '~kind' | 'isNull' | 'is' | 'isNot' | 'isIn'
    expectTypeOf<keyof typeof customer.extra>().toEqualTypeOf<Equal | 'contains'>()
    expectTypeOf<keyof typeof customer.isNew>().toEqualTypeOf<Equal>()
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

  it('compare columns of one kind and one table', () => {
    expectTypeOf(order.id.is(order.ownerId)).toEqualTypeOf<Condition<typeof orders>>()
    order.closedAt.above(order.openedAt)
    order.status.isNot(order.note)
    // @ts-expect-error -- a uuid and a text
    order.id.is(order.note)
    // @ts-expect-error -- a timestamp and a date
    order.closedAt.above(order.day)
    // @ts-expect-error -- lists have values
    order.id.isIn([order.ownerId])
    // @ts-expect-error -- a column of another table
    order.note.is(customer.name)
    // @ts-expect-error -- a prefix is a value
    order.note.startsWith(order.status)
  })

  it('ask arrays for what they can contain', () => {
    order.tags.contains('new')
    order.anything.contains(5)
    customer.extra.contains(true)
    expectTypeOf(order.tags.contains).parameter(0).toEqualTypeOf<'new' | 'old'>()
    expectTypeOf(order.anything.contains).parameter(0).toEqualTypeOf<string | number | boolean>()
    // @ts-expect-error -- not a tag
    order.tags.contains('odl')
    // @ts-expect-error -- objects are not asked for
    customer.extra.contains({ a: 1 })
    // @ts-expect-error -- nor is null
    customer.extra.contains(null)
    // @ts-expect-error -- not an array
    order.address.contains('a')
    // @ts-expect-error -- not a document
    void order.note.contains
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
