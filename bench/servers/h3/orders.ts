import { getValidatedQuery, getValidatedRouterParams, H3, readValidatedBody, serve } from 'h3'
import { fillers } from '../../domain/fillers.ts'
import { placeOrder, toOrderView } from '../../domain/orders.ts'
import { idParams, orderBody, orderQuery } from '../zod-schemas.ts'

const app = new H3()

for (const { method, path, resource, hasId } of fillers()) {
  app.on(method, path, async (event) => {
    return { resource, id: hasId ? (await getValidatedRouterParams(event, idParams)).id : null }
  })
}
app.post('/api/v1/users/:id/orders', async (event) => {
  const { id } = await getValidatedRouterParams(event, idParams)
  const { dryRun } = await getValidatedQuery(event, orderQuery)
  return toOrderView(placeOrder(id, dryRun, await readValidatedBody(event, orderBody)))
})
serve(app, { port: Number(process.env['PORT']), hostname: '127.0.0.1', silent: true })
