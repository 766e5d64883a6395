// On the request path when something was thrown: the one way from a thrown value to what the client and the log see.
import { detailsSchemaOf } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'
import { isFramingHeader } from './framing-headers.ts'
import { isFieldValue, isToken } from './header-text.ts'
import { isMalformedJsonCode, type MalformedJsonError } from './malformed-json-error.ts'
import { ResponseValidationError } from './response-validation-error.ts'
import type { Violation } from '@keelson/contract'

/** The log level of an error: `info` for errors of the client, `warn` for 503, `error` for ours. */
export type ErrorLogLevel = 'info' | 'warn' | 'error'

/**
 * What is known about any thrown value. Everything that may leave the server is decided here; an
 * {@link ErrorFormat} only arranges it.
 */
export interface DescribedError {
  readonly code: string
  /** 400 to 599. */
  readonly status: number
  readonly title: string
  /** The message of the error, when it is exposed and differs from the title. */
  readonly detail: string | undefined
  /** The details of the error, when it is exposed. */
  readonly details: unknown
  /** Violations of the input, when the error has them and is exposed; `details` is then unset, except for malformed JSON. */
  readonly errors: readonly Violation[] | undefined
  /** Response headers, lower-case names, without those that describe the body or the connection. */
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly expose: boolean
  /** Whether it was thrown to report an error of the client: one of our classes, below 500. */
  readonly isExpected: boolean
  /** What was thrown, for the log only. */
  readonly error: unknown
  readonly logLevel: ErrorLogLevel
}

/**
 * Returns what may be shown of the details of an exposed error, checked by their schema.
 *
 * @throws {ResponseValidationError} which is then sent instead of the error
 */
export type ToDetails = (error: FrameworkError, code: string, details: unknown) => unknown

/** Without a check by their schema, details that have one are not sent. */
const withoutSchema: ToDetails = (error, _, details) =>
  detailsSchemaOf(error) === undefined ? details : undefined

/**
 * Describes a thrown value. Status, title and message count only when it is one of our error classes with valid values,
 * never because of a `status` or `cause` of an unknown object: anything else is `ERR_CORE_INTERNAL`, 500, and nothing of
 * it is shown. Never throws.
 *
 * @param toDetails - checks details by their schema; without it, details with a schema are not shown
 */
export function describeThrown(thrown: unknown, toDetails: ToDetails = withoutSchema): DescribedError {
  if (FrameworkError.is(thrown)) {
    try {
      return describeOurs(thrown, toDetails) ?? describeUnknown(thrown)
    } catch (failure) {
      if (ResponseValidationError.is(failure)) return describeThrown(failure)
      // A getter or trap of a subclass threw.
    }
  }
  return describeUnknown(thrown)
}

function describeUnknown(thrown: unknown): DescribedError {
  return {
    code: 'ERR_CORE_INTERNAL',
    status: 500,
    title: 'Internal Server Error',
    detail: undefined,
    details: undefined,
    errors: undefined,
    headers: undefined,
    expose: false,
    isExpected: false,
    error: thrown,
    logLevel: 'error',
  }
}

/** Reads each property once, so that what was checked is used. */
function describeOurs(error: FrameworkError, toDetails: ToDetails): DescribedError | undefined {
  const { code, status, title, message, details, headers } = error
  if (!isText(code) || !isText(title) || typeof message !== 'string' || !isErrorStatus(status))
    return undefined
  const expose = error.expose === true
  const errors = expose ? violationsOf(error, code, details) : undefined
  const isListed = errors !== undefined && errors === details
  return {
    code,
    status,
    title,
    detail: expose && message !== '' && message !== title ? message : undefined,
    details: expose && !isListed ? toDetails(error, code, details) : undefined,
    errors,
    headers: toSafeHeaders(headers),
    expose,
    isExpected: status < 500,
    error,
    logLevel: toLogLevel(status),
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** Whether a value is the status of an error. */
export function isErrorStatus(status: unknown): boolean {
  return Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 599
}

/** Violations are a member of their own, as in RFC 9457 §3. */
function violationsOf(
  error: FrameworkError,
  code: string,
  details: unknown,
): readonly Violation[] | undefined {
  if (isMalformedJsonCode(code)) return (error as Partial<MalformedJsonError>).violations
  return code === 'ERR_CORE_VALIDATION' && Array.isArray(details) ? (details as Violation[]) : undefined
}

function toLogLevel(status: number): ErrorLogLevel {
  if (status < 500) return 'info'
  return status === 503 ? 'warn' : 'error'
}

/** Headers about the framing or the body of the answer, which the error does not know. */
function isOfBody(name: string): boolean {
  return name === 'content-type' || name === 'content-encoding' || isFramingHeader(name)
}

/** Without headers that would make node:http throw, or split the response. */
function toSafeHeaders(headers: unknown): Readonly<Record<string, string>> | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined
  let safe: Record<string, string> | undefined
  for (const [key, value] of Object.entries(headers)) {
    const name = key.toLowerCase()
    if (!isToken(name) || isOfBody(name) || name === '__proto__') continue
    if (typeof value !== 'string' || !isFieldValue(value)) continue
    safe ??= {}
    safe[name] = value
  }
  return safe
}
