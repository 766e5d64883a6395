import { inject, injectable, NotFoundError } from '@keelson/core'
import type { Page, PageQuery } from '@keelson/core/conditions'
import { OrderClosed, type NewOrder, type Order } from './orders.dto.ts'
import { DB, type Shop } from './orders.table.ts'
// Not `import type`: its class says at run time what the constructor needs.
import { PricesService } from './prices.service.ts'

/** What is done with orders. */
@injectable()
export class OrdersService {
  readonly #db: Shop
  readonly #prices: PricesService

  constructor(@inject(DB) db: Shop, prices: PricesService) {
    this.#db = db
    this.#prices = prices
  }

  create({ customer, items }: NewOrder): Promise<Order> {
    const totalCents = items.reduce((sum, { sku, quantity }) => sum + quantity * this.#prices.centsOf(sku), 0)
    return this.#db.orders.insert({ customer, items, totalCents })
  }

  async find(id: string): Promise<Order> {
    const order = await this.#db.orders.byId(id)
    if (order === undefined) throw new NotFoundError(`There is no order ${id}.`)
    return order
  }

  list(query: PageQuery): Promise<Page<Order>> {
    return this.#db.orders.page(query, { orderBy: { id: 'asc' } })
  }

  async close(id: string): Promise<Order> {
    const order = await this.find(id)
    if (order.status === 'closed') throw new OrderClosed()
    return this.#db.orders.update(order, { status: 'closed' })
  }
}
