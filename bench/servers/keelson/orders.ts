import { createApp, route, router, t, type RouteTree } from '@keelson/core'
import { fillers, type Filler } from '../../domain/fillers.ts'
import { placeOrder } from '../../domain/orders.ts'
import { FillerView, idParams, OrderBody, OrderView } from './order-schemas.ts'

const createOrder = route.post(
  '/users/:id/orders',
  {
    params: idParams,
    query: { dryRun: t.Boolean({ default: false }) },
    body: OrderBody,
    response: OrderView,
    access: 'public',
  },
  ({ params, query, body }) => placeOrder(params.id, query.dryRun, body),
)

function fillerRoute({ method, path, resource, hasId }: Filler): RouteTree[string] {
  const make = method === 'GET' ? route.get : route.delete
  const below = path.slice('/api/v1'.length)
  if (!hasId) return make(below, { response: FillerView, access: 'public' }, () => ({ resource, id: null }))
  return make(`${below}`, { params: idParams, response: FillerView, access: 'public' }, ({ params }) => ({
    resource,
    id: params.id,
  }))
}

const tree: RouteTree = {
  ...Object.fromEntries(fillers().map((filler, index) => [`filler${index}`, fillerRoute(filler)])),
  createOrder,
}
const app = createApp({ name: 'orders', routes: { api: router('/api/v1', tree) }, log: false })
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
