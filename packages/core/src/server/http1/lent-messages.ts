// On the request path of mounted handlers, which read and write by themselves. Frameworks replace the prototypes of request
// and response, so methods are replaced on the objects themselves.
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
 * Prepares a request and its response for a handler that does not know the exchange.
 *
 * @param body - counts the body of the request; undefined without a body
 */
export function lendMessages(exchange: Http1Exchange, body: LentBody | undefined): void {
  const { request, response, method, awaitsContinue } = exchange
  if (body !== undefined) lendBody(request, body)
  // Of an incomplete request the parser reports the end.
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
  // If the client is gone, its response is destroyed.
  if (exchange === undefined || exchange.connection.isGone || !endLent(exchange, error))
    destroy.call(this, error)
  return this
}

/** Before anything was sent, a reason counts as an error of the handler. */
function endLent(exchange: Http1Exchange, error: unknown): boolean {
  if (error === undefined || error === null || exchange.response.headersSent) return exchange.breakLent(error)
  return exchange.failLent(error)
}

function emitLent(this: ResponseMessage, event: string | symbol, ...args: unknown[]): unknown {
  const { exchange } = this
  // Otherwise node would discard an unread body without a limit.
  if (event === 'finish' && exchange !== undefined && isLeft(exchange)) exchange.discardBody()
  return emit.call(this, event, ...args)
}

function countBody(exchange: Http1Exchange, target: Record<string, Method>): void {
  const { response } = exchange
  for (const name of ['write', 'end']) {
    before(target, name, (_response, [chunk, encoding]) => {
      const hasNone = response.statusCode === 204 || response.statusCode === 304
      if (!hasNone) exchange.bytes += lengthOf(chunk, encoding)
    })
  }
}

function lengthOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string')
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  return chunk instanceof Uint8Array ? chunk.byteLength : 0
}

/**
 * Resets an answer with more or fewer bytes than its head promises, which the client would mix up with the next answer. The
 * error that node throws would end the process if it is thrown in a callback.
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

/** Sends `100 Continue` before an answer that begins before the body is read: afterwards it cannot be sent. */
function announce(target: Record<string, Method>, name: string): void {
  before(target, name, ({ exchange, statusCode }) => {
    if (exchange !== undefined && statusCode < 400 && !isBeyond(exchange)) exchange.continueBody()
  })
}

/** Does something before each call of a method. */
function before(
  target: Record<string, Method>,
  name: string,
  act: (response: ResponseMessage, args: readonly unknown[]) => void,
): void {
  const original = target[name] as Method
  target[name] = function watched(this: ResponseMessage, ...args: unknown[]) {
    act(this, args)
    return original.apply(this, args)
  }
}
