// On the request path of connections that are switched to another protocol: the first write shows the result.
import type { Socket } from 'node:net'

type Chunk = string | Uint8Array

/** Intercepts the writes of a socket. */
export interface SocketGate {
  /** Removes it. */
  open(): void
}

/**
 * Intercepts the first chunk that is written on a socket; later ones pass.
 *
 * @param change - returns what is written instead
 */
export function onFirstWrite(socket: Socket, change: (chunk: Chunk) => Chunk): SocketGate {
  let isOpen = false
  const open = (): void => {
    isOpen = true
    // Unless other code has replaced them.
    if (socket.write === write) delete (socket as { write?: unknown }).write
    if (socket.end === end) delete (socket as { end?: unknown }).end
  }
  const pass = (chunk: unknown): unknown => {
    if (isOpen || !isChunk(chunk)) return chunk
    open()
    return change(chunk)
  }
  const { write: writeOn, end: endOn } = socket
  const write = ((chunk: unknown, ...rest: []) =>
    writeOn.call(socket, pass(chunk) as string, ...rest)) as Socket['write']
  const end = ((chunk: unknown, ...rest: []) =>
    endOn.call(socket, pass(chunk) as string, ...rest)) as Socket['end']
  socket.write = write
  socket.end = end
  return { open }
}

/** Ignores further writes on a socket; it may still be ended. */
export function gateWrites(socket: Socket): void {
  const { end } = socket
  socket.write = (() => true) as Socket['write']
  socket.end = (() => (end as () => Socket).call(socket)) as Socket['end']
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === 'string' || value instanceof Uint8Array
}
