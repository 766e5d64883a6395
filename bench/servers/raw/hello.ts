// W1 by hand on node:http.
import { createServer } from 'node:http'
import { sendJson, sendProblem } from './answer.ts'

const server = createServer((request, response) => {
  if (request.url !== '/') sendProblem(response, 404, 'Not found')
  else if (request.method !== 'GET') sendProblem(response, 405, 'Method not allowed')
  else sendJson(response, 200, { hello: 'world' })
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
