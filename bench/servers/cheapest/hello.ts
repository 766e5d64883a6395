// W1: the least that node:http can do for an answer: no routing, a body made once.
import { createServer } from 'node:http'

const BODY = JSON.stringify({ hello: 'world' })
const HEADERS = ['content-type', 'application/json; charset=utf-8', 'content-length', String(BODY.length)]

const server = createServer({ optimizeEmptyRequests: true }, (_request, response) => {
  response.writeHead(200, HEADERS)
  response.end(BODY)
})
server.listen(Number(process.env['PORT']), '127.0.0.1')
