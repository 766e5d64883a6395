// On the request path: called for each header of an answer.

/**
 * Whether a header is about the framing of one message or about its connection; only the server writes these
 * (RFC 9110 §7.6.1, §8.6; RFC 9112 §6). `upgrade` is not one of them: an answer of 426 must have it.
 *
 * @param name - in lower case
 */
export function isFramingHeader(name: string): boolean {
  // The length excludes most names without a comparison.
  switch (name.length) {
    case 2:
      return name === 'te'
    case 7:
      return name === 'trailer'
    case 10:
      return name === 'connection' || name === 'keep-alive'
    case 14:
      return name === 'content-length'
    case 16:
      return name === 'proxy-connection'
    case 17:
      return name === 'transfer-encoding'
    default:
      return false
  }
}
