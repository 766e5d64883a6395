// On the request path: asked of each header of an answer.

/**
 * Whether a header says how one message is framed, or how its connection is kept: what the server alone writes of an answer
 * (RFC 9110 §7.6.1, §8.6; RFC 9112 §6). `upgrade` is not among them, which an answer of 426 has to bring.
 *
 * @param name - in lower case
 */
export function isFramingHeader(name: string): boolean {
  // The length tells most names apart without comparing them.
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
