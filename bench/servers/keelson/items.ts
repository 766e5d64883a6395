// W3, and W4 with CACHE=1.
import { bind, createApp, NotFoundError, router, t, token } from '@keelson/core'
import { cors, securityHeaders } from '@keelson/http'
import { toItemView } from '../../domain/items.ts'
import { ALLOWED_ORIGINS, EXPOSED_HEADERS } from '../../domain/security.ts'
import { createItemStore } from '../item-store.ts'
import { member, reader } from './caller.ts'

const ITEMS = token<ReturnType<typeof createItemStore>>('items')

const ItemView = t.Object({
  id: t.Integer(),
  sku: t.String(),
  name: t.String(),
  description: t.String(),
  price: t.Number(),
  stock: t.Integer(),
  updatedAt: t.String(),
})

const show = member
  .inject({ items: ITEMS })
  .get(
    '/:id',
    { params: { id: t.Integer({ minimum: 1 }) }, response: ItemView, access: reader },
    ({ params, items }) => {
      const row = items.find(params.id)
      return row instanceof Promise ? row.then(toView) : toView(row)
    },
  )

function toView(
  row: Awaited<ReturnType<ReturnType<typeof createItemStore>['find']>>,
): ReturnType<typeof toItemView> {
  if (row === undefined) throw new NotFoundError('No such item.')
  return toItemView(row)
}

const app = createApp({
  name: 'items',
  routes: { items: router('/api/v1/items', { show }) },
  use: [securityHeaders(), cors({ origins: ALLOWED_ORIGINS, exposedHeaders: [EXPOSED_HEADERS] })],
  providers: [bind(ITEMS, { value: createItemStore() })],
  // One JSON line a request on standard output, written asynchronously, is the default.
})
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
