// On the request path of mounted handlers, which read and write by themselves. Frameworks put prototypes of their own
// under request and response, so what is done here stands on the objects themselves.
import { InternalError } from '../../errors/index.ts'
import { openLentHead, settleLentHead, wrongPromise } from './lent-head.ts'
import type { NodeExchange } from './node-exchange.ts'
import { IncomingMessage, ServerResponse } from './node-http.ts'
import { NodeResponse, type NodeRequest } from './node-messages.ts'
import { tooLarge } from '../message/body-limits.ts'
import { type BodySink } from './request-body.ts'

/** What node's messages have and their types do not say; the same in all versions that are supported. */
interface RequestInternals {
  _dumped: boolean
  readonly _readableState: Record<'ended' | 'endEmitted' | 'destroyed' | 'closed' | 'closeEmitted', boolean>
}
interface ResponseInternals {
  readonly _headerSent: boolean
  _storeHeader(firstLine: string, headers: unknown): void
}
type Method = (...args: unknown[]) => unknown

const { push, _read: read } = IncomingMessage.prototype
const { _storeHeader: storeHeader } = ServerResponse.prototype as unknown as ResponseInternals
const { emit, destroy } = NodeResponse.prototype as unknown as {
  readonly emit: Method
  readonly destroy: Method
}

/** A body that a foreign handler reads from node's own stream, or does not. */
export class LentBody implements BodySink {
  received = 0
  isWaiting = false
  readonly #exchange: NodeExchange
  readonly #maxBytes: number
  #isGivenUp = false

  constructor(exchange: NodeExchange, maxBytes: number) {
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
function isThrownAway(request: NodeRequest): boolean {
  return request.readableFlowing === true && request.listenerCount('data') === 0
}

/** Whether a body that nobody reads is not worth its connection. A client that was not told to send it may do so or not. */
export function isTooMuch(exchange: NodeExchange): boolean {
  return exchange.awaitsContinue || isBeyond(exchange)
}

function isBeyond({ bodyLength, connection }: NodeExchange): boolean {
  return bodyLength > connection.server.limits.maxUnreadBodyBytes
}

/** Whether a foreign handler leaves a body that has not come completely. */
function isLeft({ request }: NodeExchange): boolean {
  return request.sink instanceof LentBody && !request.complete && !isReading(request)
}

/** Whether somebody still takes what comes. */
function isReading(request: NodeRequest): boolean {
  return request.listenerCount(request.readableFlowing === true ? 'data' : 'readable') > 0
}

/**
 * Prepares a request and its response for a handler that knows nothing of the exchange.
 *
 * @param body - what counts the request's body; undefined where there is none
 * @param count - is told of each part of the response's body, bytes
 */
export function lendMessages(
  { request, response, method, awaitsContinue }: NodeExchange,
  body: LentBody | undefined,
  count: (bytes: number) => void,
): void {
  if (body === undefined) reopen(request)
  else lendBody(request, body)
  openLentHead(response, request)
  const target = response as unknown as Record<string, Method>
  target['emit'] = emitLent as Method
  target['_storeHeader'] = storeLentHeader as Method
  target['destroy'] = destroyLent as Method
  if (method !== 'HEAD') countBody(response, target, count)
  response.strictContentLength = true
  for (const name of ['write', 'end']) holdToLength(target, name)
  if (awaitsContinue) for (const name of ['write', 'flushHeaders']) announce(target, name)
}

/** Frees a response whose handler did not begin to answer from its headers and reason, and from what it replaced. */
export function reclaimResponse(response: NodeResponse): void {
  for (const name of [...REPLACED, ...SPOKEN]) delete (response as unknown as Record<string, unknown>)[name]
  Object.setPrototypeOf(response, NodeResponse.prototype)
  for (const name of response.getHeaderNames()) response.removeHeader(name)
  response.statusMessage = ''
  response.strictContentLength = false
}

/** What we replace on a response, and what compression, sessions and loggers do. */
const REPLACED = ['emit', '_storeHeader', 'destroy']

/** What a handler answers by. */
const SPOKEN = [
  'write',
  'end',
  'writeHead',
  'flushHeaders',
  'setHeader',
  'setHeaders',
  'appendHeader',
  'removeHeader',
  'addTrailers',
  'writeContinue',
  'writeProcessing',
  'writeEarlyHints',
]

/**
 * Has a response that was taken back do nothing when its handler calls it after all: what node throws at one who comes too
 * late would end the process, where a callback of a database makes the call.
 *
 * @param prototype - what its framework calls it by
 */
export function silenceResponse(response: NodeResponse, prototype: object): void {
  const target = response as unknown as Record<string, Method>
  Object.setPrototypeOf(response, prototype)
  target['emit'] = emit
  target['destroy'] = ignoreCall
  for (const name of SPOKEN) target[name] = name === 'write' ? refuse : ignoreCall
}

function refuse(...args: unknown[]): boolean {
  tellLate(args.at(-1))
  return false
}

function ignoreCall(this: unknown, ...args: unknown[]): unknown {
  tellLate(args.at(-1))
  return this
}

function tellLate(callback: unknown): void {
  if (typeof callback === 'function')
    process.nextTick(callback, new InternalError('The request was answered.'))
}

function lendBody(request: NodeRequest, body: LentBody): void {
  request.sink = body
  request.push = pushLent
  request._read = function readLent(size: number) {
    body.onRead()
    read.call(this, size)
  }
}

function pushLent(this: NodeRequest, chunk: Buffer | null): boolean {
  return this.sink === undefined ? push.call(this, chunk) : this.sink.take(chunk)
}

/**
 * Node has ended the stream of a request without a body and told nobody (`optimizeEmptyRequests`). Whoever reads it, in
 * whichever way, waits for an end.
 */
function reopen(request: NodeRequest): void {
  const { _readableState: state } = request as unknown as RequestInternals
  if (!state.endEmitted) return
  ;(request as unknown as RequestInternals)._dumped = false
  state.ended = false
  state.endEmitted = false
  state.destroyed = false
  state.closed = false
  state.closeEmitted = false
  // Else the parser still has to say so.
  if (request.complete) push.call(request, null)
}

function storeLentHeader(this: NodeResponse, firstLine: string, headers: unknown): void {
  const { exchange } = this
  if (exchange !== undefined) {
    if (isLeft(exchange) && isTooMuch(exchange)) exchange.connection.linger()
    settleLentHead(this, exchange)
  }
  storeHeader.call(this, firstLine, headers)
}

function destroyLent(this: NodeResponse, error?: Error): NodeResponse {
  const { exchange } = this
  // A client that is gone takes its response along.
  if (exchange === undefined || exchange.connection.isGone || !endLent(exchange, error))
    destroy.call(this, error)
  return this
}

/** As long as nothing was sent, a reason is an error like any other. */
function endLent(exchange: NodeExchange, error: unknown): boolean {
  if (error === undefined || error === null || exchange.response.headersSent) return exchange.breakLent(error)
  return exchange.failLent(error)
}

function emitLent(this: NodeResponse, event: string | symbol, ...args: unknown[]): unknown {
  const { exchange } = this
  // Before node throws away, without end, what nobody reads.
  if (event === 'finish' && exchange !== undefined && isLeft(exchange)) exchange.discardBody()
  return emit.call(this, event, ...args)
}

function countBody(
  response: NodeResponse,
  target: Record<string, Method>,
  count: (bytes: number) => void,
): void {
  for (const name of ['write', 'end']) {
    const original = target[name] as Method
    target[name] = function counted(this: unknown, ...args: unknown[]) {
      const [chunk, encoding] = args
      if (response.statusCode === 204 || response.statusCode === 304) count(0)
      else if (typeof chunk === 'string')
        count(Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'))
      else if (chunk instanceof Uint8Array) count(chunk.byteLength)
      return original.apply(this, args)
    }
  }
}

/**
 * Bytes beyond or short of the length that the head promises would be taken for the next answer, or that for them. What node
 * throws about them would end the process where a callback makes the call.
 */
function holdToLength(target: Record<string, Method>, name: string): void {
  const original = target[name] as Method
  target[name] = function held(this: NodeResponse, ...args: unknown[]) {
    try {
      return original.apply(this, args)
    } catch (error) {
      const { exchange } = this
      if (exchange === undefined || !isMismatch(error)) throw error
      exchange.reset(wrongPromise(error))
      return name === 'end' ? this : false
    }
  }
}

function isMismatch(error: unknown): boolean {
  return (
    error instanceof Error && (error as NodeJS.ErrnoException).code === 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'
  )
}

/** An answer that begins before the body is read may go on while it is: later the client cannot be told to send it. */
function announce(target: Record<string, Method>, name: string): void {
  const original = target[name] as Method
  target[name] = function announced(this: NodeResponse, ...args: unknown[]) {
    const { exchange } = this
    if (exchange !== undefined && this.statusCode < 400 && !isBeyond(exchange)) exchange.continueBody()
    return original.apply(this, args)
  }
}
