import { reply, route, router } from '@keelson/core'
import { config } from './config.ts'
import { bearer } from './stand-ins/auth.ts'
import { cached, invalidates } from './stand-ins/cache.ts'
import { transaction } from './stand-ins/db.ts'
import { page, pageOf } from './stand-ins/http.ts'
import { can, canList } from './policy.ts'
import { DB, EmailTaken, Orders } from './tables.ts'
import { toUser } from './user.ts'

export const member = route
  .use(bearer({ issuer: config.ISSUER, audience: 'orders', user: toUser }))
  .inject({ db: DB })
export const one = member.at('/:id', Orders.row.pick('id'))

export const orders = router('/orders', {
  list: member.get(
    '/',
    {
      query: page(),
      response: pageOf(Orders.row),
      access: canList('read', 'Order'),
      use: [cached({ ttlMs: 30_000, tags: ['orders'], by: 'user' })],
    },
    ({ query, visible, db }) => db.orders.page(query, { where: visible }),
  ),
  show: one.get(
    '/',
    {
      response: Orders.row,
      access: can('read', 'Order', { load: ({ params, db }) => db.orders.byId(params.id) }),
    },
    ({ order }) => order,
  ),
  create: member.post(
    '/',
    {
      body: Orders.new.pick('email', 'total'),
      response: { 201: Orders.row },
      errors: [EmailTaken],
      access: can('create', 'Order'),
      use: [transaction(), invalidates('orders')],
    },
    async ({ body, user, db }) => reply(201, await db.orders.insert({ ...body, customerId: user.id })),
  ),
})
