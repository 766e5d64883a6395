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
})

export const Orders = table('orders', {
  id: uuid().primary(),
  customer: text({ minLength: 1, maxLength: 100 }),
  status: oneOf('open', 'closed').default('open'),
  items: json(t.Array(Item, { minItems: 1, maxItems: 50 })),
  totalCents: integer({ bits: 53, minimum: 0 }),
  createdAt: timestamp().now(),
  version: version(),
})

export const tables = defineTables({ orders: Orders })
export type Shop = Database<typeof tables>

/** Stands for the database, wherever a constructor needs it: an interface leaves nothing that could. */
export const DB = token<Shop>('db')
