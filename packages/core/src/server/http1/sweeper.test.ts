import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { TEST_CERTIFICATE } from '../../../test/server-certificate.ts'
import { BYTEWISE } from '../../../test/server-support.ts'
import { Connection, type ServerState } from './connection.ts'
import { resolveLimits } from './limits.ts'
import { RunningTime } from './running-time.ts'
import { Sweeper } from './sweeper.ts'

const limits = resolveLimits({ responseStallTimeoutMs: 2_000, keepAliveTimeoutMs: 5_000 })
const opened: Socket[] = []

afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
})

/** Both ends of a connection whose client reads nothing until it is told to, and a sweeper of it. */
interface Swept {
  readonly socket: Socket
  readonly client: Socket
  readonly connection: Connection
  readonly sweeper: Sweeper
}

async function connected(isSecure = false, onread?: OnReadOpts): Promise<Swept> {
  const server = (isSecure ? createTlsServer(TEST_CERTIFICATE) : createServer()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' }
  const client = isSecure
    ? connectTls({ ...at, ca: TEST_CERTIFICATE.cert, servername: 'localhost' })
    : connect({ ...at, ...(onread && { onread }) })
  const [socket] = (await once(server, isSecure ? 'secureConnection' : 'connection')) as [Socket]
  client.pause()
  server.close()
  opened.push(socket, client)
  client.on('error', () => undefined)
  const connections = new Set<Connection>()
  const time = new RunningTime()
  const state = { limits, connections, time, isDraining: false } as ServerState
  return {
    socket,
    client,
    connection: new Connection(socket, state),
    sweeper: new Sweeper(limits, connections),
  }
}

/** One whose client takes nothing of a large answer. */
async function stalled(isSecure?: boolean, onread?: OnReadOpts): Promise<Swept> {
  const swept = await connected(isSecure, onread)
  swept.connection.pending = 1
  swept.socket.write(Buffer.alloc(50_000_000))
  return swept
}

/** Waits until the system takes no more: looked at so often that a busy machine is not taken for a full buffer. */
async function settled(socket: Socket): Promise<void> {
  interface Handle {
    readonly writeQueueSize: number
    readonly _parent?: Handle
  }
  const { _handle: own } = socket as unknown as { readonly _handle: Handle }
  const handle = own._parent ?? own
  let before = -1
  for (let same = 0; same < 10; same++) {
    if (before !== handle.writeQueueSize) same = 0
    before = handle.writeQueueSize
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The client takes a part of what was sent, more than the system holds by itself. */
async function takeSome(client: Socket): Promise<void> {
  for (let taken = 0; taken < 10_000_000;) {
    await once(client, 'readable')
    taken += (client.read() as Buffer | null)?.byteLength ?? 0
  }
}

describe.each([
  ['plain', false],
  ['over TLS', true],
])('an answer that its client does not take, %s', (_, isSecure) => {
  it('is given up when the limit has passed since the last progress, not at twice that', async () => {
    const { socket, sweeper } = await stalled(isSecure)
    await settled(socket)
    sweeper.sweep(10_000)
    sweeper.sweep(11_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(12_000)
    expect(socket.destroyed).toBe(true)
  })

  it('is given up although the client goes on sending', async () => {
    const { socket, client, sweeper } = await stalled(isSecure)
    await settled(socket)
    sweeper.sweep(10_000)
    socket.resume()
    client.write('still here')
    await once(socket, 'data')
    sweeper.sweep(12_000)
    expect(socket.destroyed).toBe(true)
  })

  it('is given up although its handler goes on writing', async () => {
    const { socket, sweeper } = await stalled(isSecure)
    await settled(socket)
    for (const now of [10_000, 11_000, 11_999]) {
      sweeper.sweep(now)
      socket.write('still here')
      expect(socket.destroyed).toBe(false)
    }
    sweeper.sweep(12_000)
    expect(socket.destroyed).toBe(true)
  })

  it('begins anew with each progress, inside of one large write, too', async () => {
    const { socket, client, sweeper } = await stalled(isSecure)
    await settled(socket)
    sweeper.sweep(10_000)
    await takeSome(client)
    await settled(socket)
    sweeper.sweep(12_000)
    sweeper.sweep(13_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(14_000)
    expect(socket.destroyed).toBe(true)
  })

  it('goes on for any time as long as the client takes some of it', async () => {
    const { socket, client, sweeper } = await stalled(isSecure)
    sweeper.sweep(0)
    for (let now = 10_000; now <= 40_000; now += 10_000) {
      await takeSome(client)
      sweeper.sweep(now)
      expect(socket.destroyed).toBe(false)
    }
  })
})

it('an answer that is given up is reset, so that it does not seem to end there', async () => {
  const { socket, client, sweeper } = await stalled(false, BYTEWISE)
  await settled(socket)
  for (const now of [10_000, 12_000]) sweeper.sweep(now)
  client.resume()
  const [error] = (await once(client, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toBe('ECONNRESET')
})

describe('a connection that is kept alive', () => {
  it('is closed when its time has passed since its last request, and not before', async () => {
    const { socket, connection, sweeper } = await connected()
    for (let now = 10_000; now < 40_000; now += 4_999) {
      connection.requestCount++
      sweeper.sweep(now)
      sweeper.sweep(now + 4_998)
      expect(socket.destroyed).toBe(false)
    }
    sweeper.sweep(50_000)
    expect(socket.destroyed).toBe(true)
  })

  it('begins anew with the first bytes of a request', async () => {
    const { socket, client, connection, sweeper } = await connected()
    connection.requestCount++
    sweeper.sweep(10_000)
    client.write('GET')
    socket.resume()
    await once(socket, 'data')
    sweeper.sweep(15_000)
    sweeper.sweep(19_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(20_000)
    expect(socket.destroyed).toBe(true)
  })

  it('is not closed while a request of it is answered', async () => {
    const { socket, connection, sweeper } = await connected()
    connection.requestCount++
    connection.pending = 1
    for (const now of [10_000, 20_000, 30_000]) sweeper.sweep(now)
    expect(socket.destroyed).toBe(false)
    connection.pending = 0
    sweeper.sweep(40_000)
    sweeper.sweep(44_999)
    expect(socket.destroyed).toBe(false)
    sweeper.sweep(45_000)
    expect(socket.destroyed).toBe(true)
  })
})
