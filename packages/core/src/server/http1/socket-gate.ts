// On the request path of connections that are switched to another protocol: what is written first tells how it went.
import type { Socket } from 'node:net'

type Chunk = string | Uint8Array

/** Stands before the writes of a socket. */
export interface SocketGate {
  /** Takes it away. */
  open(): void
}

/**
 * Has the first piece that is written on a socket told, and changed; later ones pass by.
 *
 * @param change - gives what is written in its place
 */
export function onFirstWrite(socket: Socket, change: (chunk: Chunk) => Chunk): SocketGate {
  let isOpen = false
  const open = (): void => {
    isOpen = true
    // Unless somebody put a method of his own over them.
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

/** Lets nothing more be written on a socket; it may be ended. */
export function gateWrites(socket: Socket): void {
  const { end } = socket
  socket.write = (() => true) as Socket['write']
  socket.end = (() => (end as () => Socket).call(socket)) as Socket['end']
}

function isChunk(value: unknown): value is Chunk {
  return typeof value === 'string' || value instanceof Uint8Array
}
