import { describe, expectTypeOf, it } from 'vitest'
import { conditionsOn } from './conditions-on.ts'
import type { Condition, Equalities, Where } from './contract.ts'
import { toCondition } from './where.ts'

declare const orders: {
  readonly id: { readonly kind: 'uuid'; readonly '~type': string }
  readonly status: { readonly kind: 'text'; readonly '~type': 'open' | 'closed' }
  readonly closedAt: { readonly kind: 'timestamp'; readonly '~type': string | null }
}
const customers = { name: { kind: 'text' }, extra: { kind: 'json' } } as const

describe('a where', () => {
  it('takes what its columns have', () => {
    expectTypeOf(toCondition({ status: 'open', closedAt: null }, orders)).toEqualTypeOf<
      Condition<typeof orders>
    >()
    expectTypeOf<Equalities<typeof orders>['status']>().toEqualTypeOf<'open' | 'closed' | null | undefined>()
    toCondition([conditionsOn(orders).id.is('x'), { status: 'closed' }], orders)
    const where: Where<typeof customers> = [{ extra: null }, { extra: { a: 1 } }]
    toCondition(where, customers)
  })

  it('refuses what they have not', () => {
    // @ts-expect-error -- not a status
    toCondition({ status: 'opne' }, orders)
    // @ts-expect-error -- not a column
    toCondition({ custmerId: 'x' }, orders)
    // @ts-expect-error -- undefined never means "without this condition"
    toCondition({ status: undefined }, orders)
    // @ts-expect-error -- nor as a whole
    toCondition(undefined, orders)
    // @ts-expect-error -- a condition of another table
    toCondition(conditionsOn(customers).name.is('a'), orders)
    // @ts-expect-error -- nor in a list
    toCondition([conditionsOn(customers).name.is('a')], orders)
  })
})
