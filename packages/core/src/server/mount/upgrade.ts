import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { describeValue, InternalError } from '../../errors/index.ts'
import { Upgrade } from '../../operation/index.ts'

/**
 * Uses another protocol on a connection: writes the answer `101 Switching Protocols` itself, and then its own data. Throws or
 * rejects if it cannot.
 *
 * @param request - node's own, whose head is read and which has no body
 * @param socket - the connection
 * @param head - what the client has already sent after its request; may be empty
 */
export type ProtocolTaker = (request: IncomingMessage, socket: Duplex, head: Buffer) => unknown

/**
 * The result of the handler of a route with `upgrades`: switches its connection to that protocol (RFC 9110 §7.8), for packages
 * that implement one. The request has passed all stages, so a refused one got an ordinary answer: 401, 403, 404, 400, or 426 if
 * it does not ask for the protocol.
 *
 * The call lasts until the connection closes: until then it counts as in flight and its services live; then `signal` aborts,
 * `record` runs and the log line is written, with status 101. The deadline applies to the handshake alone. When the app stops,
 * `draining` aborts; connections that are open after the time of the drain are cut. Events of the connection are outside the
 * request's frame. If `take` does not listen for `end` of the connection, the end of the client ends it. That end comes only
 * after all input is read; call `socket.resume()` to discard input. Headers of the outcome, such as the request's id, are
 * written into the 101. What `take` throws before its first write is answered as an error; afterwards the connection is reset.
 *
 * @param take - such as `(request, socket, head) => server.handleUpgrade(request, socket, head, onConnection)` of `ws`
 * @throws {InternalError} `ERR_CORE_INTERNAL`, 500, for what is not a function
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
