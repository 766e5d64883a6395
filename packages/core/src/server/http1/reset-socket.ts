import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/**
 * Closes a connection so that the peer does not take it for a clean end. Over TCP by a reset, since a response with neither
 * length nor chunks ends with the connection (RFC 9112 §8); over TLS by the missing `close_notify`.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return
  // Removes the method of `watchSocket`.
  delete (socket as { destroy?: unknown }).destroy
  const isTls = (socket as Partial<TLSSocket>).encrypted === true
  if (!isTls && socket.remoteFamily !== undefined) socket.resetAndDestroy()
  else socket.destroy()
}
