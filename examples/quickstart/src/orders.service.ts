import type { Condition, Page, PageQuery } from '@keelson/core/conditions'
import { OrderClosed, type NewOrder, type Order } from './orders.contract.ts'
import { DB, type Orders, type Shop } from './tables.ts'

/** Which orders: what the policy lets a caller see. */
type Which = Condition<(typeof Orders)['columns']>

/** What is done with orders. A plain class: `inject` says what its constructor needs; checked at start. */
export class OrdersService {
  static readonly inject = [DB] as const
  readonly #db: Shop

  constructor(db: Shop) {
    this.#db = db
  }

  create({ customer, items }: NewOrder, takenBy: string): Promise<Order> {
    const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0)
    return this.#db.orders.insert({ customer, items, totalCents, takenBy })
  }

  find(id: string): Promise<Order | undefined> {
    return this.#db.orders.byId(id)
  }

  /** By cursor: a page begins behind the last order seen, so none is missed or seen twice. */
  list(query: PageQuery, which: Which): Promise<Page<Order>> {
    return this.#db.orders.page(query, { where: which, orderBy: { id: 'asc' } })
  }

  /** Refused where another has changed the order since it was read: `update` compares its version. */
  async close(order: Order): Promise<Order> {
    if (order.status === 'closed') throw new OrderClosed({ details: { id: order.id } })
    return this.#db.orders.update(order, { status: 'closed' })
  }

  /** Read from the database while the caller takes them. */
  all(which: Which): AsyncIterable<Order> {
    return this.#db.orders.stream({ where: which, orderBy: { id: 'asc' } })
  }
}
