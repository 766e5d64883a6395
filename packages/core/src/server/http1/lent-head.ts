// On the request path of mounted handlers: the headers that a mounted handler set become one valid head.
import { InternalError } from '../../errors/index.ts'
import type { Http1Exchange, RequestMessage, ResponseMessage } from './contract.ts'
import { ServerResponse } from './node-http.ts'
import { hasContent, isUnchunked, recordHeaders } from './node-internals.ts'

type Value = number | string | readonly string[]

// Frameworks and loggers replace methods of a response.
const { getHeader, setHeader, removeHeader } = ServerResponse.prototype as unknown as {
  getHeader(this: ResponseMessage, name: string): Value | undefined
  setHeader(this: ResponseMessage, name: string, value: Value): void
  removeHeader(this: ResponseMessage, name: string): void
}

/** Makes node keep all headers of a response in its record, where {@link settleLentHead} reads them; `writeHead` alone would not. */
export function openLentHead(response: ResponseMessage, { httpVersionMinor }: RequestMessage): void {
  // RFC 9112 §6.1: no chunks for an HTTP/1.0 client, even if it sends `TE: chunked` (node would).
  if (httpVersionMinor === 0) response.useChunkedEncodingByDefault = false
  recordHeaders(response)
}

/**
 * Corrects the head of a mounted handler before node writes it: adds headers of middleware and the request id, makes the
 * framing unambiguous, and says whether the connection closes.
 */
export function settleLentHead(response: ResponseMessage, exchange: Http1Exchange): void {
  const { connection, requestId, laid } = exchange
  if (laid !== undefined) {
    const own = (name: string): string[] => [getHeader.call(response, name) ?? []].flat().map(String)
    for (const [name, lines] of laid.beside(own)) setHeader.call(response, name, lines)
  }
  const { requestIdHeader } = connection.server
  if (requestIdHeader !== undefined) setHeader.call(response, requestIdHeader, requestId)
  if (connection.isLast(exchange)) response.shouldKeepAlive = false
  // Otherwise node believes a `connection` header of the handler, which may come from another server.
  const namesUpgrade = has(response, 'upgrade')
  if (!response.shouldKeepAlive)
    setHeader.call(response, 'connection', namesUpgrade ? 'upgrade, close' : 'close')
  // RFC 9110 §7.8
  else if (namesUpgrade) setHeader.call(response, 'connection', 'upgrade')
  settleFraming(response, exchange)
}

/** RFC 9112 §6.1 to §6.3: two lengths, or a length and chunks, make the end ambiguous. Chunks take precedence. */
function settleFraming(response: ResponseMessage, exchange: Http1Exchange): void {
  const hasBody = hasContent(response)
  const coding = codingOf(response, exchange)
  const length = coding === undefined ? lengthOf(response) : undefined
  const isBroken = coding === undefined && length === undefined && has(response, 'content-length')
  if (isBroken && hasBody) exchange.reset(wrongPromise())
  replace(response, 'transfer-encoding', coding)
  replace(response, 'content-length', length)
  // Node throws if trailers are announced and no chunks are sent, as for HEAD.
  const isChunked =
    hasBody && length === undefined && response.useChunkedEncodingByDefault && !isUnchunked(response)
  if (coding === undefined && !isChunked) replace(response, 'trailer', undefined)
}

/** The transfer codings that can be sent: none to HTTP/1.0, and none without a body. */
function codingOf(response: ResponseMessage, { request }: Http1Exchange): string | undefined {
  const { statusCode: status } = response
  if (request.httpVersionMinor === 0 || isBare(status) || status === 304) return undefined
  return toCoding(getHeader.call(response, 'transfer-encoding'))
}

function lengthOf(response: ResponseMessage): string | undefined {
  return isBare(response.statusCode) ? undefined : toLength(getHeader.call(response, 'content-length'))
}

/** RFC 9112 §6.1, RFC 9110 §8.6: answers without headers about a body. */
function isBare(status: number): boolean {
  return status < 200 || status === 204
}

/** Node makes the chunks itself, so `chunked` is the last coding. */
function toCoding(given: Value | undefined): string | undefined {
  if (given === undefined) return undefined
  const others = membersOf(given).filter((name) => !/^(?:chunked|identity)?$/i.test(name))
  return [...others, 'chunked'].join(', ')
}

/** RFC 9110 §8.6: a length may be repeated. */
function toLength(given: Value | undefined): string | undefined {
  if (given === undefined) return undefined
  const [length = '', ...others] = membersOf(given)
  return /^\d{1,15}$/.test(length) && others.every((other) => other === length) ? length : undefined
}

function membersOf(given: Value): string[] {
  return String(given)
    .split(',')
    .map((member) => member.trim())
}

function has(response: ResponseMessage, name: string): boolean {
  return getHeader.call(response, name) !== undefined
}

function replace(response: ResponseMessage, name: string, value: string | undefined): void {
  if (value !== undefined) setHeader.call(response, name, value)
  else if (has(response, name)) removeHeader.call(response, name)
}

/** The error of a handler that does not send the length that it promises. */
export function wrongPromise(cause?: unknown): InternalError {
  return new InternalError('The handler sends a different length than its content-length promises.', {
    cause,
  })
}
