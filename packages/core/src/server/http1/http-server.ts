import type { IncomingMessage, Server, ServerOptions } from 'node:http'
import type * as Https from 'node:https'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import type { TlsOptions as NodeTlsOptions } from 'node:tls'
import type { Listening, ListenTarget } from '../../app/index.ts'
import type { Dispatcher } from '../../operation/index.ts'
import { AnswerBatch, flushAtExit } from './answer-batch.ts'
import { Connection, type ServerState } from './connection.ts'
import { drainServer, type DrainOptions, type DrainReport } from './drain.ts'
import { ContentCodings, type CodingOptions } from '../message/content-codings.ts'
import { createForwarding, type ProxyOptions } from '../message/forwarding.ts'
import { resolveLimits, type ServerLimitOptions, type ServerLimits } from './limits.ts'
import { openServer } from './listen.ts'
import { NodeExchange } from './node-exchange.ts'
import { createServer } from './node-http.ts'
import { NodeRequest, NodeResponse } from './node-messages.ts'
import { ParseFailures, type ParseFailureOptions } from './parse-failures.ts'
import { directBody } from './request-body.ts'
import { RequestGuard } from './request-guard.ts'
import { RunningTime } from './running-time.ts'
import { Sweeper } from './sweeper.ts'
import { UnservedBody } from './unread-body.ts'
import { serveUpgrades, shouldUpgrade } from './upgrades.ts'

export type { DrainOptions, DrainReport }

/** Options of sockets that node accepts among those of TLS. The server sets them itself, with and without TLS. */
export type SocketOption =
  | 'allowHalfOpen'
  | 'highWaterMark'
  | 'keepAlive'
  | 'keepAliveInitialDelay'
  | 'noDelay'
  | 'pauseOnConnect'

/** Certificate and key, and other options of `node:tls`, except those of sockets. Only HTTP/1.1 is offered. */
export interface TlsOptions extends Omit<
  NodeTlsOptions,
  'ALPNProtocols' | 'ALPNCallback' | 'handshakeTimeout' | SocketOption
> {
  /** Time for the TLS handshake, ms; then the connection is closed. Default: `headersTimeoutMs` of the limits. */
  readonly handshakeTimeout?: number | undefined
}

/** Options of a server. */
export interface HttpServerOptions extends ParseFailureOptions, ProxyOptions {
  /** Limits that differ from `DEFAULT_LIMITS`. */
  readonly limits?: ServerLimitOptions | undefined
  /** Serves HTTPS with this certificate. Default: plain HTTP. */
  readonly tls?: TlsOptions | undefined
}

/** A server over a socket. */
export interface HttpServer {
  readonly limits: ServerLimits
  /** Node's own server. */
  readonly node: Server
  /**
   * Opens the port or socket. Once.
   *
   * @param defaultHost - used if the options have no host
   * @throws {SetupError} `ERR_CORE_PORT_IN_USE`, `ERR_CORE_PORT_DENIED`, `ERR_CORE_LISTEN`
   */
  listen(options?: ListenTarget, defaultHost?: string): Promise<Listening>
  /**
   * Ends the server: accepts no new connections, closes idle ones, completes requests in flight and cuts those that are not
   * done within the budget. May be called if the server never listened; further calls return the report of the first.
   */
  drain(options?: DrainOptions): Promise<DrainReport>
}

/**
 * Makes a server that passes its requests to a dispatcher. Nothing is opened before `listen`. Its options must be valid:
 * `serverProblems` checks them.
 *
 * @example
 * const server = createHttpServer(dispatcher, { limits: { maxTargetBytes: 2_048 } })
 * const { urls } = await server.listen({ port: 3000 })
 * const report = await server.drain({ budgetMs: 10_000 })
 */
export function createHttpServer(
  dispatcher: Dispatcher,
  options: HttpServerOptions & CodingOptions = {},
): HttpServer {
  const limits = resolveLimits(options.limits)
  const state: ServerState = {
    limits,
    connections: new Set(),
    time: new RunningTime(),
    readForwarding: createForwarding(options),
    codings: new ContentCodings(options.codings),
    requestIdHeader: dispatcher.requestIdHeader,
    answers: new AnswerBatch(() => performance.now()),
    isDraining: false,
    isClosed: false,
    completed: 0,
    onConnectionIdle: () => undefined,
  }
  const node = createNodeServer(limits, options.tls, shouldUpgrade(dispatcher))
  const handshakes = trackConnections(node, state, options.tls !== undefined)
  serveRequests(node, dispatcher, state)
  const failures = new ParseFailures(options, dispatcher)
  node.on('clientError', (error, socket) => failures.onClientError(error, socket as Socket))
  node.on('connect', (_request, socket) => failures.onConnect(socket as Socket))
  const sweeper = new Sweeper(limits, state.connections)
  let leaveExit: (() => void) | undefined
  let drained: Promise<DrainReport> | undefined
  return {
    limits,
    node,
    listen: async (at = {}, defaultHost) => {
      const scheme = options.tls === undefined ? 'http' : 'https'
      const listening = await openServer(node, at, { scheme, defaultHost })
      // Without a listener, running out of file descriptors would end the process.
      node.on('error', (error) => options.log?.error({ err: error }, 'The listening socket failed.'))
      sweeper.start()
      leaveExit = flushAtExit(state.answers)
      return listening
    },
    drain: (how = {}) =>
      (drained ??= drainServer({ server: node, state, dispatcher, handshakes }, how).finally(() => {
        sweeper.stop()
        leaveExit?.()
      })),
  }
}

/** Makes node's own server with these limits, over TLS if given. */
export function createNodeServer(
  limits: ServerLimits,
  tls: TlsOptions | undefined,
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean,
): Server {
  const { headersTimeoutMs, requestTimeoutMs } = limits
  const options = {
    IncomingMessage: NodeRequest,
    ServerResponse: NodeResponse,
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.max(10, Math.min(1_000, Math.floor(headersTimeoutMs / 4))),
    // The sweeper closes idle connections: node would start and stop a timer for each request.
    keepAliveTimeout: 0,
    // The guard checks Host more strictly than node does.
    requireHostHeader: false,
    insecureHTTPParser: false,
    joinDuplicateHeaders: true,
    noDelay: true,
    // Detects peers that vanished without closing.
    keepAlive: true,
    keepAliveInitialDelay: 60_000,
    // From Node 24: requests without a body emit no stream events, which are not used here.
    optimizeEmptyRequests: true,
    ...(shouldUpgradeCallback && { shouldUpgradeCallback }),
  } as ServerOptions<typeof NodeRequest, typeof NodeResponse>
  const node = (
    tls === undefined ? createServer(options) : createSecureServer(options, tls, headersTimeoutMs)
  ) as Server
  // Node silently drops further header lines; the guard counts and refuses them.
  node.maxHeadersCount = 0
  if (limits.maxConnections > 0) node.maxConnections = limits.maxConnections
  return node
}

/** @throws the error of `node:tls` for an invalid option; `check-server.ts` reports it before */
function createSecureServer(
  options: ServerOptions<typeof NodeRequest, typeof NodeResponse>,
  tls: TlsOptions,
  headersTimeoutMs: number,
): unknown {
  // Loaded on demand: node:tls takes 5 ms of the start.
  const https = createRequire(import.meta.url)('node:https') as typeof Https
  return https.createServer({
    ...tls,
    ...options,
    handshakeTimeout: tls.handshakeTimeout ?? headersTimeoutMs,
    ALPNProtocols: ['http/1.1'],
  })
}

/** Makes a record of each connection. Returns those whose TLS handshake is not done, by address and port of the peer. */
function trackConnections(node: Server, state: ServerState, isTls: boolean): ReadonlyMap<string, Socket> {
  const handshakes = new Map<string, Socket>()
  if (!isTls) {
    node.on('connection', (socket) => new Connection(socket, state))
    return handshakes
  }
  const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
  node.on('connection', (socket) => {
    const key = keyOf(socket)
    handshakes.set(key, socket)
    socket.once('close', () => handshakes.delete(key))
  })
  node.on('secureConnection', (socket: Socket) => {
    handshakes.delete(keyOf(socket))
    return new Connection(socket, state)
  })
  return handshakes
}

function serveRequests(node: Server, dispatcher: Dispatcher, state: ServerState): void {
  const guard = new RequestGuard(state.limits)
  const onRequest = (request: NodeRequest, response: NodeResponse): void => {
    const connection = Connection.of(request.socket)
    if (connection === undefined) {
      request.socket.destroy()
      return
    }
    if (connection.isClosing) {
      // Came after the request whose answer closes the connection: not served (RFC 9112 §9.6).
      if (connection.takeUnserved(1)) directBody(request, new UnservedBody(connection))
      return
    }
    const exchange = new NodeExchange(request, response, connection)
    response.exchange = exchange
    connection.enter(exchange)
    serve(exchange)
  }
  const serve = (exchange: NodeExchange): void => {
    const error = guard.check(exchange)
    if (error === undefined) {
      // The answer would close the connection, so requests that were sent together with this one are read first.
      if (state.isDraining) setImmediate(dispatchLate, dispatcher, exchange)
      else exchange.served = dispatcher.dispatch(exchange)
    } else {
      exchange.connection.isClosing = true
      exchange.served = dispatcher.refuse(exchange, error)
    }
  }
  const listener = onRequest as unknown as (request: object, response: object) => void
  node.on('request', listener)
  // The guard knows which expectation can be met; `100 Continue` is sent when the body is first read.
  node.on('checkContinue', listener)
  node.on('checkExpectation', listener)
  serveUpgrades(node, dispatcher, serve)
}

function dispatchLate(dispatcher: Dispatcher, exchange: NodeExchange): void {
  if (exchange.state !== 'settled') exchange.served = dispatcher.dispatch(exchange)
}
