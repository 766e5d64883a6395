import { defineError, t, type Static } from '@keelson/core'
import { Orders } from './orders.table.ts'

export const NewOrder = Orders.new.pick('customer', 'items')
export type NewOrder = Static<typeof NewOrder>

export const Order = t.Object(Orders.row.properties, { $id: 'Order' })
export type Order = Static<typeof Order>

export const OrderClosed = defineError('ORDER_CLOSED', { status: 409, title: 'The order is closed' })
export const UnknownSku = defineError('UNKNOWN_SKU', {
  status: 422,
  title: 'There is no such product',
  details: t.Object({ sku: t.String() }),
})
