import { defineError, t, type Static } from '@keelson/core'
import { Orders } from './tables.ts'

/** What a caller sends. */
export const NewOrder = Orders.new.pick('customer', 'items')
export type NewOrder = Static<typeof NewOrder>

/** What a caller gets. */
export const Order = t.Object(Orders.row.properties, { $id: 'Order' })
export type Order = Static<typeof Order>

export const OrderClosed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ id: t.String({ format: 'uuid' }) }),
})
