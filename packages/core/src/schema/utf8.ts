import { Buffer } from 'node:buffer'

const lenient = new TextDecoder('utf-8', { ignoreBOM: true })

/** What a decoder writes for invalid bytes. A text may also hold it. */
const REPLACEMENT = '\ufffd'

/**
 * Offset of the first byte that is not part of a well-formed UTF-8 sequence (RFC 3629 §4: no overlong forms, no surrogates,
 * nothing beyond U+10FFFF); the length when all bytes are.
 */
export function findInvalidUtf8(bytes: Uint8Array): number {
  const parts = lenient.decode(bytes).split(REPLACEMENT)
  let offset = 0
  for (const part of parts.slice(0, -1)) {
    offset += Buffer.byteLength(part)
    if (bytes[offset] !== 0xef || bytes[offset + 1] !== 0xbf || bytes[offset + 2] !== 0xbd) return offset
    offset += 3
  }
  return bytes.length
}
