// On the request path: the request half of an exchange. Its body goes to its reader, or is discarded up to a limit.
import { InternalError } from '../../errors/index.ts'
import { readToEnd, type BodyTaker, type Payload } from '../../operation/index.ts'
import { tooLarge } from '../message/body-limits.ts'
import type { ContentCoding } from '../../app/index.ts'
import { decodeBody, encodedLimit } from '../message/decoded-body.ts'
import { BodyStream } from './body-stream.ts'
import type { BodyOwner, BodySink } from './contract.ts'
import { ExchangeState } from './exchange-state.ts'
import { LentBody } from './lent-body.ts'
import { isHeadWritten, tellEnd } from './node-internals.ts'
import { directBody, PromisedBody, WholeBody } from './request-body.ts'
import { isSource } from './response-source.ts'
import { brokenBody, DiscardedBody, isTooMuch } from './unread-body.ts'

/** The request half of an exchange. */
export abstract class ExchangeBody extends ExchangeState implements BodyOwner {
  protected collectBody(maxBytes: number): Promise<Uint8Array> {
    const body = new PromisedBody()
    try {
      this.takeBody(maxBytes, body)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    return body.promise
  }

  takeBody(maxBytes: number, taker: BodyTaker): void {
    const coding = this.codings.of(this.meta('content-encoding'))
    if (coding === undefined) this.startBody(maxBytes, new WholeBody(maxBytes, this, taker))
    else
      readToEnd(this.#decoded(coding, maxBytes)).then(
        (bytes) => taker.onBody(bytes),
        (error: Error) => taker.onBodyError(error),
      )
  }

  bodyStream(maxBytes: number): AsyncIterable<Uint8Array> {
    const coding = this.codings.of(this.meta('content-encoding'))
    return coding === undefined ? this.#arriving(maxBytes) : this.#decoded(coding, maxBytes)
  }

  #arriving(maxBytes: number): AsyncIterable<Uint8Array> {
    this.readerBytes = maxBytes
    return new BodyStream(maxBytes, this)
  }

  #decoded(coding: ContentCoding, maxBytes: number): AsyncIterable<Uint8Array> {
    return decodeBody(coding, this.#arriving(encodedLimit(maxBytes)), maxBytes)
  }

  startBody(maxBytes: number, sink: BodySink): void {
    if (this.bodyError !== undefined) throw this.bodyError
    if (this.sink !== undefined || this.state === 'settled')
      throw new InternalError('The body was read already.')
    if (this.bodyLength > maxBytes) throw tooLarge(maxBytes)
    if (this.awaitsContinue) this.#continue()
    this.sink = sink
    directBody(this.request, sink)
  }

  #continue(): void {
    this.awaitsContinue = false
    this.response.writeContinue()
  }

  continueBody(): void {
    if (this.awaitsContinue && !isHeadWritten(this.response)) this.#continue()
  }

  discardBody(): void {
    const { limits } = this.connection.server
    const discarded = new DiscardedBody(this.sink?.received ?? 0, limits.maxUnreadBodyBytes, this)
    this.sink = discarded
    // The reader until now may have got more than is discarded.
    if (discarded.isBeyond && !this.request.complete) this.closeUnread()
    directBody(this.request, discarded)
  }

  closeUnread(): void {
    this.connection.linger()
    if (this.state === 'settled') this.connection.socket.destroySoon()
  }

  endUnread(): void {
    if (this.state === 'settled') this.connection.forget(this)
    tellEnd(this.request)
  }

  get pendingBody(): BodySink | undefined {
    return this.request.complete ? undefined : this.sink
  }

  failBody(error: Error): boolean {
    this.bodyError = error
    this.connection.isClosing = true
    return this.sink?.fail(error) ?? false
  }

  /** Whether an answer is given while the client still sends. */
  protected get isEarly(): boolean {
    return this.hasBody && !this.request.complete
  }

  /** The answer is given before the body has come. Only a streamed answer may still read it. */
  protected giveUpBody(answer: Payload): void {
    const { sink } = this
    if (isSource(answer) && this.#isRead(sink)) {
      // After the head it would be part of the answer.
      if (this.awaitsContinue) this.#continue()
      return
    }
    // A client that waits for `100 Continue` may send its body or not, so the next bytes are ambiguous.
    if (isTooMuch(this)) this.connection.isClosing = true
    if (!(sink instanceof DiscardedBody)) {
      this.discardBody()
      sink?.fail(brokenBody(true))
    }
    if (!this.response.shouldKeepAlive) this.connection.linger()
  }

  #isRead(sink: BodySink | undefined): boolean {
    if (this.bodyError !== undefined) return false
    // A reader that has not begun would be refused a body that is announced to be too large.
    if (sink === undefined) return this.readerBytes >= this.bodyLength && this.readerBytes !== -1
    return !(sink instanceof DiscardedBody || sink instanceof LentBody)
  }

  /** The exchange is over, and its body is no longer needed. */
  protected releaseBody(completed: boolean): void {
    const { request, sink } = this
    // Node keeps a request until the connection has the next one, and its sink would keep everything made for it.
    if (request.complete && sink?.isWaiting !== true) request.sink = undefined
    else if (this.hasBody) this.#breakOff(sink, completed)
  }

  #breakOff(sink: BodySink | undefined, completed: boolean): void {
    // There is no reader for the error, and making one takes as long as serving the request.
    if (sink instanceof DiscardedBody || sink instanceof LentBody) return
    sink?.fail(brokenBody(completed))
    if (completed && !this.connection.isClosing) this.discardBody()
  }
}
