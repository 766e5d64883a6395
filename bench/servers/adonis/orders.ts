// Validation by VineJS, as AdonisJS documents it.
import vine from '@vinejs/vine'
import { fillers } from '../../domain/fillers.ts'
import { placeOrder, toOrderView, type OrderInput } from '../../domain/orders.ts'
import { startAdonis } from './start.ts'

const id = vine.string().uuid()
const idValidator = vine.create({ params: vine.object({ id }) })
const name = vine.string().minLength(1).maxLength(80)

const orderValidator = vine.create({
  params: vine.object({ id }),
  dryRun: vine.boolean(),
  customer: vine.object({ name: name.clone(), email: vine.string().email() }),
  shipTo: vine.object({
    street: vine.string().minLength(1).maxLength(120),
    city: name.clone(),
    zip: vine.string().regex(/^[0-9A-Z -]{3,10}$/),
    country: vine.string().regex(/^[A-Z]{2}$/),
  }),
  currency: vine.enum(['EUR', 'USD', 'GBP'] as const),
  note: vine.string().maxLength(200).optional(),
  items: vine
    .array(
      vine.object({
        sku: vine.string().regex(/^[A-Z]{4}-[0-9]{4}$/),
        name: name.clone(),
        quantity: vine.number().withoutDecimals().range([1, 1000]),
        unitPrice: vine.number().min(0),
      }),
    )
    .minLength(1)
    .maxLength(50),
})

await startAdonis((router) => {
  for (const { method, path, resource, hasId } of fillers()) {
    router.route(path, [method], async ({ request }) => {
      return { resource, id: hasId ? (await request.validateUsing(idValidator)).params.id : null }
    })
  }
  router.post('/api/v1/users/:id/orders', async ({ request }) => {
    const { params, dryRun, ...input } = await request.validateUsing(orderValidator)
    return toOrderView(placeOrder(params.id, dryRun, input as OrderInput))
  })
}, true)
