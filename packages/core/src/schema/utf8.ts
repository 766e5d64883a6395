import { Buffer } from 'node:buffer'

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** What a decoder puts where bytes are not UTF-8. Its own three bytes may be there as well. */
const REPLACEMENT = '\ufffd'

/**
 * Offset of the first byte that does not belong to a well-formed UTF-8 sequence (RFC 3629 §4: no overlong forms, no
 * surrogates, nothing beyond U+10FFFF); the length when all do.
 */
export function findUtf8Fault(bytes: Uint8Array): number {
  const parts = lenient.decode(bytes).split(REPLACEMENT)
  let offset = 0
  for (const part of parts.slice(0, -1)) {
    offset += Buffer.byteLength(part)
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset
    offset += 3
  }
  return bytes.length
}
