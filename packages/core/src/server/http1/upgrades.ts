// On the request path of requests that ask to switch to another protocol.
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { ignore } from '../../errors/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import { Connection } from './connection.ts'
import type { NodeRequest } from './node-messages.ts'
import { pathOf } from './request-guard.ts'
import { UpgradeExchange } from './upgrade-exchange.ts'

/**
 * Makes the function by which node asks whether a request with `Connection: upgrade` leaves its parser. Others are ordinary
 * requests (RFC 9110 §7.8), whose connection continues.
 */
export function shouldUpgrade({ upgrades }: Dispatcher): ((request: IncomingMessage) => boolean) | undefined {
  if (upgrades === undefined) return undefined
  return (request) => protocolOf(request, upgrades) !== undefined
}

/** The protocol that a request asks for and its route offers. */
function protocolOf(
  request: IncomingMessage,
  upgrades: NonNullable<Dispatcher['upgrades']>,
): string | undefined {
  const { method, url, headers, httpVersionMajor, httpVersionMinor } = request
  // RFC 9110 §7.8: not from HTTP/1.0, and not before the whole body was read.
  if (httpVersionMajor !== 1 || httpVersionMinor === 0 || hasBody(headers)) return undefined
  // The answer to HEAD is a head alone.
  if (method === 'HEAD') return undefined
  const path = pathOf(url as string)
  const protocol = path === undefined ? undefined : upgrades(method as string, path)
  return protocol !== undefined && namesOf(headers.upgrade).includes(protocol) ? protocol : undefined
}

function hasBody(headers: IncomingMessage['headers']): boolean {
  const { 'content-length': length, 'transfer-encoding': coding } = headers
  return coding !== undefined || (length !== undefined && length !== '0')
}

/** RFC 9110 §7.8: a list of names with optional versions; any version counts as the protocol. */
function namesOf(upgrade: string | undefined): string[] {
  return (upgrade ?? '').split(',').flatMap((one) => {
    const name = one.trim().toLowerCase()
    return [name, name.replace(/\/.*$/, '')]
  })
}

/** Serves requests that may switch the protocol of their connection, once all before them on it are answered. */
export function serveUpgrades(
  node: Server,
  { upgrades }: Dispatcher,
  serve: (exchange: UpgradeExchange) => void,
): void {
  if (upgrades === undefined) return
  node.on('upgrade', (incoming: IncomingMessage, duplex, head) => {
    const socket = duplex as Socket
    // Node has removed its listener.
    socket.on('error', ignore)
    const connection = Connection.of(socket)
    const protocol = protocolOf(incoming, upgrades)
    if (connection === undefined || protocol === undefined) {
      socket.destroy()
      return
    }
    const begin = (): void => {
      connection.onAnswered = undefined
      // An earlier answer was the last.
      if (connection.isGone || connection.isClosing) {
        socket.destroySoon()
        return
      }
      const exchange = new UpgradeExchange(incoming as NodeRequest, connection, { protocol, head })
      connection.enter(exchange)
      connection.isClosing = true
      serve(exchange)
    }
    if (connection.isClosing) {
      // Came after the request whose answer closes the connection: not served (RFC 9112 §9.6).
      socket.on('data', () => connection.takeUnserved())
      connection.takeUnserved(1)
    } else if (connection.pending === 0) begin()
    else connection.onAnswered = begin
  })
}
