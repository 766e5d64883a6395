// On the request path of mounted handlers: the body, which they read by themselves or do not.
import { tooLarge } from '../message/body-limits.ts'
import type { BodySink, Http1Exchange, RequestMessage } from './contract.ts'
import { IncomingMessage } from './node-http.ts'
import { onReadOn } from './node-internals.ts'
import { isTooMuch } from './unread-body.ts'

const { push } = IncomingMessage.prototype

/** A body that a foreign handler reads from node's own stream, or does not. */
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
    // Too much has come: to whoever reads it the body breaks off, and does not end.
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

  /** The stream asks for more, since somebody reads it. */
  onRead(): void {
    if (this.#isGivenUp) return
    this.isWaiting = true
    const exchange = this.#exchange
    if (!isThrownAway(exchange.request)) exchange.continueBody()
    else if (isTooMuch(exchange)) this.#giveUp()
  }

  /** Somebody who reads only to get to the end, as Express does before it answers 404, is there. */
  #giveUp(): void {
    this.#isGivenUp = true
    this.isWaiting = false
    const { request, connection } = this.#exchange
    connection.linger()
    this.#exchange.discardBody()
    // Else node would take the client for gone, and those who ask whether a request has ended would wait.
    request.complete = true
    push.call(request, null)
  }
}

/** Whether the stream flows, and to nobody. */
function isThrownAway(request: RequestMessage): boolean {
  return request.readableFlowing === true && request.listenerCount('data') === 0
}

/** Whether a foreign handler leaves a body that has not come completely. */
export function isLeft({ request }: Http1Exchange): boolean {
  return request.sink instanceof LentBody && !request.complete && !isReading(request)
}

/** Whether somebody still takes what comes. */
function isReading(request: RequestMessage): boolean {
  return request.listenerCount(request.readableFlowing === true ? 'data' : 'readable') > 0
}

/** Has a body counted though it is read from node's own stream. */
export function lendBody(request: RequestMessage, body: LentBody): void {
  request.sink = body
  request.push = pushLent
  onReadOn(request, () => body.onRead())
}

function pushLent(this: RequestMessage, chunk: Buffer | null): boolean {
  return this.sink === undefined ? push.call(this, chunk) : this.sink.take(chunk)
}
