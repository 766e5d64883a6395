import { t, token } from '@keelson/core'
import {
  defineTables,
  integer,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
  type Database,
} from '@keelson/db'

const Item = t.Object({
  sku: t.String({ minLength: 1, maxLength: 40 }),
  quantity: t.Integer({ minimum: 1, maximum: 1000 }),
  priceCents: t.Integer({ minimum: 0, maximum: 10_000_000 }),
})

/** Rows, schemas of routes, repository and DDL follow from this value. Keys grow with time, so they are the order of the list. */
export const Orders = table('orders', {
  id: uuid().primary(),
  customer: text({ minLength: 1, maxLength: 100 }),
  status: oneOf('open', 'closed').default('open'),
  items: json(t.Array(Item, { minItems: 1, maxItems: 50 })),
  totalCents: integer({ bits: 53, minimum: 0 }),
  takenBy: text({ maxLength: 100 }).nullable(),
  createdAt: timestamp().now(),
  version: version(),
})

export const tables = defineTables({ orders: Orders })
export type Shop = Database<typeof tables>

/** Stands for the database, wherever a service needs it. */
export const DB = token<Shop>('db')
