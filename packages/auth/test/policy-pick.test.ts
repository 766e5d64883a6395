import { ForbiddenError } from '@keelson/core'
import { decimal, oneOf, table, text, uuid } from '@keelson/db'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { definePolicy } from '@keelson/auth'

interface User {
  readonly id: string
  readonly roles: readonly string[]
}
const Orders = table('orders', {
  id: uuid().primary(),
  customerId: text({ maxLength: 20 }),
  status: oneOf('open', 'closed').default('open'),
  total: decimal(12, 2),
  margin: decimal(12, 2),
  note: text({ maxLength: 20 }).nullable(),
})

const { pick } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    read: where(({ user }, order) => user.roles.includes('support') || order.customerId.is(user.id), {
      fields: {
        margin: when(({ user }) => user.roles.includes('sales')),
        note: where(({ user }, order) => order.customerId.is(user.id)),
      },
    }),
    close: when(({ user }) => user.roles.includes('support')),
  })),
}))

const order = {
  id: '0190a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b',
  customerId: 'ada',
  status: 'open' as const,
  total: '12.00',
  margin: '3.00',
  note: null,
}
const of = (id: string, ...roles: readonly string[]) => ({ user: { id, roles } })

describe('pick', () => {
  it('omits what the rule of a field does not admit', () => {
    const { margin: _, ...own } = order
    expect(pick(of('ada'), 'read', 'Order', order)).toEqual(own)
    expect(pick(of('ada', 'sales'), 'read', 'Order', order)).toEqual(order)
    const { margin: _margin, note: _note, ...seen } = order
    expect(pick(of('eve', 'support'), 'read', 'Order', order)).toEqual(seen)
  })

  it('asks of each record of a list', () => {
    const orders = [order, { ...order, customerId: 'eve', note: 'mine' }]
    const picked = orders.map((one) => pick(of('eve', 'support'), 'read', 'Order', one))
    expect(picked.map((one) => 'note' in one)).toEqual([false, true])
  })

  it('has these members optional, and all others as they are', () => {
    const seen = pick(of('ada'), 'read', 'Order', { ...order, customer: { name: 'Ada' } })
    expectTypeOf(seen.margin).toEqualTypeOf<string | undefined>()
    expectTypeOf(seen.note).toEqualTypeOf<null | undefined>()
    expectTypeOf(seen.total).toEqualTypeOf<string>()
    expectTypeOf(seen.customer).toEqualTypeOf<{ name: string }>()
    expect(seen.customer).toEqual({ name: 'Ada' })
    expectTypeOf(pick(of('ada', 'support'), 'close', 'Order', order).margin).toEqualTypeOf<string>()
  })

  it('gives nothing of a record with which the caller may not do this', () => {
    expect(() => pick(of('eve'), 'read', 'Order', order)).toThrow(ForbiddenError)
    expect(() => pick(of('ada'), 'close', 'Order', order)).toThrow(ForbiddenError)
  })

  it('refuses names that are not there', () => {
    expect(() => pick(of('ada'), 'raed' as never, 'Order', order)).toThrow("has no rule 'raed'")
    expect(() => pick(of('ada'), 'read', 'Ordre' as never, order as never)).toThrow(
      "There is no resource 'Ordre'",
    )
  })

  it('takes rules of fields that are rules, without fields of their own', () => {
    const define = (fields: object) => () =>
      definePolicy<{ user: User }>()((resource) => ({
        Order: resource(Orders)(({ when }) => ({ read: when(() => true, { fields: fields as never }) })),
      }))
    const misspelled = () =>
      definePolicy<{ user: User }>()((resource) => ({
        Order: resource(Orders)(({ when }) => ({ read: when(() => true, { field: {} } as never) })),
      }))
    expect(misspelled).toThrow("'field'")
    expect(define({ margin: () => true })).toThrow("'read.fields.margin' is not a rule")
    const nested = {
      form: 'when',
      rule: () => true,
      fields: { total: { form: 'when', rule: () => true, fields: {} } },
    }
    expect(define({ margin: nested })).toThrow('names fields')
    const refusing = { form: 'when', rule: () => true, fields: {}, refusal: 'No.' }
    expect(define({ margin: refusing })).toThrow('has a refusal')
    expect(define({ nothing: { form: 'when', rule: () => true, fields: {} } })).toThrow(
      "'nothing' is not a column",
    )
  })
})
