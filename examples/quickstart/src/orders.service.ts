import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { CLOCK, NotFoundError, type Clock } from '@keelson/core'
import { DATABASE } from './database.ts'
import { OrderClosed, type NewOrder, type Order } from './orders.contract.ts'

interface OrderRow {
  readonly number: number
  readonly id: string
  readonly customer: string
  readonly status: Order['status']
  readonly total_cents: number
  readonly created_at: string
}

/** A page of orders; `next` continues it and is absent on the last one. */
export interface OrderPage {
  readonly items: Order[]
  readonly next?: number
}

/** Orders in the database. Needs are declared as data, so the graph is checked before anything is constructed. */
export class Orders {
  static readonly inject = [DATABASE, CLOCK] as const
  readonly #db: DatabaseSync
  readonly #clock: Clock

  constructor(db: DatabaseSync, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  create({ customer, items }: NewOrder): Order {
    const id = randomUUID()
    const total = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0)
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const { lastInsertRowid } = this.#db
        .prepare(`INSERT INTO orders (id, customer, status, total_cents, created_at) VALUES (?, ?, 'open', ?, ?)`)
        .run(id, customer, total, new Date(this.#clock.now()).toISOString())
      const insert = this.#db.prepare('INSERT INTO order_items VALUES (?, ?, ?, ?, ?)')
      items.forEach((item, position) => insert.run(lastInsertRowid, position, item.sku, item.quantity, item.priceCents))
      this.#db.exec('COMMIT')
    } catch (error) {
      this.#db.exec('ROLLBACK')
      throw error
    }
    return this.find(id)
  }

  find(id: string): Order {
    const row = this.#db.prepare('SELECT * FROM orders WHERE id = ?').get(id) as OrderRow | undefined
    if (row === undefined) throw new NotFoundError(`There is no order ${id}.`)
    return this.#toOrder(row)
  }

  /** Keyset pagination: a page begins after the number of the last order seen, however many were added meanwhile. */
  list(limit: number, after: number): OrderPage {
    const rows = this.#page(after, limit + 1)
    const items = rows.slice(0, limit).map((row) => this.#toOrder(row))
    const last = rows[limit - 1]
    return rows.length > limit && last !== undefined ? { items, next: last.number } : { items }
  }

  close(id: string): Order {
    const { changes } = this.#db.prepare(`UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'open'`).run(id)
    const order = this.find(id)
    if (changes === 0) throw new OrderClosed({ details: { id } })
    return order
  }

  /** All orders, read page by page as the client takes them: memory stays flat. */
  *all(pageSize = 100): Generator<Order> {
    for (let rows = this.#page(0, pageSize); rows.length > 0; rows = this.#page(rows.at(-1)?.number ?? 0, pageSize)) {
      for (const row of rows) yield this.#toOrder(row)
    }
  }

  #page(after: number, limit: number): OrderRow[] {
    const rows = this.#db.prepare('SELECT * FROM orders WHERE number > ? ORDER BY number LIMIT ?').all(after, limit)
    return rows as unknown as OrderRow[]
  }

  #toOrder(row: OrderRow): Order {
    const items = this.#db
      .prepare('SELECT sku, quantity, price_cents AS priceCents FROM order_items WHERE order_number = ? ORDER BY position')
      .all(row.number) as unknown as Order['items']
    return { id: row.id, customer: row.customer, status: row.status, items, totalCents: row.total_cents, createdAt: row.created_at }
  }
}
