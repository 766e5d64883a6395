import { RequestTimeoutError } from '../../errors/index.ts'
import type { Connection } from './connection.ts'
import type { BodySink } from './contract.ts'
import type { ServerLimits } from './limits.ts'
import { takenBytes } from './node-internals.ts'
import { resetSocket } from './reset-socket.ts'

/** How much of a body had come at the start of a time window. */
interface BodyWindow {
  readonly sink: BodySink
  readonly received: number
  readonly since: number
}

/** How many bytes of answers the system has accepted, and since when that has not changed. */
interface Stall {
  readonly taken: number
  readonly since: number
}

/**
 * Checks all connections from time to time, so that no request needs a timer of its own: closes those that are idle for too
 * long, refuses bodies that come too slowly, and resets answers that the client does not read.
 */
export class Sweeper {
  readonly #limits: ServerLimits
  readonly #connections: ReadonlySet<Connection>
  readonly #bodies = new WeakMap<Connection, BodyWindow>()
  readonly #stalls = new WeakMap<Connection, Stall>()
  #timer: NodeJS.Timeout | undefined = undefined

  constructor(limits: ServerLimits, connections: ReadonlySet<Connection>) {
    this.#limits = limits
    this.#connections = connections
  }

  start(): void {
    this.#timer ??= setInterval(() => this.sweep(performance.now()), sweepIntervalMs(this.#limits)).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** @param now - milliseconds of `performance.now()` */
  sweep(now: number): void {
    for (const connection of this.#connections) {
      if (connection.isLingering || connection.socket.destroyed) continue
      if (!this.#isReceiving(connection, now) && connection.pending === 0) this.#watchIdle(connection, now)
      this.#watchStall(connection, now)
    }
  }

  #isReceiving(connection: Connection, now: number): boolean {
    const { minBodyBytesPerSecond, bodyGraceMs } = this.#limits
    const exchange = connection.last
    const sink = exchange?.pendingBody
    if (exchange === undefined || sink === undefined) {
      if (connection.pending === 0) connection.last = undefined
      return false
    }
    const window = this.#bodies.get(connection)
    // The client is not too slow if the reader does not ask for more.
    if (window?.sink !== sink || !sink.isWaiting) {
      this.#bodies.set(connection, { sink, received: sink.received, since: now })
      return true
    }
    const elapsed = now - window.since
    if (elapsed < bodyGraceMs || minBodyBytesPerSecond === 0) return true
    const isTooSlow = (sink.received - window.received) * 1000 < minBodyBytesPerSecond * elapsed
    if (!isTooSlow) this.#bodies.set(connection, { sink, received: sink.received, since: now })
    else if (!exchange.failBody(new RequestTimeoutError('The body arrived too slowly.'))) connection.abandon()
    return true
  }

  #watchIdle(connection: Connection, now: number): void {
    const { bytesRead } = connection.socket
    if (connection.seenRequests !== connection.requestCount || connection.seenBytes !== bytesRead) {
      connection.seenRequests = connection.requestCount
      connection.seenBytes = bytesRead
      connection.idleSince = now
    } else if (connection.requestCount > 0 && now - connection.idleSince >= this.#limits.keepAliveTimeoutMs) {
      connection.socket.destroy()
    }
  }

  /** Only a reset shows an HTTP/1.0 client that its answer is incomplete, and frees the system's buffers. */
  #watchStall(connection: Connection, now: number): void {
    const { socket } = connection
    const { responseStallTimeoutMs } = this.#limits
    if (responseStallTimeoutMs === 0 || socket.writableLength === 0) {
      this.#stalls.delete(connection)
      return
    }
    const taken = takenBytes(socket)
    const before = this.#stalls.get(connection)
    if (before?.taken !== taken) this.#stalls.set(connection, { taken, since: now })
    else if (now - before.since >= responseStallTimeoutMs) resetSocket(socket)
  }
}

/** Often enough for the shortest limit, at most once a second. A stall needs two checks, so twice as often. */
function sweepIntervalMs(limits: ServerLimits): number {
  const shortest = [limits.keepAliveTimeoutMs, limits.bodyGraceMs, limits.responseStallTimeoutMs / 2]
    .filter((limit) => limit > 0)
    .reduce((a, b) => Math.min(a, b), Infinity)
  return Math.max(10, Math.min(1_000, Math.floor(shortest / 4)))
}
