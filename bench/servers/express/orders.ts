// Express brings no validation: zod, as most of its users do.
import express, { type NextFunction, type Request, type Response } from 'express'
import { z } from 'zod'
import { fillers } from '../../domain/fillers.ts'
import { placeOrder, toOrderView } from '../../domain/orders.ts'
import { idParams, orderBody, orderQuery } from '../zod-schemas.ts'

const app = express()
app.use(express.json({ limit: '1mb' }))

for (const { method, path, resource, hasId } of fillers()) {
  app[method === 'GET' ? 'get' : 'delete'](path, (request, response) => {
    response.json({ resource, id: hasId ? idParams.parse(request.params).id : null })
  })
}
app.post('/api/v1/users/:id/orders', (request, response) => {
  const { id } = idParams.parse(request.params)
  const { dryRun } = orderQuery.parse(request.query)
  response.json(toOrderView(placeOrder(id, dryRun, orderBody.parse(request.body))))
})

// oxlint-disable-next-line max-params -- Express knows error handlers by their four parameters
app.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
  if (!(error instanceof z.ZodError)) return next(error)
  response.status(400).json({ issues: error.issues })
})
app.listen(Number(process.env['PORT']), '127.0.0.1')
