// W2's schemas in zod, for the peers whose documentation validates by it.
import { z } from 'zod'

export const idParams = z.object({ id: z.uuid() })

export const orderQuery = z.object({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
})

const name = z.string().min(1).max(80)

export const orderBody = z.strictObject({
  customer: z.strictObject({ name, email: z.email() }),
  shipTo: z.strictObject({
    street: z.string().min(1).max(120),
    city: name,
    zip: z.string().regex(/^[0-9A-Z -]{3,10}$/),
    country: z.string().regex(/^[A-Z]{2}$/),
  }),
  currency: z.enum(['EUR', 'USD', 'GBP']),
  note: z.string().max(200).exactOptional(),
  items: z
    .array(
      z.strictObject({
        sku: z.string().regex(/^[A-Z]{4}-[0-9]{4}$/),
        name,
        quantity: z.int().min(1).max(1000),
        unitPrice: z.number().min(0),
      }),
    )
    .min(1)
    .max(50),
})

export const itemParams = z.object({ id: z.coerce.number().int().min(1) })
