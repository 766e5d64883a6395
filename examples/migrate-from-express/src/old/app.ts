import express, { type Express } from 'express'
import type { Store } from '../store.ts'
import { ordersRouter } from './orders.router.ts'

/**
 * What of the orders is not here any more, since routes have it. In your app these lines are deleted as they move: what stays is still found, by
 * paths that are written in another way and past all that the routes check.
 */
export type Moved = 'nothing' | 'reads' | 'orders'

/** The app as it was, without what has moved. */
export function oldApp(store: Store, moved: Moved = 'nothing'): Express {
  const app = express()
  app.disable('x-powered-by')
  if (moved !== 'orders') app.use('/orders', ordersRouter(store, moved))
  app.get('/customers/:name', (request, response) => {
    const { name } = request.params
    response.json({ name, orders: store.list().filter(({ customer }) => customer === name).length })
  })
  return app
}
