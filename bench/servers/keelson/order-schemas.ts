import { t } from '@keelson/core'

export const idParams = { id: t.String({ format: 'uuid' }) }

const name = t.String({ minLength: 1, maxLength: 80 })

export const OrderBody = t.Object({
  customer: t.Object({ name, email: t.String({ format: 'email' }) }),
  shipTo: t.Object({
    street: t.String({ minLength: 1, maxLength: 120 }),
    city: name,
    zip: t.String({ pattern: '^[0-9A-Z -]{3,10}$' }),
    country: t.String({ pattern: '^[A-Z]{2}$' }),
  }),
  currency: t.Union([t.Literal('EUR'), t.Literal('USD'), t.Literal('GBP')]),
  note: t.Optional(t.String({ maxLength: 200 })),
  items: t.Array(
    t.Object({
      sku: t.String({ pattern: '^[A-Z]{4}-[0-9]{4}$' }),
      name,
      quantity: t.Integer({ minimum: 1, maximum: 1000 }),
      unitPrice: t.Number({ minimum: 0 }),
    }),
    { minItems: 1, maxItems: 50 },
  ),
})

export const OrderView = t.Object({
  id: t.String(),
  userId: t.String(),
  status: t.String(),
  customer: t.Object({ name: t.String(), email: t.String() }),
  currency: t.String(),
  items: t.Array(
    t.Object({
      line: t.Integer(),
      sku: t.String(),
      name: t.String(),
      quantity: t.Integer(),
      unitPrice: t.Number(),
      lineTotal: t.Number(),
    }),
  ),
  subtotal: t.Number(),
  tax: t.Number(),
  total: t.Number(),
  createdAt: t.String(),
})

export const FillerView = t.Object({ resource: t.String(), id: t.Union([t.String(), t.Null()]) })
