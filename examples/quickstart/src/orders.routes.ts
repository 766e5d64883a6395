import { content, reply, route, router } from '@keelson/core'
import { apiKeys } from '@keelson/auth'
import { cached, invalidates } from '@keelson/cache'
import { InvalidCursorError, StaleRecordError } from '@keelson/db'
import { page, pageOf } from '@keelson/http'
import { NewOrder, Order, OrderClosed } from './orders.contract.ts'
import { OrdersService } from './orders.service.ts'
import { can, canList } from './policy.ts'
import { Orders } from './tables.ts'
import { users } from './users.ts'

/** Routes made with it know who calls, by an API key, and have the orders on their context. */
const api = route.use(apiKeys({ user: ({ userId }) => users.get(userId) })).inject({ orders: OrdersService })

/** Those of one order. Who may not read it is answered as if there were none. */
const one = api.at('/:id', Orders.row.pick('id'))

/** What is kept of orders until one of them changes. */
const ORDERS = 'orders'

/** For each caller by itself, since the policy says which orders it has. */
const list = api.get(
  '/',
  {
    query: page({ maxLimit: 100 }),
    response: pageOf(Order),
    errors: [InvalidCursorError],
    access: canList('read', 'Order'),
    use: [cached({ ttlMs: 30_000, tags: [ORDERS], by: 'user' })],
  },
  ({ query, visible, orders }) => orders.list(query, visible),
)

const show = one.get(
  '/',
  { response: Order, access: can('read', 'Order', { load: ({ params, orders }) => orders.find(params.id) }) },
  ({ order }) => order,
)

const create = api.post(
  '/',
  { body: NewOrder, response: { 201: Order }, access: can('create', 'Order'), use: [invalidates(ORDERS)] },
  async ({ body, orders, user, log }) => {
    const order = await orders.create(body, user.id)
    log.info({ orderId: order.id, by: user.id }, 'Order created.')
    return reply(201, order, { location: `/orders/${order.id}` })
  },
)

const close = one.post(
  '/close',
  {
    response: Order,
    errors: [OrderClosed, StaleRecordError],
    use: [invalidates(ORDERS)],
    access: can('close', 'Order', { load: ({ params, orders }) => orders.find(params.id) }),
  },
  ({ order, orders }) => orders.close(order),
)

/** As long as it takes: no deadline. The client's pace decides how fast the database is read. */
const exportAll = api.get(
  '/export',
  { response: content('application/jsonl'), deadlineMs: 0, access: canList('read', 'Order') },
  ({ visible, orders }) => toLines(orders.all(visible)),
)

async function* toLines(orders: AsyncIterable<Order>): AsyncGenerator<string> {
  for await (const order of orders) yield `${JSON.stringify(order)}\n`
}

/** Names such as `orders.list` are in logs and clients. */
export const orders = router('/orders', { list, show, create, close, export: exportAll })
