import { connect } from 'node:net'

/** Options of a route that anybody may call. */
export const open = { access: 'public' } as const

/** Both ways to reach a test's app. */
export const transports = ['memory', 'socket'] as const

/** Sends bytes to a port of this machine, and gives all that comes back until the connection is closed. */
export async function exchange(port: number, bytes: Uint8Array): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
