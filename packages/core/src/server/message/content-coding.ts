// On the request path of requests that bring a body: encoded ones are refused.
import { cutText, UnsupportedMediaTypeError } from '../../errors/index.ts'

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
