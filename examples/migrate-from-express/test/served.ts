// The shop on a socket: the old app alone, and each of the steps.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { testApp } from '@keelson/testing'
import { oldApp } from '../src/old/app.ts'
import { mounted, ordersMoved, readsMoved } from '../src/steps.ts'
import { Store } from '../src/store.ts'

export interface Served extends AsyncDisposable {
  readonly baseUrl: string
}

async function expressAlone(): Promise<Served> {
  const server = createServer(oldApp(new Store())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: close }
}

export const STEPS: readonly (readonly [
  name: string,
  serve: () => Promise<Served>,
  moved: readonly string[],
])[] = [
  ['Express alone', expressAlone, []],
  ['step 1, mounted', () => testApp({ ...mounted(), transport: 'socket' }), []],
  ['step 2, reads moved', () => testApp({ ...readsMoved(), transport: 'socket' }), ['GET']],
  ['step 3, orders moved', () => testApp({ ...ordersMoved(), transport: 'socket' }), ['GET', 'POST']],
]
