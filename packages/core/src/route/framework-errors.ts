import {
  BadRequestError,
  ClientClosedRequestError,
  ExpectationFailedError,
  GatewayTimeoutError,
  HeaderFieldsTooLargeError,
  HttpVersionNotSupportedError,
  InternalError,
  LengthRequiredError,
  MALFORMED_JSON_CODES,
  MisdirectedRequestError,
  NotAcceptableError,
  NotImplementedError,
  ContentTooLargeError,
  RequestTimeoutError,
  ResponseValidationError,
  UnsupportedMediaTypeError,
  UpgradeRequiredError,
  UriTooLongError,
  ValidationError,
} from '../errors/index.ts'
import { DotSegmentError, PathEncodingError } from '../path/index.ts'

/** Codes of what is malformed before any schema is asked. */
export const MALFORMED_CODES: readonly string[] = codesOf([
  BadRequestError,
  PathEncodingError,
  DotSegmentError,
])

/**
 * Codes of the framework's own errors, which any route may answer with and none declares: malformed requests, limits, and
 * failures of the server. Among them is what a document says of every route.
 */
export const FRAMEWORK_CODES: ReadonlySet<string> = new Set([
  ...MALFORMED_CODES,
  ...MALFORMED_JSON_CODES,
  ...codesOf([
    ValidationError,
    NotAcceptableError,
    RequestTimeoutError,
    LengthRequiredError,
    ContentTooLargeError,
    UriTooLongError,
    UnsupportedMediaTypeError,
    ExpectationFailedError,
    MisdirectedRequestError,
    HeaderFieldsTooLargeError,
    ClientClosedRequestError,
    InternalError,
    ResponseValidationError,
    NotImplementedError,
    GatewayTimeoutError,
    HttpVersionNotSupportedError,
    UpgradeRequiredError,
  ]),
])

function codesOf(classes: readonly { readonly code: string }[]): string[] {
  return classes.map(({ code }) => code)
}
