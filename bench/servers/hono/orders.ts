import { serve } from '@hono/node-server'
import { zValidator } from '@hono/zod-validator'
import { Hono } from 'hono'
import { fillers } from '../../domain/fillers.ts'
import { placeOrder, toOrderView } from '../../domain/orders.ts'
import { idParams, orderBody, orderQuery } from '../zod-schemas.ts'

const app = new Hono()

for (const { method, path, resource, hasId } of fillers()) {
  if (hasId) {
    app.on(method, path, zValidator('param', idParams), (c) =>
      c.json({ resource, id: c.req.valid('param').id }),
    )
  } else {
    app.on(method, path, (c) => c.json({ resource, id: null }))
  }
}
app.post(
  '/api/v1/users/:id/orders',
  zValidator('param', idParams),
  zValidator('query', orderQuery),
  zValidator('json', orderBody),
  (c) => {
    const { id } = c.req.valid('param')
    const { dryRun } = c.req.valid('query')
    return c.json(toOrderView(placeOrder(id, dryRun, c.req.valid('json'))))
  },
)
serve({ fetch: app.fetch, port: Number(process.env['PORT']), hostname: '127.0.0.1' })
