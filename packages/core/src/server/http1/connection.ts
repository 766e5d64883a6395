// On the request path: what is known about one connection, shared by its requests.
import type { Socket } from 'node:net'
import type { BodyOwner, Http1Connection, Http1Exchange, ServerFacts } from './contract.ts'
import { normalizeAddress } from '../message/ip-range.ts'
import { resetSocket } from './reset-socket.ts'
import type { RunningTime } from './running-time.ts'

/** What all connections of a server share. */
export interface ServerState extends ServerFacts {
  readonly connections: Set<Connection>
  readonly time: RunningTime
  isDraining: boolean
  /** No new connections are accepted, so each answer closes its connection: the client's next one goes elsewhere. */
  isClosed: boolean
  /** Answers completed while draining. */
  completed: number
  /** Called while the server drains, when a connection has no pending answers or is gone. */
  onConnectionIdle: () => void
}

const kConnection = Symbol('connection')
type TrackedSocket = Socket & { [kConnection]?: Connection }

/** A longer silence is a pause, and says nothing of how soon the next request comes, ms. */
const PAUSE_MS = 2_000
/** How long a connection is read after its last answer, ms, so that closing it does not destroy an answer in transit. */
const LINGER_MS = 2_000
/** What an unserved request counts in addition to its bytes: node makes objects for it, which live as long as the connection. */
const UNSERVED_REQUEST_BYTES = 1_024

/** One connection. */
export class Connection implements Http1Connection {
  readonly socket: Socket
  readonly server: ServerState
  readonly address: string
  /** Bytes of the TLS handshake, which are not part of a request. */
  readonly #handshakeBytes: number
  last: Http1Exchange | undefined = undefined
  /** Requests that are not settled. Several when they are pipelined. */
  pending = 0
  requestCount = 0
  isClosing = false
  isLingering = false
  /** Something came that is not a request. */
  hasParseFailure = false
  /** When its last answer was complete, or it was opened; ms of the server's time. */
  idleFrom = 0
  /** The longest that its client took from an answer to its next request, without pauses, ms. */
  longestGapMs = 0
  /** Called once when no answer is pending. */
  onAnswered: (() => void) | undefined = undefined
  // What the last sweep saw.
  seenRequests = -1
  seenBytes = 0
  idleSince = 0

  /** Bytes read when the first unserved ones came; -1 before. */
  #servedBytes = -1
  #unservedRequests = 0

  constructor(socket: Socket, server: ServerState) {
    this.socket = socket
    this.server = server
    this.address = normalizeAddress(socket.remoteAddress ?? '')
    this.#handshakeBytes = socket.bytesRead
    ;(socket as TrackedSocket)[kConnection] = this
    server.connections.add(this)
    this.idleFrom = server.time.now()
    // A response settles its exchange when its socket closes; Node 22 does not notify those that wait behind it.
    socket.on('close', () => this.#onClose())
  }

  /** The connection of a socket that this server accepted. */
  static of(socket: Socket): Connection | undefined {
    return (socket as TrackedSocket)[kConnection]
  }

  /** Whether the client has sent nothing yet. */
  get isSilent(): boolean {
    return this.requestCount === 0 && this.socket.bytesRead === this.#handshakeBytes
  }

  get isGone(): boolean {
    return this.socket.destroyed || this.socket.readableEnded
  }

  /** Whether further input is ignored. */
  get isUnserving(): boolean {
    return this.isLingering || this.hasParseFailure
  }

  get scheme(): 'http' | 'https' {
    return (this.socket as { readonly encrypted?: boolean }).encrypted === true ? 'https' : 'http'
  }

  /** Adds a request to the count. */
  enter(exchange: Http1Exchange): void {
    const { maxRequestsPerConnection, maxPipelinedRequests } = this.server.limits
    this.last = exchange
    if (this.pending === 0 && this.requestCount > 0) this.#noteGap(this.server.time.now() - this.idleFrom)
    // Both counts start at 1, so 0 is never reached and means no limit.
    if (++this.pending === maxPipelinedRequests) this.isClosing = true
    if (++this.requestCount === maxRequestsPerConnection) this.isClosing = true
  }

  #noteGap(gapMs: number): void {
    if (gapMs > this.longestGapMs && gapMs <= PAUSE_MS) this.longestGapMs = gapMs
  }

  leave(exchange: Http1Exchange, completed: boolean): void {
    this.pending--
    if (exchange.request.complete) this.forget(exchange)
    const { server } = this
    if (server.isDraining && completed) server.completed++
    if (this.pending !== 0) return
    this.idleFrom = server.time.now()
    if (this.onAnswered !== undefined) this.onAnswered()
    // Decided too late for a `connection: close` in the answer.
    else if (this.isClosing) this.socket.destroySoon()
    if (server.isDraining) server.onConnectionIdle()
  }

  forget(exchange: BodyOwner): void {
    if (this.last === exchange) this.last = undefined
  }

  isLast(exchange: Http1Exchange): boolean {
    return (this.isClosing || this.server.isClosed) && this.last === exchange && !this.hasParseFailure
  }

  linger(): void {
    this.isClosing = true
    // Node calls this on the socket once it has written the last answer.
    this.socket.destroySoon = lingeringClose
  }

  /**
   * Reads input that is not served, so that closing does not destroy an answer in transit, but no more than of a body that
   * nobody reads. Beyond, it stops reading, and the connection closes as soon as its answers are sent.
   *
   * @param requests - how many requests came with it
   * @returns whether more may be read
   */
  takeUnserved(requests = 0): boolean {
    const { bytesRead } = this.socket
    if (this.#servedBytes < 0) this.#servedBytes = bytesRead
    this.#unservedRequests += requests
    const unserved = bytesRead - this.#servedBytes + this.#unservedRequests * UNSERVED_REQUEST_BYTES
    if (unserved <= this.server.limits.maxUnreadBodyBytes) return true
    this.linger()
    this.socket.pause()
    // Node reads on at the end of each message.
    this.socket.resume = stayPaused
    if (this.pending === 0) closeLingering(this.socket)
    return false
  }

  /** Closes a connection on which a request will not be completed. A pending answer must not look complete. */
  abandon(): void {
    if (this.pending > 0) resetSocket(this.socket)
    else this.socket.destroy()
  }

  /**
   * Resets the answers of mounted handlers, one of which has destroyed the socket.
   *
   * @returns whether there was any
   */
  breakLent(error: unknown): boolean {
    let isBroken = false
    for (let exchange = this.last; exchange !== undefined; exchange = exchange.previous) {
      if (exchange.breakLent(error)) isBroken = true
    }
    return isBroken
  }

  #onClose(): void {
    const { server } = this
    let exchange = this.last
    this.last = undefined
    while (exchange !== undefined) {
      // Read before: `close` clears it.
      const { previous } = exchange as Http1Exchange
      exchange.close(false)
      exchange = previous
    }
    server.connections.delete(this)
    if (server.isDraining) server.onConnectionIdle()
  }
}

/**
 * Closes a connection after everything was sent, but reads for a while what the client still sends: closing a socket with
 * unread bytes resets the connection, and the client may lose the answer (RFC 9112 §9.6).
 */
export function closeLingering(socket: Socket): void {
  const connection = Connection.of(socket)
  if (connection === undefined || connection.isLingering || socket.destroyed) return
  connection.isClosing = true
  connection.isLingering = true
  socket.end()
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref()
  socket.once('close', () => clearTimeout(timer))
}

function stayPaused(this: Socket): Socket {
  return this
}

function lingeringClose(this: Socket): void {
  closeLingering(this)
}

/**
 * Detects a mounted handler that destroys the socket of its answer. Such a handler has failed, and its answer must not look
 * complete. Node destroys the socket because of the client.
 */
export function watchSocket(socket: Socket): void {
  socket.destroy = destroyWatched
}

function destroyWatched(this: Socket, error?: Error): Socket {
  const connection = Connection.of(this)
  if (connection !== undefined && !connection.isGone && !isOfPeer(error) && connection.breakLent(error))
    return this
  return (Object.getPrototypeOf(this) as Socket).destroy.call(this, error)
}

const PEER_CALLS = ['read', 'write', 'writev', 'shutdown']

/** Whether an error comes from node's socket or its TLS. */
function isOfPeer(error: Error | undefined): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { syscall, library } = error as { readonly syscall?: string; readonly library?: string }
  return library !== undefined || (syscall !== undefined && PEER_CALLS.includes(syscall))
}
