import { content, NotFoundError, reply, route, router, t } from '@keelson/core'
import { apiKey, role } from './caller.ts'
import { NewOrder, Order, OrderClosed } from './orders.contract.ts'
import { Orders } from './orders.service.ts'

/** Routes made with it find the caller and the orders on their context. */
const member = route.use(apiKey).inject({ orders: Orders })

const params = { id: t.String({ format: 'uuid' }) }

const list = member.get(
  '/',
  {
    query: {
      limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
      after: t.Integer({ minimum: 0, default: 0 }),
    },
    response: t.Object({ items: t.Array(Order), next: t.Optional(t.Integer()) }),
  },
  ({ query, orders }) => orders.list(query.limit, query.after),
)

const show = member.get('/:id', { params, response: Order, errors: [NotFoundError] }, (ctx) =>
  ctx.orders.find(ctx.params.id),
)

const create = member.post(
  '/',
  { body: NewOrder, response: { 201: Order }, access: role('writer') },
  ({ body, orders, caller, log }) => {
    const order = orders.create(body)
    log.info({ orderId: order.id, by: caller.name }, 'Order created.')
    return reply(201, order, { location: `/orders/${order.id}` })
  },
)

const close = member.post(
  '/:id/close',
  { params, response: Order, errors: [NotFoundError, OrderClosed], access: role('writer') },
  ({ params, orders }) => orders.close(params.id),
)

/** As long as it takes: no deadline. The client's pace decides how fast the database is read. */
const exportAll = member.get(
  '/export',
  { response: content('application/jsonl'), deadlineMs: 0 },
  ({ orders }) => toLines(orders.all()),
)

async function* toLines(orders: Iterable<Order>): AsyncGenerator<string> {
  for (const order of orders) yield `${JSON.stringify(order)}\n`
}

/** For readers, unless a route says otherwise. Names such as `orders.list` are in logs and clients. */
export const orders = router(
  '/orders',
  { access: role('reader') },
  { list, show, create, close, export: exportAll },
)
