// On the request path: reads the Cookie header.
import { ValidationError } from '../errors/index.ts'
import { escapePointer } from './json-schema.ts'

const QUOTE = 34

/**
 * Reads a `cookie` header, RFC 6265 §4.2.1: pairs between `;`. Of a repeated name the first counts: user agents send the
 * one with the longest path first (§5.4). Quotes around a value are removed and percent escapes decoded; a value with a
 * malformed escape stays as it is, because it may be a cookie of another server. The result has no prototype.
 *
 * @example
 * parseCookies('session=abc; theme=dark%20blue') // { session: 'abc', theme: 'dark blue' }
 */
export function parseCookies(header: string | undefined): Record<string, string> {
  const cookies = { __proto__: null } as unknown as Record<string, string>
  if (header === undefined) return cookies
  let start = 0
  let equals = -1
  while (start < header.length) {
    let end = header.indexOf(';', start)
    if (end === -1) end = header.length
    // Kept while it is in a later pair: to search it again for each pair would be quadratic.
    if (equals < start) equals = header.indexOf('=', start)
    if (equals === -1) break
    // A pair without a name, or without `=`, is not a cookie.
    if (equals < end) {
      const name = header.slice(start, equals).trim()
      if (name !== '' && cookies[name] === undefined)
        cookies[name] = decode(header.slice(equals + 1, end).trim())
    }
    start = end + 1
  }
  return cookies
}

function decode(text: string): string {
  const isQuoted =
    text.length > 1 && text.charCodeAt(0) === QUOTE && text.charCodeAt(text.length - 1) === QUOTE
  const value = isQuoted ? text.slice(1, -1) : text
  return value.includes('%') ? (tryDecode(value) ?? value) : value
}

function tryDecode(value: string): string | undefined {
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

/** Gives refused cookies with a malformed escape a violation that says so. */
export function explainCookies(error: ValidationError, header: string | undefined): ValidationError {
  const malformed = new Set(
    Object.entries(parseCookies(header)).flatMap(([name, value]) =>
      value.includes('%') && tryDecode(value) === undefined ? [`/${escapePointer(name)}`] : [],
    ),
  )
  if (malformed.size === 0) return error
  const { place, isCut, cause } = error
  const violations = error.violations.map((one) =>
    malformed.has(one.pointer)
      ? { in: one.in, pointer: one.pointer, code: 'encoding', message: 'has a malformed escape' }
      : one,
  )
  return new ValidationError({ place, violations, isCut, cause })
}
