// On the request path of mounted handlers, which read and write by themselves. Frameworks put prototypes of their own
// under request and response, so what is done here stands on the objects themselves.
import type { Http1Exchange, ResponseMessage } from './contract.ts'
import { isLeft, lendBody, type LentBody } from './lent-body.ts'
import { openLentHead, settleLentHead, wrongPromise } from './lent-head.ts'
import { IncomingMessage } from './node-http.ts'
import { onStoreHead, reopen, storeHead } from './node-internals.ts'
import { NodeResponse } from './node-messages.ts'
import { isBeyond, isTooMuch } from './unread-body.ts'

type Method = (...args: unknown[]) => unknown

const { push } = IncomingMessage.prototype
const { emit, destroy } = NodeResponse.prototype as unknown as {
  readonly emit: Method
  readonly destroy: Method
}

/**
 * Prepares a request and its response for a handler that knows nothing of the exchange.
 *
 * @param body - what counts the request's body; undefined where there is none
 */
export function lendMessages(exchange: Http1Exchange, body: LentBody | undefined): void {
  const { request, response, method, awaitsContinue } = exchange
  if (body !== undefined) lendBody(request, body)
  // Where the end is still to come, the parser says so.
  else if (reopen(request) && request.complete) push.call(request, null)
  openLentHead(response, request)
  onStoreHead(response, storeLentHeader)
  const target = response as unknown as Record<string, Method>
  target['emit'] = emitLent as Method
  target['destroy'] = destroyLent as Method
  if (method !== 'HEAD') countBody(exchange, target)
  response.strictContentLength = true
  for (const name of ['write', 'end']) holdToLength(target, name)
  if (awaitsContinue) for (const name of ['write', 'flushHeaders']) announce(target, name)
}

function storeLentHeader(this: ResponseMessage, firstLine: string, headers: unknown): void {
  const { exchange } = this
  if (exchange !== undefined) {
    if (isLeft(exchange) && isTooMuch(exchange)) exchange.connection.linger()
    settleLentHead(this, exchange)
  }
  storeHead(this, firstLine, headers)
}

function destroyLent(this: ResponseMessage, error?: Error): ResponseMessage {
  const { exchange } = this
  // A client that is gone takes its response along.
  if (exchange === undefined || exchange.connection.isGone || !endLent(exchange, error))
    destroy.call(this, error)
  return this
}

/** As long as nothing was sent, a reason is an error like any other. */
function endLent(exchange: Http1Exchange, error: unknown): boolean {
  if (error === undefined || error === null || exchange.response.headersSent) return exchange.breakLent(error)
  return exchange.failLent(error)
}

function emitLent(this: ResponseMessage, event: string | symbol, ...args: unknown[]): unknown {
  const { exchange } = this
  // Before node throws away, without end, what nobody reads.
  if (event === 'finish' && exchange !== undefined && isLeft(exchange)) exchange.discardBody()
  return emit.call(this, event, ...args)
}

function countBody(exchange: Http1Exchange, target: Record<string, Method>): void {
  const { response } = exchange
  for (const name of ['write', 'end']) {
    const original = target[name] as Method
    target[name] = function counted(this: unknown, ...args: unknown[]) {
      const [chunk, encoding] = args
      const hasNone = response.statusCode === 204 || response.statusCode === 304
      if (!hasNone) exchange.bytes += lengthOf(chunk, encoding)
      return original.apply(this, args)
    }
  }
}

function lengthOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

/**
 * Bytes beyond or short of the length that the head promises would be taken for the next answer, or that for them. What node
 * throws about them would end the process where a callback makes the call.
 */
function holdToLength(target: Record<string, Method>, name: string): void {
  const original = target[name] as Method
  target[name] = function held(this: ResponseMessage, ...args: unknown[]) {
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
  target[name] = function announced(this: ResponseMessage, ...args: unknown[]) {
    const { exchange } = this
    if (exchange !== undefined && this.statusCode < 400 && !isBeyond(exchange)) exchange.continueBody()
    return original.apply(this, args)
  }
}
