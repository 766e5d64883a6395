import { json, Router, type RequestHandler } from 'express'
import type { Store } from '../store.ts'
import type { Moved } from './app.ts'

const needsKey: RequestHandler = (request, response, next) => {
  if (request.header('x-api-key') === 'secret') next()
  else response.status(401).json({ error: 'Send your key in x-api-key.' })
}

/** The orders as they were written years ago. What is wrong with a body is looked at by hand. */
export function ordersRouter(store: Store, moved: Moved): Router {
  const router = Router()
  router.use(needsKey)

  if (moved === 'nothing') {
    router.get('/', (_request, response) => {
      response.json(store.list())
    })

    router.get('/:id', (request, response) => {
      const order = store.find(Number(request.params.id))
      if (order === undefined) response.status(404).json({ error: 'There is no such order.' })
      else response.json(order)
    })
  }

  router.post('/', json(), (request, response) => {
    const { customer, total } = (request.body ?? {}) as Record<string, unknown>
    if (typeof customer !== 'string' || customer === '' || typeof total !== 'number' || total < 0) {
      response.status(400).json({ error: 'The order is not valid.' })
      return
    }
    response.status(201).json(store.add(customer, total))
  })

  return router
}
