// The data of W3 and W4: one row of bench_items, read by its primary key.

/** A row as the table holds it: `cost_price` is internal and must not be answered. */
export interface ItemRow {
  readonly id: number
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly price: number
  readonly stock: number
  readonly cost_price: number
  readonly updated_at: string
}

/** What clients may see of an item. */
export interface ItemView {
  readonly id: number
  readonly sku: string
  readonly name: string
  readonly description: string
  readonly price: number
  readonly stock: number
  readonly updatedAt: string
}

/** `name` makes pg prepare it once for each connection. */
export const ITEM_QUERY = {
  name: 'item-by-id',
  text: 'select id, sku, name, description, price, stock, cost_price, updated_at from bench_items where id = $1',
} as const

/** Connection of every server: a pool of 10, named so that the harness finds its back ends. */
export const POOL_OPTIONS = {
  connectionString: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
  max: 10,
  application_name: 'keelson-bench',
} as const

/** W4: rows are kept in memory. */
export const IS_CACHED = process.env['CACHE'] === '1'

/** Of W4's cache, the same in every server. */
export const CACHE_OPTIONS = { max: 20_000, ttl: 60_000 } as const

/** The mapping that servers without a response schema do by hand. */
export function toItemView(row: ItemRow): ItemView {
  return {
    id: row.id,
    sku: row.sku,
    name: row.name,
    description: row.description,
    price: row.price,
    stock: row.stock,
    updatedAt: row.updated_at,
  }
}

/** Item `id` as the harness writes it into the table. */
export function itemRow(id: number): ItemRow {
  return {
    id,
    sku: `KEEL-${String(id).padStart(5, '0')}`,
    name: `Item ${id}`,
    description: `Hand-made part number ${id} "as drawn", oak and brass.`,
    price: (id % 500) + 0.5,
    stock: id % 90,
    cost_price: (id % 500) / 2,
    updated_at: '2026-11-20T09:30:00.000Z',
  }
}

export const ITEM_VIEW_SCHEMA = {
  type: 'object',
  required: ['id', 'sku', 'name', 'description', 'price', 'stock', 'updatedAt'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer' },
    sku: { type: 'string' },
    name: { type: 'string' },
    description: { type: 'string' },
    price: { type: 'number' },
    stock: { type: 'integer' },
    updatedAt: { type: 'string' },
  },
} as const
