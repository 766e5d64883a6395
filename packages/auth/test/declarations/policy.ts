import { route, token } from '@keelson/core'
import { any } from '@keelson/core/conditions'
import { anyOf, apiKeys, bearer, definePolicy, role, signedIn } from '@keelson/auth'

export interface User {
  readonly id: string
  readonly roles: readonly string[]
}
export interface Order {
  readonly id: string
  readonly customerId: string
}
interface Orders {
  byId(id: string): Promise<Order | undefined>
}
const ORDERS = token<Orders>('orders')

export const { can, canList } = definePolicy<{ user: User }>()((resource) => ({
  Order: resource<Order>()(({ when, where }) => ({
    create: when(({ user }) => user.roles.includes('buyer')),
    read: where(({ user }, order) => any(user.roles.includes('support'), order.customerId.is(user.id))),
  })),
}))

const toUser = (id: string): User => ({ id, roles: [] })
const keys = apiKeys({ user: ({ userId }) => toUser(userId) })
const tokens = bearer({
  issuer: 'https://id.example.com',
  audience: 'orders',
  user: ({ sub }) => toUser(sub),
})
export const api = route.use(anyOf(keys, tokens)).inject({ orders: ORDERS })
export const me = api.get('/me', { access: signedIn() }, ({ user }) => user)
export const purge = api.delete('/orders', { access: role('admin') }, () => null)
export const list = api.get('/orders', { access: canList('read', 'Order') }, ({ visible }) => visible.op)
export const show = api.get(
  '/orders/:id',
  { access: can('read', 'Order', { load: ({ params, orders }) => orders.byId(params.id) }) },
  ({ order }) => order,
)
