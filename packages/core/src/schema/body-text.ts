// On the request path of bodies that are text.
import { ValidationError } from '../errors/index.ts'
import { findInvalidUtf8 } from './utf8.ts'

const withoutMark = new TextDecoder('utf-8', { fatal: true })
const withMark = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a body as UTF-8 text.
 *
 * @param keepsMark - whether a byte order mark is part of the text; otherwise one at the beginning is removed
 * @throws {ValidationError} 400, with the position of the first byte that is not UTF-8 (RFC 3629)
 */
export function readUtf8(bytes: Uint8Array, keepsMark = false): string {
  try {
    return (keepsMark ? withMark : withoutMark).decode(bytes)
  } catch {
    const position = findInvalidUtf8(bytes)
    const message = `is not UTF-8 at byte ${position}`
    throw new ValidationError({
      place: 'body',
      violations: [{ in: 'body', pointer: '', code: 'encoding', position, message }],
    })
  }
}
