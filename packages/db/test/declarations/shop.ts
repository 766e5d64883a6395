// What users export and emit declarations of: tables, their schemas, the tables of a database, its token, routes with them.
import { reply, route, router, t, token } from '@keelson/core'
import {
  boolean,
  decimal,
  defineTables,
  json,
  oneOf,
  table,
  text,
  timestamp,
  uuid,
  version,
  type Database,
} from '@keelson/db'

export const Customers = table('customers', {
  id: uuid().primary(),
  name: text({ maxLength: 200 }),
  address: json(t.Object({ city: t.String(), zip: t.Optional(t.String()) })).nullable(),
})

export const Orders = table(
  'orders',
  {
    id: uuid().primary(),
    customerId: uuid().references('customers', { onDelete: 'restrict' }),
    parentId: uuid().nullable().references('orders', { as: 'parent', inverse: 'children' }),
    status: oneOf('open', 'closed').default('open'),
    total: decimal(12, 2, { minimum: 0 }),
    isPaid: boolean().default(false),
    tokenHash: text().hidden(),
    version: version(),
    createdAt: timestamp().now(),
  },
  { indexes: [['status', 'createdAt']] },
)

export const tables = defineTables({ customers: Customers, orders: Orders })
export const DB = token<Database<typeof tables>>('db')

export const Summary = Orders.row.pick('id', 'total').extend({ customer: Customers.row.omit('address') })
export const column = uuid().references('customers', { as: 'owner' })

const withDatabase = route.inject({ db: DB })

export const orders = router('/orders', {
  show: withDatabase.get(
    '/:id',
    { params: Orders.row.pick('id'), response: { 200: Orders.row, 404: t.Object({}) }, access: 'public' },
    async ({ params, db }) => {
      const order = await db.orders.byId(params.id)
      return order === undefined ? reply(404, {}) : reply(200, order)
    },
  ),
  create: withDatabase.post(
    '/',
    { body: Orders.new.pick('customerId', 'total'), response: { 201: Orders.row }, access: 'public' },
    async ({ body, db }) => reply(201, await db.orders.insert({ ...body, tokenHash: 'x' })),
  ),
})
