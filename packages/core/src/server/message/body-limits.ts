// On the request path of requests with a body: what is refused before it is read.
import { ContentTooLargeError } from '../../errors/index.ts'

/** The error for a body beyond its limit. */
export function tooLarge(maxBytes: number): ContentTooLargeError {
  return new ContentTooLargeError(`The body is larger than ${maxBytes} bytes.`)
}

/**
 * Refuses a body that is announced to be too large.
 *
 * @param length - the `content-length` header
 * @throws {ContentTooLargeError} `ERR_CORE_CONTENT_TOO_LARGE`, 413 (RFC 9110 §15.5.14)
 */
export function refuseLength(length: string | undefined, maxBytes: number): void {
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes)
}
