import express, { type Express } from 'express'
import type { Store } from '../store.ts'
import { ordersRouter } from './orders.router.ts'

/** The app as it was. */
export function oldApp(store: Store): Express {
  const app = express()
  app.disable('x-powered-by')
  app.use('/orders', ordersRouter(store))
  app.get('/customers/:name', (request, response) => {
    const { name } = request.params
    response.json({ name, orders: store.list().filter(({ customer }) => customer === name).length })
  })
  return app
}
