// A network between us and a server, which is cut and hangs when a test says so. Bounded by the life of the test.
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** What the network does with what the client sends from now on. */
export type Fault =
  | { readonly kind: 'none' }
  /** Cuts the connection that sends a text like this, before it gets there or after. */
  | { readonly kind: 'cut'; readonly at: RegExp; readonly isSent: boolean }
  /** Passes nothing on any more, either way: from now on, or from a text like this on, of which the test is told. */
  | { readonly kind: 'hang'; readonly at?: RegExp; readonly onHang?: () => void }

/** The network, with a port of its own. */
export interface FaultyNetwork extends AsyncDisposable {
  readonly port: number
  fault: Fault
  /** The connections that are open die, which the client sees when it sends something. */
  dieUnnoticed(): void
}

/** Opens a network to a port of 127.0.0.1. */
export async function openNetwork(target: number): Promise<FaultyNetwork> {
  const sockets = new Set<Socket>()
  const clients = new Set<Socket>()
  const dead = new WeakSet<Socket>()
  const network = { fault: { kind: 'none' } as Fault }
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1')
    const cut = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', cut)
    }
    clients.add(client)
    client.on('data', (chunk) => {
      if (dead.has(client)) return cut()
      const { fault } = network
      if (fault.kind === 'hang') {
        if (fault.at?.test(chunk.toString('latin1')) === false) return void upstream.write(chunk)
        network.fault = { kind: 'hang' }
        return fault.onHang?.()
      }
      const isHit = fault.kind === 'cut' && fault.at.test(chunk.toString('latin1'))
      if (!isHit || fault.isSent) upstream.write(chunk)
      // After it was sent, the server has time to do it; its answer is lost.
      if (isHit) setTimeout(cut, fault.isSent ? 100 : 0)
      if (isHit && fault.isSent) upstream.pause()
    })
    upstream.on('data', (chunk) => {
      if (network.fault.kind !== 'hang' || network.fault.at !== undefined) client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(network, {
    port: (server.address() as AddressInfo).port,
    dieUnnoticed: () => {
      for (const client of clients) dead.add(client)
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}
