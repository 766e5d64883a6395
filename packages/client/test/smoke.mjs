// The built package as a user has it, on one version of Node: every subpath loads, a call goes over a socket and is read.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { ClientError, createClient, frameHeaders } from '@keelson/client'
import { createClient as createFetchClient } from '@keelson/client/fetch'
import { lines } from '@keelson/client/streams'

const server = createServer((request, response) => {
  const isLines = request.url === '/lines'
  response.setHeader('content-type', isLines ? 'application/x-ndjson' : 'application/json')
  response.statusCode = request.url === '/gone' ? 410 : 200
  response.end(isLines ? '1\n2\n' : request.url === '/gone' ? '{"code":"GONE","title":"Gone"}' : '7')
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

try {
  const routes = { seven: 'GET /seven', gone: 'GET /gone GONE', lines: 'GET /lines 200:application/x-ndjson' }
  const baseUrl = `http://127.0.0.1:${server.address().port}`
  const options = { baseUrl, manifest: { version: 1, hash: '', routes } }
  const client = createClient({ ...options, interceptors: [frameHeaders()] })
  assert.equal(await client.seven(), 7)
  assert.equal(await createFetchClient(options).seven(), 7)
  await assert.rejects(client.gone(), (error) => ClientError.is(error) && error.code === 'GONE')
  const read = []
  for await (const line of lines(client.lines)) read.push(line)
  assert.deepEqual(read, [1, 2])
  assert.throws(() => createClient({ ...options, timeoutms: 1 }), /Did you mean 'timeoutMs'\?/)
} finally {
  server.close()
  server.closeAllConnections()
}

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/client').createClient, createClient)
