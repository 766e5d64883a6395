// On the request path of requests whose body nobody reads, or not to its end.
import { BadRequestError, ClientClosedRequestError, type FrameworkError } from '../../errors/index.ts'
import type { BodyOwner, BodySink, Http1Exchange } from './contract.ts'

type AnnouncedBody = Pick<Http1Exchange, 'awaitsContinue' | 'bodyLength' | 'connection'>

/** Whether a body that nobody reads is not worth its connection. A client that was not told to send it may do so or not. */
export function isTooMuch(exchange: AnnouncedBody): boolean {
  return exchange.awaitsContinue || isBeyond(exchange)
}

/** Whether a body is announced to be larger than what is read to keep the connection. */
export function isBeyond({ bodyLength, connection }: AnnouncedBody): boolean {
  return bodyLength > connection.server.limits.maxUnreadBodyBytes
}

/** Counts and throws away a body that nobody reads, up to a bound. */
export class DiscardedBody implements BodySink {
  received: number
  readonly #maxBytes: number
  readonly #owner: BodyOwner
  #isEnded = false

  constructor(received: number, maxBytes: number, owner: BodyOwner) {
    this.received = received
    this.#maxBytes = maxBytes
    this.#owner = owner
  }

  /** Whether more has come than is read to keep the connection; whoever took the bytes before may have been given more. */
  get isBeyond(): boolean {
    return this.received > this.#maxBytes
  }

  /** Beyond the bound nothing is read, so that a client who cannot send is not too slow. */
  get isWaiting(): boolean {
    return !this.#isEnded && !this.isBeyond
  }

  take(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.#isEnded = true
      this.#owner.endUnread()
      return true
    }
    const wasWithin = !this.isBeyond
    this.received += chunk.byteLength
    if (wasWithin && this.isBeyond) this.#owner.closeUnread()
    // Beyond, it stays where it is: closing takes a while, in which much more could come.
    return !this.isBeyond
  }

  fail(): boolean {
    return false
  }
}

/** The body of a request that is not served. */
export class UnservedBody implements BodySink {
  readonly received = 0
  readonly isWaiting = false
  readonly #connection: { takeUnserved(): boolean }

  constructor(connection: { takeUnserved(): boolean }) {
    this.#connection = connection
  }

  take(chunk: Buffer | null): boolean {
    return chunk === null || this.#connection.takeUnserved()
  }

  fail(): boolean {
    return false
  }
}

/** What broke a body off: its answer, or a client that went away. */
export function brokenBody(isAnswered: boolean): FrameworkError {
  return isAnswered
    ? new BadRequestError('The request was answered before its body had come.')
    : new ClientClosedRequestError('The client went away before its request was complete.')
}
