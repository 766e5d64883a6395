import { injectable, NotFoundError, reply, type ContextOf, type ResultOf } from '@keelson/core'
import { controller, controllerRoutes, get, post } from '@keelson/core/controllers'
import { role } from '@keelson/auth'
import { InvalidCursorError, StaleRecordError, transaction } from '@keelson/db'
import { page, pageOf } from '@keelson/http'
import { member } from '../auth/api-key.ts'
import { NewOrder, Order, OrderClosed, UnknownSku } from './orders.dto.ts'
import { OrdersService } from './orders.service.ts'
import { Orders } from './orders.table.ts'

// What pipes, guards and decorators of parameters say elsewhere stands in a definition, from which types, checks and documents follow.
const params = Orders.row.pick('id')
const LIST = member.define({
  query: page({ maxLimit: 100 }),
  response: pageOf(Order),
  errors: [InvalidCursorError],
  access: role('reader'),
})
const SHOW = member.define({ params, response: Order, errors: [NotFoundError], access: role('reader') })
const CREATE = member.define({
  body: NewOrder,
  response: { 201: Order },
  errors: [UnknownSku],
  access: role('writer'),
})
const CLOSE = member.define({
  params,
  response: Order,
  errors: [NotFoundError, OrderClosed, StaleRecordError],
  access: role('writer'),
  use: [transaction()],
})

@controller('/orders')
@injectable()
class OrdersController {
  readonly #orders: OrdersService

  constructor(orders: OrdersService) {
    this.#orders = orders
  }

  @get('/', LIST)
  list({ query }: ContextOf<typeof LIST>): Promise<ResultOf<typeof LIST>> {
    return this.#orders.list(query)
  }

  @get('/:id', SHOW)
  show({ params }: ContextOf<typeof SHOW>): Promise<ResultOf<typeof SHOW>> {
    return this.#orders.find(params.id)
  }

  @post('/', CREATE)
  async create({ body, user, log }: ContextOf<typeof CREATE>): Promise<ResultOf<typeof CREATE>> {
    const order = await this.#orders.create(body)
    log.info({ orderId: order.id, by: user.id }, 'Order created.')
    return reply(201, order, { location: `/orders/${order.id}` })
  }

  @post('/:id/close', CLOSE)
  close({ params }: ContextOf<typeof CLOSE>): Promise<ResultOf<typeof CLOSE>> {
    return this.#orders.close(params.id)
  }
}

export const orders = controllerRoutes(OrdersController, {
  list: LIST,
  show: SHOW,
  create: CREATE,
  close: CLOSE,
})
