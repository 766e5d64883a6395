import { any } from '@keelson/core/conditions'
import { definePolicy } from './stand-ins/auth.ts'
import { Orders } from './tables.ts'
import type { User } from './user.ts'

export const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource(Orders)(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => any(user.roles.includes('support'), order.customerId.is(user.id))),
  })),
}))
