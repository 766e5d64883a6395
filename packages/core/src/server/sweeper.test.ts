import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { Connection, type ServerState } from './connection.ts'
import { resolveLimits } from './limits.ts'
import { Sweeper } from './sweeper.ts'

const limits = resolveLimits({ responseStallTimeoutMs: 2_000 })
const opened: Socket[] = []

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
})

/** A connection whose client reads nothing until it is told to, and a sweeper of it. */
async function stalled(): Promise<{
  readonly socket: Socket
  readonly client: Socket
  readonly sweeper: Sweeper
}> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause()
  const [socket] = (await once(server, 'connection')) as [Socket]
  server.close()
  opened.push(socket, client)
  client.on('error', () => undefined)
  const connections = new Set<Connection>()
  const state = { limits, connections, isDraining: false } as ServerState
  const connection = new Connection(socket, state)
  connection.pending = 1
  socket.write(Buffer.alloc(50_000_000))
  return { socket, client, sweeper: new Sweeper(limits, connections) }
}

/** Waits until the system takes no more. */
async function settled(socket: Socket): Promise<void> {
  const { _handle: handle } = socket as unknown as { readonly _handle: { readonly writeQueueSize: number } }
  for (let before = -1; before !== handle.writeQueueSize;) {
    before = handle.writeQueueSize
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

describe('an answer that its client does not take', () => {
  it('is reset when the limit has passed since the last progress, not at twice that', async () => {
    const { socket, client, sweeper } = await stalled()
    await settled(socket)
    sweeper.sweep(10_000)
    sweeper.sweep(11_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(12_000)
    expect(socket.destroyed).toBe(true)
    client.resume()
    const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ECONNRESET')
  })

  it('is given up although the client goes on sending', async () => {
    const { socket, client, sweeper } = await stalled()
    await settled(socket)
    sweeper.sweep(10_000)
    socket.resume()
    client.write('still here')
    await once(socket, 'data')
    sweeper.sweep(12_000)
    expect(socket.destroyed).toBe(true)
  })

  it('begins anew with each progress, inside of one large write, too', async () => {
    const { socket, client, sweeper } = await stalled()
    await settled(socket)
    sweeper.sweep(10_000)
    for (let taken = 0; taken < 10_000_000;) {
      await once(client, 'readable')
      taken += (client.read() as Buffer | null)?.byteLength ?? 0
    }
    await settled(socket)
    sweeper.sweep(12_000)
    sweeper.sweep(13_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(14_000)
    expect(socket.destroyed).toBe(true)
  })
})
