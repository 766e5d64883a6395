import { NotFoundError, reply, route, router, t } from '@keelson/core'
import { apiKey, role } from './caller.ts'
import { NewOrder, Order, OrderClosed } from './orders.contract.ts'
import { Orders } from './orders.service.ts'

/** Routes made from it know their caller and have the orders at hand. */
const member = route.use(apiKey).inject({ orders: Orders })

const id = { id: t.String({ format: 'uuid' }) }

export const orders = router('/orders', { access: role('reader') }, {
  list: member.get('/', {
    query: {
      limit: t.Integer({ minimum: 1, maximum: 100, default: 20 }),
      after: t.Integer({ minimum: 0, default: 0 }),
    },
    response: t.Object({ items: t.Array(Order), next: t.Optional(t.Integer()) }),
  }, ({ query, orders }) => orders.list(query.limit, query.after)),

  export: member.get('/export', { deadlineMs: 0 }, ({ orders }) => reply(200, lines(orders), { 'content-type': 'application/jsonl' })),

  show: member.get('/:id', { params: id, response: Order, errors: [NotFoundError] }, ({ params, orders }) => orders.find(params.id)),

  create: member.post('/', { body: NewOrder, response: { 201: Order }, access: role('writer') }, ({ body, orders, caller, log }) => {
    const order = orders.create(body)
    log.info({ orderId: order.id, by: caller.name }, 'order created')
    return reply(201, order, { location: `/orders/${order.id}` })
  }),

  close: member.post('/:id/close', {
    params: id,
    response: Order,
    errors: [NotFoundError, OrderClosed],
    access: role('writer'),
  }, ({ params, orders }) => orders.close(params.id)),
})

/** One order a line. The client's pace decides how fast the database is read. */
async function* lines(orders: Orders): AsyncGenerator<string> {
  for (const order of orders.all()) yield `${JSON.stringify(order)}\n`
}
