import { definePolicy } from '@keelson/auth'
import { Orders } from './tables.ts'
import type { User } from './users.ts'

/** Who may do what, in one place: what no rule allows is denied. A list has the orders that each by itself would be shown. */
export const policy = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('sales')),
    read: where(({ user }, order) => user.roles.includes('support') || order.takenBy.is(user.id)),
    close: where(({ user }, order) => order.takenBy.is(user.id)),
  })),
}))
export const { can, canList } = policy
