// On the request path: reads a JSON body.
import { MalformedJsonError } from '../errors/index.ts'
import { findJsonProblem, type ScanOptions } from './json-scan.ts'
import { findInvalidUtf8 } from './utf8.ts'

/** Options of {@link parseJson}. */
export interface ParseJsonOptions {
  /** Whether the `last` of members with the same name wins, as in `JSON.parse` (default), or they are refused. */
  readonly duplicates?: 'last' | 'refuse' | undefined
  /**
   * Whether nesting is limited. Default `true`; `false` where the schema bounds it, see `InputParser.boundsDepth`.
   */
  readonly scanDepth?: boolean | undefined
  /**
   * Whether numbers outside the range of a double are found. Default `true`; `false` where the schema refuses them, see
   * `InputParser.boundsNumbers`. Call {@link refuseOverflow} for a text that it refuses; a number in a member that a later
   * one of the same name replaces is not found.
   */
  readonly scanNumbers?: boolean | undefined
}

/** Deepest nesting of arrays and objects that is accepted in JSON. */
export const MAX_JSON_DEPTH = 64

// Ignores a byte order mark, as RFC 8259 §8.1 allows, and throws for invalid UTF-8.
const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses the bytes of a JSON text, RFC 8259. Besides what `JSON.parse` refuses, these are errors: bytes that are not UTF-8;
 * a number outside the range of a double; a member `__proto__`, and `constructor` with a member `prototype`, also when
 * escaped; nesting beyond the limit; on request, repeated names. A byte order mark is ignored.
 *
 * The text is scanned only when a search finds something in it that could be one of these.
 *
 * @throws {MalformedJsonError} 400, with the position and never with the content
 * @example
 * parseJson(await ctx.rawBody(), { duplicates: 'refuse' })
 */
export function parseJson(bytes: Uint8Array, options: ParseJsonOptions = {}): unknown {
  const text = decode(bytes)
  const { duplicates, scanDepth = true, scanNumbers } = options
  if (
    duplicates === 'refuse' ||
    mayNameProto(text) ||
    (scanNumbers !== false && mayOverflow(text)) ||
    (scanDepth && isDeep(text))
  ) {
    refuseMalformed(text, {
      maxDepth: scanDepth ? MAX_JSON_DEPTH : Infinity,
      refusesDuplicates: duplicates === 'refuse',
    })
  }
  try {
    return JSON.parse(text)
  } catch {
    // The engine's message quotes the text, and names the position only sometimes.
    refuseMalformed(text)
    throw new MalformedJsonError({ code: 'ERR_CORE_JSON_SYNTAX', position: 0 })
  }
}

/**
 * Refuses a number outside the range of a double in a text that {@link parseJson} parsed without `scanNumbers`: then the text
 * is malformed, whatever its schema says.
 *
 * @throws {MalformedJsonError} `ERR_CORE_JSON_NUMBER`, 400
 */
export function refuseOverflow(bytes: Uint8Array): void {
  const text = decode(bytes)
  if (mayOverflow(text)) refuseMalformed(text)
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    throw new MalformedJsonError({ code: 'ERR_CORE_JSON_ENCODING', position: findInvalidUtf8(bytes) })
  }
}

const NO_LIMITS: ScanOptions = { maxDepth: Infinity, refusesDuplicates: false }

function refuseMalformed(text: string, options: ScanOptions = NO_LIMITS): void {
  const problem = findJsonProblem(text, options)
  if (problem !== undefined) throw new MalformedJsonError({ ...problem, maxDepth: options.maxDepth })
}

/** An escape of a letter or an underscore: its only use is to hide a name. */
const ESCAPED_LETTER = /\\u00[5-7]/

/** Both `__proto__` and `prototype` hold `proto`. */
function mayNameProto(text: string): boolean {
  return text.includes('proto') || (text.includes('\\u00') && ESCAPED_LETTER.test(text))
}

/** An exponent of three digits. */
const LARGE_EXPONENT = /\d[eE]\+?\d{3}/g

/** A number with a smaller exponent needs 309 - 99 digits before it. */
const LONG_NUMBER = 200

/** Whether there may be a number beyond 1.8e308: by its exponent, or by its length. */
function mayOverflow(text: string): boolean {
  LARGE_EXPONENT.lastIndex = 0
  for (let match = LARGE_EXPONENT.exec(text); match !== null; match = LARGE_EXPONENT.exec(text)) {
    if (isNumberStart(text, startOfRun(text, match.index))) return true
  }
  // A run of that many digits includes a multiple of that position.
  for (let i = LONG_NUMBER; i < text.length; i += LONG_NUMBER) {
    if (!isDigitOrDot(text.charCodeAt(i))) continue
    if (endOfRun(text, i) - startOfRun(text, i, i - LONG_NUMBER) >= LONG_NUMBER) return true
  }
  return false
}

function isDigitOrDot(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 46
}

function startOfRun(text: string, at: number, limit = -1): number {
  let start = at
  while (start - 1 > limit && isDigitOrDot(text.charCodeAt(start - 1))) start--
  return start
}

function endOfRun(text: string, at: number): number {
  let end = at
  while (end < text.length && isDigitOrDot(text.charCodeAt(end))) end++
  return end
}

/** Whether a number may begin here: `1e400` may be inside a word, as in hexadecimal ids. */
function isNumberStart(text: string, start: number): boolean {
  const before = start === 0 ? '' : text[start - 1]!
  return before === '' || '-,:[ \t\n\r'.includes(before)
}

/** A text is not nested deeper than its number of opening brackets; most have fewer than the limit, and need no scan. */
function isDeep(text: string): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let i = text.indexOf(bracket); i !== -1; i = text.indexOf(bracket, i + 1)) {
      if (++count > MAX_JSON_DEPTH) return passesDepth(text)
    }
  }
  return false
}

const QUOTE = 34
const BACKSLASH = 92
/** `[` and `]`; `{` and `}` have one bit more. */
const OPENING = 91
const CLOSING = 93
const CURLY = 32

/** Only JSON must be counted correctly. */
function passesDepth(text: string): boolean {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfString(text, i)
    } else if ((code & ~CURLY) === OPENING) {
      if (++depth > MAX_JSON_DEPTH) return true
    } else if ((code & ~CURLY) === CLOSING) {
      depth--
    }
  }
  return false
}

/** Where the string that begins here ends; the end of the text when it does not end. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}
