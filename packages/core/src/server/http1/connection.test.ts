import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { Connection, type ServerState } from './connection.ts'

async function idleFrom(isDraining: boolean): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  const state = { connections: new Set(), isDraining, onConnectionIdle: () => undefined }
  const connection = new Connection(socket, state as unknown as ServerState)
  client.destroy()
  await once(socket.resume(), 'close')
  return connection.idleFrom
}

describe('the time for which a connection was idle', () => {
  it('counts from its beginning, where its handshake ended after the server began to end', async () => {
    const before = performance.now()
    const from = await idleFrom(true)
    expect([from >= before, from <= performance.now()]).toEqual([true, true])
  })

  it('is over for those that were there before', async () => {
    expect(await idleFrom(false)).toBe(0)
  })
})
