import { NotFoundError } from '@keelson/core'
import type { Page, PageQuery } from '@keelson/core/conditions'
import { OrderClosed, type NewOrder, type Order } from './orders.contract.ts'
import { DB, type Shop } from './tables.ts'

/** What is done with orders. A plain class: `inject` says what its constructor needs; checked at start. */
export class OrderService {
  static readonly inject = [DB] as const
  readonly #db: Shop

  constructor(db: Shop) {
    this.#db = db
  }

  create({ customer, items }: NewOrder): Promise<Order> {
    const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0)
    return this.#db.orders.insert({ customer, items, totalCents })
  }

  async find(id: string): Promise<Order> {
    const order = await this.#db.orders.byId(id)
    if (order === undefined) throw new NotFoundError(`There is no order ${id}.`)
    return order
  }

  /** By cursor: a page begins behind the last order seen, so none is missed or seen twice. */
  list(query: PageQuery): Promise<Page<Order>> {
    return this.#db.orders.page(query, { orderBy: { id: 'asc' } })
  }

  /** Refused where another has changed the order since it was read: `update` compares its version. */
  async close(id: string): Promise<Order> {
    const order = await this.find(id)
    if (order.status === 'closed') throw new OrderClosed({ details: { id } })
    return this.#db.orders.update(order, { status: 'closed' })
  }

  /** Every order, read from the database while the caller takes them. */
  all(): AsyncIterable<Order> {
    return this.#db.orders.stream({ orderBy: { id: 'asc' } })
  }
}
