import { randomUUID } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { CLOCK, NotFoundError, type Clock } from '@keelson/core'
import { DATABASE } from './database.ts'
import { OrderClosed, type NewOrder, type Order } from './orders.contract.ts'

/** The orders in the database. A plain class: `inject` says what its constructor needs; checked at start. */
export class Orders {
  static readonly inject = [DATABASE, CLOCK] as const
  readonly #db: DatabaseSync
  readonly #clock: Clock

  constructor(db: DatabaseSync, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  create({ customer, items }: NewOrder): Order {
    const totalCents = items.reduce((sum, item) => sum + item.quantity * item.priceCents, 0)
    const createdAt = new Date(this.#clock.now()).toISOString()
    const values = [randomUUID(), customer, JSON.stringify(items), totalCents, createdAt]
    const row = this.#db.prepare(INSERT).get(...values)
    return toOrder(row as unknown as OrderRow)
  }

  find(id: string): Order {
    const row = this.#db.prepare('SELECT * FROM orders WHERE id = ?').get(id)
    if (row === undefined) throw new NotFoundError(`There is no order ${id}.`)
    return toOrder(row as unknown as OrderRow)
  }

  /** Keyset pagination: a page begins behind the last order seen, so none is missed or seen twice. */
  list(limit: number, after: number): { items: Order[]; next?: number } {
    const rows = this.#db.prepare(PAGE).all(after, limit + 1) as unknown as OrderRow[]
    const items = rows.slice(0, limit).map(toOrder)
    const last = rows.length > limit ? rows[limit - 1] : undefined
    return last === undefined ? { items } : { items, next: last.number }
  }

  close(id: string): Order {
    const row = this.#db.prepare(CLOSE).get(id)
    if (row !== undefined) return toOrder(row as unknown as OrderRow)
    this.find(id)
    throw new OrderClosed({ details: { id } })
  }

  /** Every order, read a page at a time while the caller takes them. */
  *all(): Generator<Order> {
    let after: number | undefined = 0
    while (after !== undefined) {
      const { items, next } = this.list(100, after)
      yield* items
      after = next
    }
  }
}

const INSERT = `
  INSERT INTO orders (id, customer, items, total_cents, created_at)
  VALUES (?, ?, ?, ?, ?) RETURNING *`
const PAGE = `SELECT * FROM orders WHERE number > ? ORDER BY number LIMIT ?`
const CLOSE = `UPDATE orders SET status = 'closed' WHERE id = ? AND status = 'open' RETURNING *`

interface OrderRow {
  readonly number: number
  readonly id: string
  readonly customer: string
  readonly status: Order['status']
  readonly items: string
  readonly total_cents: number
  readonly created_at: string
}

function toOrder(row: OrderRow): Order {
  return {
    id: row.id,
    customer: row.customer,
    status: row.status,
    items: JSON.parse(row.items) as Order['items'],
    totalCents: row.total_cents,
    createdAt: row.created_at,
  }
}
