// A network between us and a server, which a test cuts and stalls. Bounded by the life of the test.
import { once } from 'node:events'
import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

/** The network, with a port of its own. */
export interface FaultyNetwork extends AsyncDisposable {
  readonly port: number
  /** Connections that have been made so far. */
  readonly made: number
  /** Connections that were refused. */
  readonly refused: number
  /** Cuts the connections that are open, and says how many. */
  cut(): number
  /** Passes nothing on, either way, and takes new connections all the same. */
  stall(): void
  /** Passes everything on again. */
  resume(): void
  /** Cuts what is open, and refuses what comes, until `accept`. */
  refuse(): void
  accept(): void
}

/** Opens a network to a port of 127.0.0.1. */
export async function openNetwork(target: number): Promise<FaultyNetwork> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isStalled = false
  let isRefusing = false
  let made = 0
  let refused = 0
  const cut = (): number => {
    const { size } = pairs
    for (const pair of pairs) for (const socket of pair) socket.destroy()
    return size
  }
  const server = createServer((client) => {
    if (isRefusing) {
      refused++
      return void client.destroy()
    }
    made++
    const upstream = connect(target, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on('error', () => {})
      from.on('data', (chunk) => to.write(chunk))
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
      if (isStalled) from.pause()
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const each = (act: (socket: Socket) => void): void => {
    for (const pair of pairs) for (const socket of pair) act(socket)
  }
  return {
    port: (server.address() as AddressInfo).port,
    get made() {
      return made
    },
    get refused() {
      return refused
    },
    cut,
    stall: () => {
      isStalled = true
      each((socket) => socket.pause())
    },
    resume: () => {
      isStalled = false
      each((socket) => socket.resume())
    },
    refuse: () => {
      isRefusing = true
      cut()
    },
    accept: () => {
      isRefusing = false
    },
    [Symbol.asyncDispose]: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
