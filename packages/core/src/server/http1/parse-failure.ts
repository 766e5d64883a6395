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

/** Input of a connection that is not a request, for the hook `onParseError`. */
export interface ParseFailure {
  /** Status of the answer. */
  readonly status: number
  readonly code: string
  readonly message: string
  /** As in the header and the body of the answer. */
  readonly requestId: string
  /** Address of the peer; headers of proxies could not be read. */
  readonly remoteAddress: string
  /** The error of node's parser. */
  readonly error: Error
}

/** What node's parser reports besides the message. */
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
 * Whether a request that could not be parsed has the method HEAD. `false` if its first line came in an earlier packet, where
 * only node's parser has it: a HEAD client ignores content on a connection that closes, and a client of another method would
 * miss the error, for example that its head is too large, which never fits one packet.
 */
export function isHeadRequest(error: Error): boolean {
  return messageOf(error as ParserError).startsWith('HEAD ')
}

/** Whether the input ended in the middle of a message. */
export function isEndOfInput(error: Error): boolean {
  return (error as ParserError).code === 'HPE_INVALID_EOF_STATE'
}

/** Whether a client sends more after it asked to close the connection, which is ignored (RFC 9112 §9.6). */
export function isAfterClose(error: Error): boolean {
  return (error as ParserError).code === 'HPE_CLOSED_CONNECTION'
}

/** The error that answers a message which node could not parse. */
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
      // The same code stands for an invalid end of the line.
      if (reason === 'Invalid HTTP version') return unknownVersion(error)
      break
    default:
  }
  return new BadRequestError(`The request cannot be parsed: ${reason ?? 'invalid input'}.`, { cause: error })
}

function unknownVersion(cause: Error): FrameworkError {
  return new HttpVersionNotSupportedError('Only HTTP/1.1 and HTTP/1.0 are supported.', {
    cause,
    expose: true,
  })
}

/** Whether it is the target that is too long: its line had not ended when the parser stopped. */
function isInTarget(error: Error): boolean {
  return /^[A-Z-]{1,32} [^\r\n]*$/.test(messageOf(error as ParserError))
}

/** What the parser had read of the refused message in the last packet. */
function messageOf({ rawPacket, bytesParsed }: ParserError): string {
  if (rawPacket === undefined) return ''
  const input = Buffer.from(rawPacket.subarray(0, bytesParsed)).toString('latin1').trimEnd()
  return input.slice(input.lastIndexOf('\r\n\r\n') + 1).trimStart()
}

/** RFC 9110 §9.1: an unknown method is answered 501; what is not even a token is not a request line. */
function hasMethod({ rawPacket, bytesParsed = 0 }: ParserError): boolean {
  if (rawPacket === undefined) return false
  const input = Buffer.from(rawPacket).toString('latin1')
  const lineStart = input.slice(0, bytesParsed).lastIndexOf('\n') + 1
  const [, method = ''] = /^(\S{1,32}) [\x21-\x7e]/.exec(input.slice(lineStart, lineStart + 64)) ?? []
  return isToken(method)
}

/** How the answer to a parse failure is written. */
export interface FailureAnswer {
  readonly requestId: string
  /** Header that carries the id; undefined for none. */
  readonly requestIdHeader: string | undefined
  readonly format: ErrorFormat | undefined
  /** RFC 9110 §9.3.2: the head alone. */
  readonly isHead: boolean
}

/** An answer as it goes over the wire. */
export interface RenderedFailure {
  readonly status: number
  readonly message: string
  /** What the format threw, for the log; the answer is then a 500. */
  readonly failure: unknown
}

/** Writes the answer for a request that node has no response object for. */
export function renderFailure(
  error: FrameworkError,
  { requestId, requestIdHeader, format = problemFormat, isHead }: FailureAnswer,
): RenderedFailure {
  const described = describeThrown(error)
  const rendered = renderError(described, format, { requestId })
  // The format may choose any status, even 200.
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
