import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { loadUndici } from './load-undici.ts'

const kOlder = Symbol.for('undici.globalDispatcher.1')
const globals: { readonly [name: symbol]: unknown } = globalThis as never

// One test, since a module is loaded once.
it('leaves the global fetch as it was, and what others put under it afterwards', async () => {
  const before = globals[kOlder]
  const { Agent, setGlobalDispatcher } = await loadUndici()
  expect(globals[kOlder]).toBe(before)

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume().on('end', () => response.end('served'))
  }
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // Undici 8 under the fetch of Node 22 refuses this length.
  const response = await fetch(url, { method: 'POST', body: 'ab', headers: { 'content-length': '2' } })
  expect(await response.text()).toBe('served')
  server.closeAllConnections()
  server.close()

  setGlobalDispatcher(new Agent())
  const chosen = globals[kOlder]
  await loadUndici()
  expect(globals[kOlder]).toBe(chosen)
  expect(chosen).not.toBe(before)
})
