// On the request path of mounted handlers: what a foreign handler set becomes the head of one message.
import { InternalError } from '../../errors/index.ts'
import type { Http1Exchange, RequestMessage, ResponseMessage } from './contract.ts'
import { ServerResponse } from './node-http.ts'
import { hasContent, isUnchunked, recordHeaders } from './node-internals.ts'

type Value = number | string | readonly string[]

// Frameworks and loggers put methods of their own on a response.
const { getHeader, setHeader, removeHeader } = ServerResponse.prototype as unknown as {
  getHeader(this: ResponseMessage, name: string): Value | undefined
  setHeader(this: ResponseMessage, name: string, value: Value): void
  removeHeader(this: ResponseMessage, name: string): void
}

/** Has node keep all headers of a response in its record, where {@link settleLentHead} finds them: `writeHead` alone would not. */
export function openLentHead(response: ResponseMessage, { httpVersionMinor }: RequestMessage): void {
  // RFC 9112 §6.1: no chunks for a client of HTTP/1.0, not even when it says that it could (node would).
  if (httpVersionMinor === 0) response.useChunkedEncodingByDefault = false
  recordHeaders(response)
}

/**
 * Puts right what a foreign handler set, before node writes it: what middleware appended, one framing, the id that the log
 * has, and the end of the connection where that is decided.
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
  // Else node takes a handler's word that it goes on, also from one that hands on what another server said.
  const namesUpgrade = has(response, 'upgrade')
  if (!response.shouldKeepAlive)
    setHeader.call(response, 'connection', namesUpgrade ? 'upgrade, close' : 'close')
  // RFC 9110 §7.8
  else if (namesUpgrade) setHeader.call(response, 'connection', 'upgrade')
  settleFraming(response, exchange)
}

/** RFC 9112 §6.1 to §6.3: what is told two lengths, or a length and chunks, may end in two places. Chunks have the last word. */
function settleFraming(response: ResponseMessage, exchange: Http1Exchange): void {
  const hasBody = hasContent(response)
  const coding = codingOf(response, exchange)
  const length = coding === undefined ? lengthOf(response) : undefined
  const isBroken = coding === undefined && length === undefined && has(response, 'content-length')
  if (isBroken && hasBody) exchange.reset(wrongPromise())
  replace(response, 'transfer-encoding', coding)
  replace(response, 'content-length', length)
  // Node throws where one is announced and no chunks go out, as for a HEAD request.
  const isChunked =
    hasBody && length === undefined && response.useChunkedEncodingByDefault && !isUnchunked(response)
  if (coding === undefined && !isChunked) replace(response, 'trailer', undefined)
}

/** Transfer codings as they can go out: none to HTTP/1.0, and none without a body. */
function codingOf(response: ResponseMessage, { request }: Http1Exchange): string | undefined {
  const { statusCode: status } = response
  if (request.httpVersionMinor === 0 || isBare(status) || status === 304) return undefined
  return toCoding(getHeader.call(response, 'transfer-encoding'))
}

function lengthOf(response: ResponseMessage): string | undefined {
  return isBare(response.statusCode) ? undefined : toLength(getHeader.call(response, 'content-length'))
}

/** RFC 9112 §6.1, RFC 9110 §8.6: answers that say nothing of a body. */
function isBare(status: number): boolean {
  return status < 200 || status === 204
}

/** Node itself makes chunks of what is written, and does so last. */
function toCoding(given: Value | undefined): string | undefined {
  if (given === undefined) return undefined
  const others = membersOf(given).filter((name) => !/^(?:chunked|identity)?$/i.test(name))
  return [...others, 'chunked'].join(', ')
}

/** RFC 9110 §8.6: one that is repeated is one. */
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

/** What is told of a handler that does not send what it promises. */
export function wrongPromise(cause?: unknown): InternalError {
  return new InternalError('The handler sends another length than its content-length promises.', { cause })
}
