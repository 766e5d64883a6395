import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { describeValue, InternalError } from '../../errors/index.ts'
import { Upgrade } from '../../operation/index.ts'

/**
 * Speaks another protocol on a connection: writes the answer `101 Switching Protocols` itself, and then what it likes. Throws
 * or rejects where it cannot.
 *
 * @param request - node's own, whose head is read and which has no body
 * @param socket - the connection
 * @param head - what the client sent behind its request already; may be empty
 */
export type ProtocolTaker = (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown

/**
 * What the handler of a route with `upgrades` returns to have its connection switched to that protocol (RFC 9110 §7.8), for
 * packages that speak one. The request has passed all stages, so whoever is refused got an ordinary answer: 401, 403, 404, 400,
 * or 426 where it does not ask for the protocol.
 *
 * The call lasts until the connection closes: until then it counts as in flight and its services live; then `signal` aborts,
 * `record` runs and the log line is written, with status 101. The deadline is that of the handshake alone. When the app ends,
 * `draining` says so; what is open beyond the time of the drain is cut. What comes by the connection comes outside of the
 * request's frame. Where `take` does not listen for `end` of the connection, that of the client ends it; what the client sent
 * before must be read for it to be seen, by `socket.resume()` where nobody wants it. Headers of the outcome, such as the request's id, are written into the 101. What `take` throws before it
 * wrote is an error like any other; afterwards it costs the connection.
 *
 * @param take - such as `(request, socket, head) => server.handleUpgrade(request, socket, head, onConnection)` of `ws`
 * @throws {InternalError} `ERR_CORE_INTERNAL`, 500, for what is no function
 * @see RFC 9110 §7.8, §15.5.22; RFC 6455 §4.2
 * @example
 * const echo = route.get('/echo', { access: 'public', upgrades: 'echo' }, ({ draining, signal }) =>
 *   upgrade((request, socket, head) => {
 *     socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n')
 *     socket.write(head)
 *     socket.pipe(socket)
 *     draining.addEventListener('abort', () => socket.end(), { once: true, signal })
 *   }),
 * )
 */
export function upgrade(take: ProtocolTaker): Upgrade {
  if (typeof take !== 'function')
    throw new InternalError(`upgrade() takes (request, socket, head) => …, not ${describeValue(take)}.`)
  return new Upgrade(take as Upgrade['take'])
}
