// W2 by hand on node:http.
import { createServer, type ServerResponse } from 'node:http'
import { fillers } from '../../domain/fillers.ts'
import { placeOrder, toOrderView } from '../../domain/orders.ts'
import { HttpProblem, sendJson, sendProblem } from './answer.ts'
import { readJson } from './body.ts'
import { Router } from './router.ts'
import { toBoolean, toOrderInput, toUuid } from './validators.ts'

const router = new Router()
for (const { method, path, resource, hasId } of fillers()) {
  router.add(method, path, (_request, response, { id }) => {
    sendJson(response, 200, { resource, id: hasId ? toUuid(id) : null })
  })
}
router.add('POST', '/api/v1/users/:id/orders', async (request, response, { id, search }) => {
  const userId = toUuid(id)
  const isDryRun = toBoolean(new URLSearchParams(search).get('dryRun'))
  const input = toOrderInput(await readJson(request))
  sendJson(response, 200, toOrderView(placeOrder(userId, isDryRun, input)))
})

const server = createServer((request, response) => {
  const found = router.find(request.method as string, request.url as string)
  if (found === 'no-path') return sendProblem(response, 404, 'Not found')
  if (found === 'no-method') return sendProblem(response, 405, 'Method not allowed')
  try {
    const pending = found.handler(request, response, found.target)
    pending?.catch((error: unknown) => refuse(response, error))
  } catch (error) {
    refuse(response, error)
  }
})
server.listen(Number(process.env['PORT']), '127.0.0.1')

function refuse(response: ServerResponse, error: unknown): void {
  if (error instanceof HttpProblem) return sendProblem(response, error.status, error.message)
  console.error(error)
  sendProblem(response, 500, 'Internal error')
}
