// On the request path of requests whose body is not read, or not to its end.
import { BadRequestError, ClientClosedRequestError, type FrameworkError } from '../../errors/index.ts'
import type { BodyOwner, BodySink, Http1Exchange } from './contract.ts'

type AnnouncedBody = Pick<Http1Exchange, 'awaitsContinue' | 'bodyLength' | 'connection'>

/** Whether the connection is closed because of an unread body. A client that waits for `100 Continue` may send it or not. */
export function isTooMuch(exchange: AnnouncedBody): boolean {
  return exchange.awaitsContinue || isBeyond(exchange)
}

/** Whether a body is announced to be larger than what is discarded to keep the connection. */
export function isBeyond({ bodyLength, connection }: AnnouncedBody): boolean {
  return bodyLength > connection.server.limits.maxUnreadBodyBytes
}

/** Counts and discards an unread body, up to a limit. */
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

  /** Whether more has come than is discarded to keep the connection; a reader before may have got more. */
  get isBeyond(): boolean {
    return this.received > this.#maxBytes
  }

  /** Beyond the limit nothing is read, so a client that cannot send is not too slow. */
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
    // Beyond, reading stops: closing takes a while, in which much more could come.
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

/** The error of an incomplete body: it was answered early, or the client went away. */
export function brokenBody(isAnswered: boolean): FrameworkError {
  return isAnswered
    ? new BadRequestError('The request was answered before its body had come.')
    : new ClientClosedRequestError('The client went away before its request was complete.')
}
