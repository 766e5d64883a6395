import { defineError, t, type Static } from '@keelson/core'

const Item = t.Object({
  sku: t.String({ minLength: 1, maxLength: 40 }),
  quantity: t.Integer({ minimum: 1, maximum: 1000 }),
  priceCents: t.Integer({ minimum: 0, maximum: 10_000_000 }),
})

/** What a caller sends. */
export const NewOrder = t.Object({
  customer: t.String({ minLength: 1, maxLength: 100 }),
  items: t.Array(Item, { minItems: 1, maxItems: 50 }),
})
export type NewOrder = Static<typeof NewOrder>

/** What a caller gets. */
export const Order = t.Object(
  {
    id: t.String({ format: 'uuid' }),
    customer: t.String(),
    status: t.Union([t.Literal('open'), t.Literal('closed')]),
    items: t.Array(Item),
    totalCents: t.Integer(),
    createdAt: t.String({ format: 'date-time' }),
  },
  { $id: 'Order' },
)
export type Order = Static<typeof Order>

export const OrderClosed = defineError('ORDER_CLOSED', {
  status: 409,
  title: 'The order is closed',
  details: t.Object({ id: t.String({ format: 'uuid' }) }),
})
