// On the request path: one of these for each request that comes by a socket.
import { Buffer } from 'node:buffer'
import { InternalError, ServiceUnavailableError, ignore } from '../../errors/index.ts'
import {
  discardStream,
  isChunk,
  wrongChunk,
  type BodyTaker,
  type Call,
  type Payload,
  type Served,
  type TakeOver,
} from '../../operation/index.ts'
import type { IncomingHeaders, Outcome } from '../../route/index.ts'
import { watchSocket, type Connection } from './connection.ts'
import { end, flushHeaders, write, type NodeRequest, type NodeResponse } from './node-messages.ts'
import { tooLarge, refuseCoding } from '../message/body-limits.ts'
import {
  BodyStream,
  brokenBody,
  directBody,
  DiscardedBody,
  PromisedBody,
  WholeBody,
  type BodyOwner,
  type BodySink,
} from './request-body.ts'
import type { ReadForwarding } from '../message/forwarding.ts'
import { HttpExchange, type PromisedStream } from '../message/http-exchange.ts'
import { wrongLength } from '../message/framing.ts'
import { isAscii } from './response-head.ts'
import { isTooMuch, LentBody, lendMessages, reclaimResponse, silenceResponse } from './lent-messages.ts'
import { createSource, isSource, type ResponseSource, type SourceSink } from './response-source.ts'
import { resetSocket } from './reset-socket.ts'

const CLOSED_BY_HANDLER = 'The mounted handler closed the connection before its answer was complete.'
const NO_BYTES: Promise<Uint8Array> = Promise.resolve(new Uint8Array(0))

/** A request and its answer over HTTP/1.1 or 1.0. The guard fills in what it read from target and head. */
export class NodeExchange extends HttpExchange implements Call, SourceSink, BodyOwner {
  readonly request: NodeRequest
  readonly response: NodeResponse
  readonly connection: Connection
  readonly method: string
  /** Node emits each request by itself; see `serveRequests`. */
  readonly isWholeCallback = true
  url = ''
  path = ''
  search = ''
  requestId = ''
  hasBody = false
  /** As announced, bytes; -1 for a chunked body, whose length nobody knows before its end. */
  bodyLength = 0
  /** The client waits for `100 Continue` before it sends its body (RFC 9110 §10.1.1). */
  awaitsContinue = false
  served: Served | undefined = undefined
  /** The request before this one on its connection, while that is not settled. */
  previous: NodeExchange | undefined
  isSettled = false
  /** Whether the last byte of the answer was given to the operating system. */
  isWritten = false
  /** The answer's head, where the length of the body is known, and that length, bytes. */
  wholeHead: readonly string[] | undefined = undefined
  wholeLength = 0
  /** How much somebody may read who was given the body as a stream, bytes; -1 for nobody. */
  #readerBytes = -1
  #sink: BodySink | undefined = undefined
  #bodyFault: Error | undefined = undefined
  #source: ResponseSource | undefined = undefined
  /** Length that the answer's head promises, bytes; -1 for none. */
  #promised = -1
  #bytes = 0
  #reason: unknown = undefined
  #isReset = false
  #hasStarted = false
  /** A foreign handler has request and response. */
  #isLent = false
  /** Fails the call of the foreign handler, also after it has returned. */
  #rejectLent: ((error: unknown) => void) | undefined = undefined
  /** It had them: node has a list of headers of its own for the response, though none is left there. */
  #wasLent = false

  constructor(request: NodeRequest, response: NodeResponse, connection: Connection) {
    super()
    this.request = request
    this.response = response
    this.connection = connection
    this.method = request.method as string
    this.previous = connection.last
    response.exchange = this
  }

  protected get peer(): string {
    return this.connection.address
  }

  protected get readForwarding(): ReadForwarding | undefined {
    return this.connection.server.readForwarding
  }

  get scheme(): string {
    return this.forwarding?.scheme ?? this.connection.scheme
  }

  get host(): string {
    return this.forwarding?.host ?? this.meta('host') ?? 'localhost'
  }

  protected get requestIdHeader(): string | undefined {
    return this.connection.server.requestIdHeader
  }

  get statusSent(): number | undefined {
    return this.response.headersSent ? this.response.statusCode : undefined
  }

  meta(name: string): string | undefined {
    // What an object inherits is no header: `constructor` is a function, `__proto__` an object.
    const value: unknown = this.request.headers[name]
    if (typeof value === 'string') return value
    return Array.isArray(value) ? value.join(', ') : undefined
  }

  headers(): IncomingHeaders {
    return this.request.headers
  }

  readBody(maxBytes: number): Promise<Uint8Array> {
    if (!this.hasBody) return NO_BYTES
    const body = new PromisedBody()
    try {
      this.takeBody(maxBytes, body)
    } catch (error) {
      return Promise.reject(error as Error)
    }
    return body.promise
  }

  takeBody(maxBytes: number, taker: BodyTaker): void {
    this.startBody(maxBytes, new WholeBody(maxBytes, this, taker))
  }

  bodyStream(maxBytes: number): AsyncIterable<Uint8Array> {
    this.#readerBytes = maxBytes
    return new BodyStream(maxBytes, this)
  }

  startBody(maxBytes: number, sink: BodySink): void {
    if (this.#bodyFault !== undefined) throw this.#bodyFault
    if (this.#sink !== undefined || this.isSettled) throw new InternalError('The body is not there any more.')
    refuseCoding(this.meta('content-encoding'))
    if (this.bodyLength > maxBytes) throw tooLarge(maxBytes)
    if (this.awaitsContinue) this.#continue()
    this.#sink = sink
    directBody(this.request, sink)
  }

  #continue(): void {
    this.awaitsContinue = false
    this.response.writeContinue()
  }

  /** A foreign handler reads the body, or is about to. */
  continueBody(): void {
    const { _headerSent: isLate } = this.response as unknown as { readonly _headerSent: boolean }
    if (this.awaitsContinue && !isLate) this.#continue()
  }

  discardBody(): void {
    const { limits } = this.connection.server
    const discarded = new DiscardedBody(this.#sink?.received ?? 0, limits.maxUnreadBodyBytes, this)
    this.#sink = discarded
    // Whoever read it until now was given as much already, or more.
    if (discarded.isBeyond && !this.request.complete) this.closeUnread()
    directBody(this.request, discarded)
  }

  /** What is left of a body that nobody reads passes the limit: the connection is not worth keeping. */
  closeUnread(): void {
    this.connection.linger()
    if (this.isSettled) this.connection.socket.destroySoon()
  }

  endUnread(): void {
    if (this.isSettled) this.connection.forget(this)
    // Node keeps a request that was answered before its end until it hears this.
    this.request.emit('end')
  }

  /** The part of the body that has come, while the client still owes the rest. */
  get pendingBody(): BodySink | undefined {
    return this.request.complete ? undefined : this.#sink
  }

  /**
   * The rest of the body will not come, or makes no sense.
   *
   * @returns whether somebody was reading it and so will answer
   */
  failBody(error: Error): boolean {
    this.#bodyFault = error
    this.connection.isClosing = true
    return this.#sink?.fail(error) ?? false
  }

  protected respond(status: number, flat: string[], payload: Payload): void {
    if (this.isSettled || this.#isReset || this.response.destroyed) {
      discardStream(payload)
      return
    }
    if (this.#wasLent) return this.#respondInstead(status, flat, payload)
    this.#begin(status, flat, payload)
  }

  /** The foreign handler still has the response, and may yet call it. */
  #respondInstead(status: number, flat: string[], payload: Payload): void {
    const { response } = this
    const prototype = Object.getPrototypeOf(response) as object
    reclaimResponse(response)
    this.#bytes = 0
    try {
      this.#begin(status, flat, payload)
    } finally {
      silenceResponse(response, prototype)
    }
  }

  #begin(status: number, flat: string[], payload: Payload): void {
    try {
      this.frame(status, flat, payload)
    } catch (error) {
      // Node has begun with the status line.
      this.response.statusMessage = ''
      if (!this.response.headersSent) throw error
      this.reset(error)
    }
  }

  protected override closeAfter(): void {
    this.connection.isClosing = true
  }

  protected override beforeAnswer(flat: string[], payload: Payload): void {
    if (this.hasBody && !this.request.complete) this.#giveUpBody(payload)
    if (this.connection.isLast(this)) this.#close(flat)
  }

  protected writeText(status: number, flat: string[], text: string): void {
    const { response } = this
    const length = Buffer.byteLength(text)
    this.#writeWholeHead(status, flat, length)
    // As many bytes as characters: ASCII, which is cheaper to write as latin1.
    if (length === text.length) response.end(text, 'latin1')
    else response.end(isAscii(flat) ? text : Buffer.from(text), 'utf8')
  }

  protected writeBytes(status: number, flat: string[], bytes: Uint8Array): void {
    this.#writeWholeHead(status, flat, bytes.byteLength)
    this.response.end(bytes)
  }

  #writeWholeHead(status: number, flat: string[], length: number): void {
    this.#bytes = length
    if (this.#wasLent) {
      this.response.writeHead(status, [...flat, 'content-length', String(length)])
      return
    }
    this.wholeHead = flat
    this.wholeLength = length
    this.response.writeHead(status, flat)
  }

  /** The answer is given before the body has come. Only a stream may read it while it is written. */
  #giveUpBody(answer: Payload): void {
    const sink = this.#sink
    if (isSource(answer) && this.#isRead(sink)) {
      // Behind the head it would be part of the answer.
      if (this.awaitsContinue) this.#continue()
      return
    }
    // A client that waits for `100 Continue` may send its body or not: the next bytes cannot be told apart.
    if (isTooMuch(this)) this.connection.isClosing = true
    if (!(sink instanceof DiscardedBody)) {
      this.discardBody()
      sink?.fail(brokenBody(true))
    }
    if (!this.response.shouldKeepAlive) this.connection.linger()
  }

  #isRead(sink: BodySink | undefined): boolean {
    if (this.#bodyFault !== undefined) return false
    // A reader who has not begun would be refused what is announced to be too large.
    if (sink === undefined) return this.#readerBytes >= this.bodyLength && this.#readerBytes !== -1
    return !(sink instanceof DiscardedBody || sink instanceof LentBody)
  }

  #close(flat: string[]): void {
    flat.push('connection', 'close')
    if (this.hasBody && !this.request.complete) this.connection.linger()
    else this.connection.isClosing = true
  }

  protected writeHead(status: number, flat: string[]): void {
    this.response.writeHead(status, flat)
    this.response.end()
  }

  protected writeStream(status: number, flat: string[], { stream, promised }: PromisedStream): void {
    const { response, request } = this
    this.#promised = promised
    // RFC 9112 §6.1: no chunks for a client of HTTP/1.0, not even when it says that it could (node would).
    if (request.httpVersionMinor === 0) response.useChunkedEncodingByDefault = false
    response.writeHead(status, flat)
    response.on('drain', onResponseDrain)
    response.on('error', ignore)
    const source = createSource(stream, this)
    this.#source = source
    source.start()
    // The head goes out with the first chunk when that comes soon, but does not wait for one that does not.
    if (!this.#hasStarted) setImmediate(flushHead, this)
  }

  /** Sends what was promised before a chunk came. */
  flushHead(): void {
    if (!this.#hasStarted && !this.isSettled && !this.#isReset && !this.response.writableEnded) {
      flushHeaders.call(this.response)
    }
  }

  writeChunk(chunk: string | Uint8Array): boolean {
    if (this.isSettled || this.#isReset) return true
    const isText = typeof chunk === 'string'
    if (!isChunk(chunk)) return this.#abandonSource(wrongChunk(chunk))
    const length = isText ? Buffer.byteLength(chunk) : chunk.byteLength
    if (length === 0) return true
    this.#bytes += length
    if (this.#promised !== -1 && this.#bytes > this.#promised)
      return this.#abandonSource(wrongLength('more than', this.#promised))
    this.#hasStarted = true
    return write.call(this.response, chunk)
  }

  endSource(): void {
    this.#source = undefined
    if (this.#promised === -1 || this.#bytes === this.#promised) end.call(this.response)
    else this.reset(wrongLength(`${this.#bytes} bytes of`, this.#promised))
  }

  failSource(error: unknown): void {
    this.#source = undefined
    this.reset(error)
  }

  #abandonSource(error: unknown): true {
    this.#stopSource()
    this.reset(error)
    return true
  }

  #stopSource(): void {
    const source = this.#source
    this.#source = undefined
    source?.stop()
  }

  drain(): void {
    this.#source?.onDrain()
  }

  async handOver({ headers }: Outcome, { run, maxBodyBytes }: TakeOver): Promise<void> {
    this.addId(headers)
    const { request, response } = this
    if (this.isSettled || response.destroyed) return undefined
    response.on('error', ignore)
    try {
      this.#lend(maxBodyBytes)
      for (const [name, value] of headers) response.appendHeader(name, value)
      const failed = new Promise<never>((_resolve, reject) => (this.#rejectLent = reject))
      failed.catch(ignore)
      await run(request, response)
      // Handlers return when they like; what they then do wrong is told by their response.
      if (!this.isSettled) await failed
    } catch (error) {
      if (!this.#wasLent && response.headersSent) return this.reset(error)
      this.takeBack()
      throw error
    }
  }

  takeBack(): boolean {
    const { response } = this
    if (!this.#isLent || response.headersSent) return false
    this.#isLent = false
    this.#wasLent = true
    silenceResponse(response, Object.getPrototypeOf(response) as object)
    return true
  }

  /** The foreign handler fails and has sent nothing; whether it still has what it was lent. */
  failLent(error: unknown): boolean {
    if (!this.takeBack()) return false
    this.#rejectLent?.(error)
    return true
  }

  /**
   * The foreign handler ends the connection under its answer.
   *
   * @returns whether there is an answer to break off
   */
  breakLent(error: unknown): boolean {
    const { response } = this
    if (!this.#isLent || this.isSettled || this.#isReset || response.writableEnded) return false
    this.reset(error ?? new InternalError(CLOSED_BY_HANDLER))
    response.destroyed = true
    return true
  }

  #lend(maxBodyBytes: number): void {
    if (this.#sink !== undefined || this.#readerBytes !== -1)
      throw new InternalError('The body was read before the mounted handler could: leave it to the handler.')
    const body = this.hasBody ? new LentBody(this, maxBodyBytes) : undefined
    this.#sink = body
    this.#isLent = true
    watchSocket(this.connection.socket)
    lendMessages(this, body, (bytes) => (this.#bytes += bytes))
  }

  reset(reason: unknown): void {
    if (this.isSettled || this.#isReset) return
    this.#break(reason)
    const { response, connection } = this
    if (!response.headersSent) {
      resetSocket(connection.socket)
      return
    }
    // What was written gets to the client first, who learns so what it was that broke off.
    if (response.socket !== null && !response.writableEnded) flushHeaders.call(response)
    setImmediate(resetSocket, connection.socket)
  }

  #break(reason: unknown): void {
    this.#isReset = true
    this.#reason ??= reason ?? new InternalError('The response was reset.')
    this.#stopSource()
  }

  /** The server ends and does not wait any longer. */
  cut(): void {
    if (this.isSettled) return
    this.#break(new ServiceUnavailableError('The server was stopped.'))
    resetSocket(this.connection.socket)
  }

  /** The last byte left, or none will. Called when node closes the response; later calls change nothing. */
  close(completed: boolean): void {
    if (this.isSettled) return
    this.isSettled = true
    this.previous = undefined
    this.#stopSource()
    const { request } = this
    // Node keeps a request until the connection has another one, and its sink would keep all that was made for it.
    if (request.complete && this.#sink?.isWaiting !== true) request.sink = undefined
    else if (this.hasBody) this.#releaseBody(completed)
    this.connection.leave(this, completed)
    this.served?.settle(completed && this.#reason === undefined, this.#bytes, this.#reason)
  }

  #releaseBody(completed: boolean): void {
    const sink = this.#sink
    // Nobody would get the error, and making one takes as long as serving the request.
    if (sink instanceof DiscardedBody || sink instanceof LentBody) return
    sink?.fail(brokenBody(completed))
    if (completed && !this.connection.isClosing) this.discardBody()
  }
}

function onResponseDrain(this: NodeResponse): void {
  this.exchange?.drain()
}

function flushHead(exchange: NodeExchange): void {
  exchange.flushHead()
}
