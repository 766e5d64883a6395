import { httpErrorClass, type HttpErrorOptions } from './http-error-class.ts'

// Statuses and titles: RFC 9110 §15.5 and §15.6 unless the class names another source. One class for each status: write what
// happened into the message, and data for programs into `details` or an error of your own (`defineError`).

/** 400: the request is malformed, and no other error is more precise. RFC 9110 §15.5.1 */
export class BadRequestError extends httpErrorClass('ERR_CORE_BAD_REQUEST', 400, 'Bad Request') {}

/** What {@link UnauthorizedError} takes besides {@link HttpErrorOptions}. */
export interface UnauthorizedOptions extends HttpErrorOptions {
  /**
   * The `www-authenticate` header, RFC 9110 §11.6.1, in place of the challenge of its scheme; those of the other schemes of the route stand
   * beside it. Default: all of them.
   */
  readonly challenge?: string | undefined
}

/**
 * 401: the caller is not known. Carries `www-authenticate`. RFC 9110 §15.5.2
 *
 * @example
 * throw new UnauthorizedError('The token has expired', { challenge: 'Bearer error="invalid_token"' })
 */
export class UnauthorizedError extends httpErrorClass('ERR_CORE_UNAUTHORIZED', 401, 'Unauthorized') {
  constructor(message?: string, options: UnauthorizedOptions = {}) {
    super(message, withHeader(options, 'www-authenticate', options.challenge))
  }
}

/** 402: the caller has to pay first; the status is reserved, and each API defines its use. RFC 9110 §15.5.3 */
export class PaymentRequiredError extends httpErrorClass(
  'ERR_CORE_PAYMENT_REQUIRED',
  402,
  'Payment Required',
) {}

/** 403: the caller is known (or need not be) and may not do this. RFC 9110 §15.5.4 */
export class ForbiddenError extends httpErrorClass('ERR_CORE_FORBIDDEN', 403, 'Forbidden') {}

/** 404: the resource does not exist, or its existence is hidden from the caller. RFC 9110 §15.5.5 */
export class NotFoundError extends httpErrorClass('ERR_CORE_NOT_FOUND', 404, 'Not Found') {}

/** What {@link MethodNotAllowedError} takes besides {@link HttpErrorOptions}. */
export interface MethodNotAllowedOptions extends HttpErrorOptions {
  /** Methods that the target supports, upper case; becomes the `allow` header. */
  readonly allow: readonly string[]
}

/** 405: the path exists, the method does not. Carries `allow`. RFC 9110 §15.5.6 */
export class MethodNotAllowedError extends httpErrorClass(
  'ERR_CORE_METHOD_NOT_ALLOWED',
  405,
  'Method Not Allowed',
) {
  constructor(message: string | undefined, options: MethodNotAllowedOptions) {
    super(message, withHeader(options, 'allow', options.allow.join(', ')))
  }
}

/** 406: nothing that the route can produce satisfies `accept`. RFC 9110 §15.5.7 */
export class NotAcceptableError extends httpErrorClass('ERR_CORE_NOT_ACCEPTABLE', 406, 'Not Acceptable') {}

/** 408: the request did not arrive in time. RFC 9110 §15.5.9 */
export class RequestTimeoutError extends httpErrorClass('ERR_CORE_REQUEST_TIMEOUT', 408, 'Request Timeout') {}

/** 409: the request conflicts with the current state of the resource. RFC 9110 §15.5.10 */
export class ConflictError extends httpErrorClass('ERR_CORE_CONFLICT', 409, 'Conflict') {}

/** 410: the resource was removed for good. RFC 9110 §15.5.11 */
export class GoneError extends httpErrorClass('ERR_CORE_GONE', 410, 'Gone') {}

/** 411: the route needs a `content-length`. RFC 9110 §15.5.12 */
export class LengthRequiredError extends httpErrorClass('ERR_CORE_LENGTH_REQUIRED', 411, 'Length Required') {}

/** 412: a condition of the request (`if-match`, `if-unmodified-since`) does not hold. RFC 9110 §15.5.13 */
export class PreconditionFailedError extends httpErrorClass(
  'ERR_CORE_PRECONDITION_FAILED',
  412,
  'Precondition Failed',
) {}

/** 413: the body is larger than the route accepts. RFC 9110 §15.5.14 */
export class ContentTooLargeError extends httpErrorClass(
  'ERR_CORE_CONTENT_TOO_LARGE',
  413,
  'Content Too Large',
) {}

/** 414: the request target is longer than the server accepts. RFC 9110 §15.5.15 */
export class UriTooLongError extends httpErrorClass('ERR_CORE_URI_TOO_LONG', 414, 'URI Too Long') {}

/** What {@link UnsupportedMediaTypeError} takes besides {@link HttpErrorOptions}. */
export interface UnsupportedMediaTypeOptions extends HttpErrorOptions {
  /** Media types that would have been accepted; becomes the `accept` header. */
  readonly accept?: readonly string[] | undefined
}

/** 415: the route does not read the body's media type, charset or encoding. RFC 9110 §15.5.16 */
export class UnsupportedMediaTypeError extends httpErrorClass(
  'ERR_CORE_UNSUPPORTED_MEDIA_TYPE',
  415,
  'Unsupported Media Type',
) {
  constructor(message?: string, options: UnsupportedMediaTypeOptions = {}) {
    super(message, withHeader(options, 'accept', options.accept?.join(', ')))
  }
}

/** What {@link RangeNotSatisfiableError} takes besides {@link HttpErrorOptions}. */
export interface RangeNotSatisfiableOptions extends HttpErrorOptions {
  /** Length of the whole representation; becomes the `content-range` header (RFC 9110 §14.4). */
  readonly lengthBytes?: number | undefined
}

/** 416: none of the requested ranges is within the representation. RFC 9110 §15.5.17 */
export class RangeNotSatisfiableError extends httpErrorClass(
  'ERR_CORE_RANGE_NOT_SATISFIABLE',
  416,
  'Range Not Satisfiable',
) {
  constructor(message?: string, options: RangeNotSatisfiableOptions = {}) {
    const { lengthBytes } = options
    super(
      message,
      withHeader(options, 'content-range', lengthBytes === undefined ? undefined : `bytes */${lengthBytes}`),
    )
  }
}

/** 417: the server does not meet the `expect` header. RFC 9110 §15.5.18 */
export class ExpectationFailedError extends httpErrorClass(
  'ERR_CORE_EXPECTATION_FAILED',
  417,
  'Expectation Failed',
) {}

/** 421: the request was meant for another authority. RFC 9110 §15.5.20 */
export class MisdirectedRequestError extends httpErrorClass(
  'ERR_CORE_MISDIRECTED_REQUEST',
  421,
  'Misdirected Request',
) {}

/** 422: the request is well formed, but cannot be processed. RFC 9110 §15.5.21 */
export class UnprocessableContentError extends httpErrorClass(
  'ERR_CORE_UNPROCESSABLE_CONTENT',
  422,
  'Unprocessable Content',
) {}

/** 423: the resource is locked by someone else. RFC 4918 §11.3 */
export class LockedError extends httpErrorClass('ERR_CORE_LOCKED', 423, 'Locked') {}

/** 425: the request came in early data and might be replayed. RFC 8470 §5.2 */
export class TooEarlyError extends httpErrorClass('ERR_CORE_TOO_EARLY', 425, 'Too Early') {}

/** What {@link UpgradeRequiredError} takes besides {@link HttpErrorOptions}. */
export interface UpgradeRequiredOptions extends HttpErrorOptions {
  /** Protocols to upgrade to; becomes the `upgrade` header. */
  readonly upgrade: readonly string[]
}

/** 426: the client must switch protocols. Carries `upgrade`. RFC 9110 §15.5.22 */
export class UpgradeRequiredError extends httpErrorClass(
  'ERR_CORE_UPGRADE_REQUIRED',
  426,
  'Upgrade Required',
) {
  constructor(message: string | undefined, options: UpgradeRequiredOptions) {
    super(message, withHeader(options, 'upgrade', options.upgrade.join(', ')))
  }
}

/** 428: the request must be conditional (`if-match`), so that no update is lost. RFC 6585 §3 */
export class PreconditionRequiredError extends httpErrorClass(
  'ERR_CORE_PRECONDITION_REQUIRED',
  428,
  'Precondition Required',
) {}

/** What errors that the client may try again take besides {@link HttpErrorOptions}. */
export interface RetryAfterOptions extends HttpErrorOptions {
  /** Seconds after which to try again, rounded up; becomes the `retry-after` header (RFC 9110 §10.2.3). */
  readonly retryAfterSeconds?: number | undefined
}

/** 429: the caller sends too many requests. Carries `retry-after` when it is known. RFC 6585 §4 */
export class TooManyRequestsError extends httpErrorClass(
  'ERR_CORE_TOO_MANY_REQUESTS',
  429,
  'Too Many Requests',
) {
  constructor(message?: string, options: RetryAfterOptions = {}) {
    super(message, withHeader(options, 'retry-after', toDelaySeconds(options.retryAfterSeconds)))
  }
}

/** 431: the header section is larger than the server accepts, or has too many fields. RFC 6585 §5 */
export class HeaderFieldsTooLargeError extends httpErrorClass(
  'ERR_CORE_HEADERS_TOO_LARGE',
  431,
  'Request Header Fields Too Large',
) {}

/** 451: access is denied for legal reasons. RFC 7725 §3 */
export class UnavailableForLegalReasonsError extends httpErrorClass(
  'ERR_CORE_UNAVAILABLE_FOR_LEGAL_REASONS',
  451,
  'Unavailable For Legal Reasons',
) {}

/**
 * 499: the client went away before the answer was complete. For logs and metrics only: no specification defines the
 * status, and it is never sent.
 */
export class ClientClosedRequestError extends httpErrorClass(
  'ERR_CORE_CLIENT_CLOSED',
  499,
  'Client Closed Request',
) {}

/** 500: a failure of the server. Everything thrown that is not one of our errors becomes this. RFC 9110 §15.6.1 */
export class InternalError extends httpErrorClass('ERR_CORE_INTERNAL', 500, 'Internal Server Error') {}

/** 501: the server does not support this. RFC 9110 §15.6.2 */
export class NotImplementedError extends httpErrorClass('ERR_CORE_NOT_IMPLEMENTED', 501, 'Not Implemented') {}

/** 502: a server behind this one sent an invalid answer. RFC 9110 §15.6.3 */
export class BadGatewayError extends httpErrorClass('ERR_CORE_BAD_GATEWAY', 502, 'Bad Gateway') {}

/** 503: the server is overloaded or in maintenance. Carries `retry-after` when it is known. RFC 9110 §15.6.4 */
export class ServiceUnavailableError extends httpErrorClass(
  'ERR_CORE_UNAVAILABLE',
  503,
  'Service Unavailable',
) {
  constructor(message?: string, options: RetryAfterOptions = {}) {
    super(message, withHeader(options, 'retry-after', toDelaySeconds(options.retryAfterSeconds)))
  }
}

/** 504: a server behind this one did not answer in time. RFC 9110 §15.6.5 */
export class GatewayTimeoutError extends httpErrorClass('ERR_CORE_GATEWAY_TIMEOUT', 504, 'Gateway Timeout') {}

/** 505: the major HTTP version is not supported. RFC 9110 §15.6.6 */
export class HttpVersionNotSupportedError extends httpErrorClass(
  'ERR_CORE_HTTP_VERSION_NOT_SUPPORTED',
  505,
  'HTTP Version Not Supported',
) {}

/** 507: the server cannot store what the request needs. RFC 4918 §11.5 */
export class InsufficientStorageError extends httpErrorClass(
  'ERR_CORE_INSUFFICIENT_STORAGE',
  507,
  'Insufficient Storage',
) {}

function withHeader(options: HttpErrorOptions, name: string, value: string | undefined): HttpErrorOptions {
  return value === undefined ? options : { ...options, headers: { [name]: value, ...options.headers } }
}

/** RFC 9110 §10.2.3: `delay-seconds` is a non-negative integer. */
function toDelaySeconds(seconds: number | undefined): string | undefined {
  return seconds === undefined || !Number.isFinite(seconds)
    ? undefined
    : String(Math.max(0, Math.ceil(seconds)))
}
