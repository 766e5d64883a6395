import { content, NotFoundError, reply, route, router } from '@keelson/core'
import { InvalidCursorError, StaleRecordError, transaction } from '@keelson/db'
import { page, pageOf } from '@keelson/http'
import { apiKey, role } from './caller.ts'
import { NewOrder, Order, OrderClosed } from './orders.contract.ts'
import { OrderService } from './orders.service.ts'
import { Orders } from './tables.ts'

/** Routes made with it find the caller and the orders on their context. */
const member = route.use(apiKey).inject({ orders: OrderService })

const params = Orders.row.pick('id')

const list = member.get(
  '/',
  { query: page({ maxLimit: 100 }), response: pageOf(Order), errors: [InvalidCursorError] },
  ({ query, orders }) => orders.list(query),
)

const show = member.get('/:id', { params, response: Order, errors: [NotFoundError] }, (ctx) =>
  ctx.orders.find(ctx.params.id),
)

const create = member.post(
  '/',
  {
    body: NewOrder,
    response: { 201: Order },
    access: role('writer'),
  },
  async ({ body, orders, caller, log }) => {
    const order = await orders.create(body)
    log.info({ orderId: order.id, by: caller.name }, 'Order created.')
    return reply(201, order, { location: `/orders/${order.id}` })
  },
)

/** Reading and writing are one transaction. */
const close = member.post(
  '/:id/close',
  {
    params,
    response: Order,
    errors: [NotFoundError, OrderClosed, StaleRecordError],
    access: role('writer'),
    use: [transaction()],
  },
  ({ params, orders }) => orders.close(params.id),
)

/** As long as it takes: no deadline. The client's pace decides how fast the database is read. */
const exportAll = member.get(
  '/export',
  { response: content('application/jsonl'), deadlineMs: 0 },
  ({ orders }) => toLines(orders.all()),
)

async function* toLines(orders: AsyncIterable<Order>): AsyncGenerator<string> {
  for await (const order of orders) yield `${JSON.stringify(order)}\n`
}

/** For readers, unless a route says otherwise. Names such as `orders.list` are in logs and clients. */
export const orders = router(
  '/orders',
  { access: role('reader') },
  { list, show, create, close, export: exportAll },
)
