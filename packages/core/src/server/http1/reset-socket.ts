import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/**
 * Breaks a connection so that the peer cannot take it for a clean end. Over TCP by a reset, since the end of a response
 * that has neither length nor chunks looks like any other end (RFC 9112 §8); over TLS the missing `close_notify` says it.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return
  // What watches for foreign handlers that destroy it; see `watchSocket`.
  delete (socket as { destroy?: unknown }).destroy
  const isTls = (socket as Partial<TLSSocket>).encrypted === true
  if (!isTls && socket.remoteFamily !== undefined) socket.resetAndDestroy()
  else socket.destroy()
}
