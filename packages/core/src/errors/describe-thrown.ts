// On the request path when something was thrown: the one way from a thrown value to what the client and the log see.
import { detailsSchemaOf } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'
import { isFramingHeader } from './framing-headers.ts'
import { isFieldValue, isToken } from './header-text.ts'
import { isMalformedJsonCode, type MalformedJsonError } from './malformed-json-error.ts'
import { ResponseValidationError } from './response-validation-error.ts'
import type { Violation } from '@keelson/contract'

/** How loud an error is in the log: `info` for the client's mistakes, `warn` for 503, `error` for ours. */
export type ErrorLogLevel = 'info' | 'warn' | 'error'

/**
 * What is known about a thrown value, whatever it was. Everything that may leave the server is decided here; an
 * {@link ErrorFormat} only arranges it.
 */
export interface DescribedError {
  readonly code: string
  /** 400 to 599. */
  readonly status: number
  readonly title: string
  /** The message of the error, when it is exposed and says more than the title. */
  readonly detail: string | undefined
  /** The details of the error, when it is exposed. */
  readonly details: unknown
  /** What is wrong with the input, one entry each, when the error is about that and exposed; `details` is then the same for malformed JSON, and else unset. */
  readonly errors: readonly Violation[] | undefined
  /** Response headers, lower-case names; none that describes the body or the connection. */
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly expose: boolean
  /** Whether it was thrown on purpose, to tell the client about its mistake: one of our classes, below 500. */
  readonly isExpected: boolean
  /** What was thrown, for the log and nobody else. */
  readonly error: unknown
  readonly logLevel: ErrorLogLevel
}

/**
 * Gives what may be shown of the details of an exposed error, held to their schema.
 *
 * @throws {ResponseValidationError} to have that answered in place of the error
 */
export type ToDetails = (error: FrameworkError, code: string, details: unknown) => unknown

/** Where nobody can hold details to their schema, those that have one stay here. */
const withoutSchema: ToDetails = (error, _, details) =>
  detailsSchemaOf(error) === undefined ? details : undefined

/**
 * Describes a thrown value. Status, title and message count only when it is one of our error classes with sane values,
 * never because of a `status` or `cause` of an unknown object: anything else is `ERR_CORE_INTERNAL`, 500, and nothing of
 * it is shown. Never throws, whatever it is given.
 *
 * @param toDetails - holds details to their schema; without it those of errors that have one are not shown
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

/** Reads each property once, so what was checked is what is used. */
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

/** RFC 9457 §3 shows lists of what is wrong as a member of their own, and so do we. */
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

/** Headers that say how the answer is framed or what its body is, which the error does not know. */
function isOfBody(name: string): boolean {
  return name === 'content-type' || name === 'content-encoding' || isFramingHeader(name)
}

/** Without what would make node:http throw while answering, or split the response. */
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
