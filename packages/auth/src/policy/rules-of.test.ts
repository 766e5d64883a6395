import { describe, expect, it } from 'vitest'
import type { Policy, Resources } from './contract.ts'
import { definePolicy } from './define-policy.ts'
import { resourceFactory } from './resource.ts'
import { RulesOf } from './rules-of.ts'

interface User {
  readonly id: string
}
interface Order {
  readonly id: string
  readonly customerId: string
  readonly status: string
  readonly constructor: string
}
const ADA = { user: { id: 'ada' } }
const order = (id: string, status = 'open'): Order => ({
  id,
  customerId: 'ada',
  status,
  constructor: 'Bob & Sons',
})

it('an action without a rule has the condition of no record', () => {
  const rules = new RulesOf(
    'Order',
    resourceFactory()(() => ({})),
  )
  expect(rules.conditionOf('read', ADA).op).toBe('never')
  expect(rules.admits('read', ADA, { ...order('1') })).toBe(false)
})

it('a member of a record may have a name that objects inherit', () => {
  const { pick } = definePolicy<{ user: User }>()((resource) => ({
    Order: resource<Order>()(({ when }) => ({
      read: when(() => true, { fields: { status: when(() => false) } }),
    })),
  }))
  const { status: _, ...seen } = order('1')
  expect(pick(ADA, 'read', 'Order', order('1'))).toEqual(seen)
})

describe('a rule that asks another one, of another record of the same resource,', () => {
  const parent = order('parent')

  it('goes on with its own record', () => {
    const policy: Policy<{ user: User }, Resources> = definePolicy<{ user: User }>()((resource) => ({
      Order: resource<Order>()(({ where }) => ({
        read: where(({ user }, { customerId }) => customerId.is(user.id)),
        update: where(
          ({ user }, { status }) => policy.allows({ user }, 'read', 'Order', parent) && status.is('open'),
        ),
      })),
    })) as never
    expect(policy.allows(ADA, 'update', 'Order', order('1'))).toBe(true)
    expect(policy.allows(ADA, 'update', 'Order', order('1', 'closed'))).toBe(false)
  })

  it('is still refused for a comparison that it omits', () => {
    const policy: Policy<{ user: User }, Resources> = definePolicy<{ user: User }>()((resource) => ({
      Order: resource<Order>()(({ where }) => ({
        read: where(({ user }, { customerId }) => customerId.is(user.id)),
        update: where(
          ({ user }, { status, customerId }) =>
            policy.allows({ user }, 'read', 'Order', parent) && status.is('open') && customerId.is(user.id),
        ),
      })),
    })) as never
    expect(() => policy.allows(ADA, 'update', 'Order', order('1'))).toThrow(/omits it from what it gives/)
  })
})
