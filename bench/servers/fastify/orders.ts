import fastify from 'fastify'
import { fillers } from '../../domain/fillers.ts'
import {
  ID_PARAMS_SCHEMA,
  ORDER_BODY_SCHEMA,
  ORDER_QUERY_SCHEMA,
  ORDER_VIEW_SCHEMA,
} from '../../domain/order-schema.ts'
import { placeOrder, type OrderInput } from '../../domain/orders.ts'

const app = fastify()

const FILLER_VIEW = {
  type: 'object',
  properties: { resource: { type: 'string' }, id: { type: 'string', nullable: true } },
}
for (const { method, path, resource, hasId } of fillers()) {
  app.route<{ Params: { id?: string } }>({
    method,
    url: path,
    schema: { ...(hasId && { params: ID_PARAMS_SCHEMA }), response: { 200: FILLER_VIEW } },
    handler: (request) => ({ resource, id: request.params.id ?? null }),
  })
}

app.post<{ Params: { id: string }; Querystring: { dryRun: boolean }; Body: OrderInput }>(
  '/api/v1/users/:id/orders',
  {
    schema: {
      params: ID_PARAMS_SCHEMA,
      querystring: ORDER_QUERY_SCHEMA,
      body: ORDER_BODY_SCHEMA,
      response: { 200: ORDER_VIEW_SCHEMA },
    },
  },
  (request) => placeOrder(request.params.id, request.query.dryRun, request.body),
)

await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
