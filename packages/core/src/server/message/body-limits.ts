// On the request path of requests that bring a body: what is refused before it is read.
import { cutText, PayloadTooLargeError, UnsupportedMediaTypeError } from '../../errors/index.ts'

/** Says which bound was passed. */
export function tooLarge(maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(`The body is larger than ${maxBytes} bytes.`)
}

/**
 * Refuses a body that is announced to be too large.
 *
 * @param length - the `content-length` header
 * @throws {PayloadTooLargeError} `ERR_CORE_BODY_TOO_LARGE`, 413 (RFC 9110 §15.5.14)
 */
export function refuseLength(length: string | undefined, maxBytes: number): void {
  if (length !== undefined && Number(length) > maxBytes) throw tooLarge(maxBytes)
}

/**
 * Refuses a body that is encoded, which nobody would decode.
 *
 * @param codings - the `content-encoding` header: names without case, in the order in which they were applied (RFC 9110 §8.4)
 * @throws {UnsupportedMediaTypeError} 415 (RFC 9110 §15.5.16)
 */
export function refuseCoding(codings: string | undefined): void {
  if (codings === undefined || codings === 'identity' || isIdentity(codings)) return
  throw new UnsupportedMediaTypeError(
    `The content-encoding ${JSON.stringify(cutText(codings))} is not understood.`,
    {
      // RFC 9110 §12.5.3: in an answer it says what would have been accepted.
      headers: { 'accept-encoding': 'identity' },
    },
  )
}

function isIdentity(codings: string): boolean {
  return codings.split(',').every((one) => {
    const name = one.trim()
    // RFC 9110 §5.6.1.2: empty elements of a list say nothing.
    return name === '' || name.toLowerCase() === 'identity'
  })
}
