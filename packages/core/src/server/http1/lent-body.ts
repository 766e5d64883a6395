// On the request path of mounted handlers: the body, which they may read.
import { tooLarge } from '../message/body-limits.ts'
import type { BodySink, Http1Exchange, RequestMessage } from './contract.ts'
import { IncomingMessage } from './node-http.ts'
import { onReadOn } from './node-internals.ts'
import { isTooMuch } from './unread-body.ts'

const { push } = IncomingMessage.prototype

/** A body that a mounted handler may read from node's own stream. */
export class LentBody implements BodySink {
  received = 0
  isWaiting = false
  readonly #exchange: Http1Exchange
  readonly #maxBytes: number
  #isGivenUp = false

  constructor(exchange: Http1Exchange, maxBytes: number) {
    this.#exchange = exchange
    this.#maxBytes = maxBytes
  }

  take(chunk: Buffer | null): boolean {
    const { request, connection } = this.#exchange
    const { maxUnreadBodyBytes } = connection.server.limits
    // Too much has come: for its reader the body is aborted, and does not end.
    if (this.received > this.#maxBytes) return false
    if (chunk === null) {
      this.isWaiting = false
      return push.call(request, null)
    }
    this.received += chunk.byteLength
    if (this.received > this.#maxBytes) {
      this.#exchange.reset(tooLarge(this.#maxBytes))
      return false
    }
    if (this.received > maxUnreadBodyBytes && isThrownAway(request)) this.#giveUp()
    else this.isWaiting = push.call(request, chunk)
    return this.isWaiting
  }

  // Node itself ends the stream of a client that went away.
  fail(): boolean {
    return false
  }

  /** The stream asks for more because it is being read. */
  onRead(): void {
    if (this.#isGivenUp) return
    this.isWaiting = true
    const exchange = this.#exchange
    if (!isThrownAway(exchange.request)) exchange.continueBody()
    else if (isTooMuch(exchange)) this.#giveUp()
  }

  /** Ends the body for a reader that only discards it, as Express does before it answers 404. */
  #giveUp(): void {
    this.#isGivenUp = true
    this.isWaiting = false
    const { request, connection } = this.#exchange
    connection.linger()
    this.#exchange.discardBody()
    // Otherwise node would assume that the client is gone, and code that waits for the end of the request would hang.
    request.complete = true
    push.call(request, null)
  }
}

/** Whether the stream flows without a listener for its data. */
function isThrownAway(request: RequestMessage): boolean {
  return request.readableFlowing === true && request.listenerCount('data') === 0
}

/** Whether a mounted handler does not read an incomplete body. */
export function isLeft({ request }: Http1Exchange): boolean {
  return request.sink instanceof LentBody && !request.complete && !isReading(request)
}

/** Whether the body has a reader. */
function isReading(request: RequestMessage): boolean {
  return request.listenerCount(request.readableFlowing === true ? 'data' : 'readable') > 0
}

/** Counts a body that is read from node's own stream. */
export function lendBody(request: RequestMessage, body: LentBody): void {
  request.sink = body
  request.push = pushLent
  onReadOn(request, () => body.onRead())
}

function pushLent(this: RequestMessage, chunk: Buffer | null): boolean {
  return this.sink === undefined ? push.call(this, chunk) : this.sink.take(chunk)
}
