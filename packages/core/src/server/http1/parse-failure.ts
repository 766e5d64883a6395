import {
  BadRequestError,
  describeThrown,
  HeaderFieldsTooLargeError,
  HttpVersionNotSupportedError,
  isToken,
  NotImplementedError,
  ContentTooLargeError,
  problemFormat,
  renderError,
  RequestTimeoutError,
  UriTooLongError,
  type ErrorFormat,
  type FrameworkError,
} from '../../errors/index.ts'
import { STATUS_CODES } from './node-http.ts'

/** Something that came by a connection and is no request; told to the `onParseError` hook. */
export interface ParseFailure {
  /** Status of the answer. */
  readonly status: number
  readonly code: string
  readonly message: string
  /** As in the answer's header and body. */
  readonly requestId: string
  /** Address of the peer; no header could be read that would say more. */
  readonly remoteAddress: string
  /** What node's parser said. */
  readonly error: Error
}

/** What node's parser reports, beside the message. */
interface ParserError extends Error {
  readonly code?: string
  readonly reason?: string
  readonly bytesParsed?: number
  readonly rawPacket?: Uint8Array
}

/** Whether an error of a connection means that what it carries is not HTTP, or came too slowly. */
export function isParseError(error: Error): boolean {
  const { code } = error as ParserError
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' || (typeof code === 'string' && code.startsWith('HPE_'))
}

/**
 * Whether what could not be parsed asked for a head alone. Where its line came in an earlier packet only node's parser knows, and
 * does not say: `false`, since a client of HEAD ignores what comes behind the head on a connection that closes, and one of
 * another method would lose what is wrong, such as that its head, which never fits one packet, is too large.
 */
export function isHeadRequest(error: Error): boolean {
  return messageOf(error as ParserError).startsWith('HEAD ')
}

/** Whether the input ended in the middle of a message. */
export function isEndOfInput(error: Error): boolean {
  return (error as ParserError).code === 'HPE_INVALID_EOF_STATE'
}

/** Whether a client sends more after it asked for the connection to be closed. That is ignored (RFC 9112 §9.6). */
export function isAfterClose(error: Error): boolean {
  return (error as ParserError).code === 'HPE_CLOSED_CONNECTION'
}

/** The error by which a message that node could not parse is answered. */
export function toRequestError(error: Error): FrameworkError {
  const { code, reason } = error as ParserError
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new RequestTimeoutError('The request did not arrive in time.', { cause: error })
    case 'HPE_INVALID_EOF_STATE':
      return new BadRequestError('The request ended before it was complete.', { cause: error })
    case 'HPE_HEADER_OVERFLOW':
      return isInTarget(error)
        ? new UriTooLongError(undefined, { cause: error })
        : new HeaderFieldsTooLargeError(undefined, { cause: error })
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new ContentTooLargeError('The chunk extensions of the body are too large.', { cause: error })
    case 'HPE_INVALID_METHOD':
      return hasMethod(error)
        ? new NotImplementedError('The method is not supported.', { cause: error, expose: true })
        : new BadRequestError('This is not HTTP.', { cause: error })
    case 'HPE_PAUSED_H2_UPGRADE':
      return unknownVersion(error)
    case 'HPE_INVALID_VERSION':
      // The same code stands for a line that ends wrongly.
      if (reason === 'Invalid HTTP version') return unknownVersion(error)
      break
    default:
  }
  return new BadRequestError(`The request cannot be parsed: ${reason ?? 'invalid input'}.`, { cause: error })
}

function unknownVersion(cause: Error): FrameworkError {
  return new HttpVersionNotSupportedError('Only HTTP/1.1 and HTTP/1.0 are spoken here.', {
    cause,
    expose: true,
  })
}

/** The parser says only that the head is too long. It is the target when its line had not ended by then. */
function isInTarget(error: Error): boolean {
  return /^[A-Z-]{1,32} [^\r\n]*$/.test(messageOf(error as ParserError))
}

/** What the parser had read of the message that it refused, as far as it came in one packet with its end. */
function messageOf({ rawPacket, bytesParsed }: ParserError): string {
  if (rawPacket === undefined) return ''
  const input = Buffer.from(rawPacket.subarray(0, bytesParsed)).toString('latin1').trimEnd()
  return input.slice(input.lastIndexOf('\r\n\r\n') + 1).trimStart()
}

/** RFC 9110 §9.1: a method that nobody knows is 501; what is not even a token is no request line. */
function hasMethod({ rawPacket, bytesParsed = 0 }: ParserError): boolean {
  if (rawPacket === undefined) return false
  const input = Buffer.from(rawPacket).toString('latin1')
  const lineStart = input.slice(0, bytesParsed).lastIndexOf('\n') + 1
  const [, method = ''] = /^(\S{1,32}) [\x21-\x7e]/.exec(input.slice(lineStart, lineStart + 64)) ?? []
  return isToken(method)
}

/** How the answer to a fault is written. */
export interface FaultAnswer {
  readonly requestId: string
  /** Header that carries the id; undefined for none. */
  readonly requestIdHeader: string | undefined
  readonly format: ErrorFormat | undefined
  /** RFC 9110 §9.3.2: the head alone. */
  readonly isHead: boolean
}

/** An answer as it goes over the wire. */
export interface RenderedFault {
  readonly status: number
  readonly message: string
  /** What the format threw, for the log; the answer then is a 500. */
  readonly failure: unknown
}

/** Writes the answer for a request that node has no response object for. */
export function renderFault(
  error: FrameworkError,
  { requestId, requestIdHeader, format = problemFormat, isHead }: FaultAnswer,
): RenderedFault {
  const described = describeThrown(error)
  const rendered = renderError(described, format, { requestId })
  // 200 is a status that a format may choose for its errors.
  const head = [
    `HTTP/1.1 ${rendered.status} ${STATUS_CODES[rendered.status] ?? 'Error'}`,
    `date: ${new Date().toUTCString()}`,
    `content-type: ${rendered.mediaType}`,
    `content-length: ${Buffer.byteLength(rendered.body)}`,
    ...Object.entries(described.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    ...(requestIdHeader === undefined ? [] : [`${requestIdHeader}: ${requestId}`]),
    'connection: close',
  ]
  const message = `${head.join('\r\n')}\r\n\r\n${isHead ? '' : rendered.body}`
  return { status: rendered.status, message, failure: rendered.failure }
}
