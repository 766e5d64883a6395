import { FrameworkError } from './framework-error.ts'
import type { Violation } from '@keelson/contract'

/** What is wrong with a JSON text, by code. */
export type MalformedJsonCode =
  | 'ERR_CORE_JSON_SYNTAX'
  | 'ERR_CORE_JSON_ENCODING'
  | 'ERR_CORE_JSON_PROTOTYPE_KEY'
  | 'ERR_CORE_JSON_NUMBER'
  | 'ERR_CORE_JSON_DEPTH'
  | 'ERR_CORE_JSON_DUPLICATE_NAME'

/** Where a JSON text is malformed. */
export interface MalformedJsonDetails {
  /** Zero-based: bytes for `ERR_CORE_JSON_ENCODING`, else characters (UTF-16 code units) after a byte order mark. */
  readonly position: number
  /** Levels that are allowed, for `ERR_CORE_JSON_DEPTH`. */
  readonly limit?: number
}

/** What {@link MalformedJsonError} is made of. */
export interface MalformedJsonInit {
  /** What is wrong with the text. */
  readonly code: MalformedJsonCode
  /** Where, from 0. */
  readonly position: number
  /** Limit that was exceeded, for `ERR_CORE_JSON_DEPTH`. */
  readonly maxDepth?: number | undefined
}

/**
 * A JSON text that is malformed or refused. It says where, and never repeats the text.
 *
 * - `ERR_CORE_JSON_SYNTAX`: not JSON (RFC 8259)
 * - `ERR_CORE_JSON_ENCODING`: not UTF-8 (RFC 8259 §8.1)
 * - `ERR_CORE_JSON_PROTOTYPE_KEY`: a member `__proto__`, or `constructor` with a member `prototype`
 * - `ERR_CORE_JSON_NUMBER`: a number beyond the range of a double, which would become `Infinity`
 * - `ERR_CORE_JSON_DEPTH`: nested deeper than allowed
 * - `ERR_CORE_JSON_DUPLICATE_NAME`: a member name twice in one object, where that is refused
 */
export class MalformedJsonError extends FrameworkError<MalformedJsonCode, MalformedJsonDetails> {
  readonly position: number
  /** The same as a violation of the body. */
  readonly violations: readonly Violation[]

  constructor(init: MalformedJsonInit) {
    const { code, position, maxDepth } = init
    const hasLimit = maxDepth !== undefined && code === 'ERR_CORE_JSON_DEPTH'
    const details = { position, ...(hasLimit ? { limit: maxDepth } : {}) }
    const [word, write] = KINDS[code]
    const message = write(position, maxDepth)
    super({ code, status: 400, title: 'Malformed JSON', message, details })
    this.position = position
    this.violations = [{ in: 'body', pointer: '', code: word, ...details, message }]
  }

  static override is(value: unknown): value is MalformedJsonError {
    return FrameworkError.is(value) && isMalformedJsonCode(value.code)
  }
}

/** The code of the violation, and its message. */
const KINDS: Readonly<
  Record<MalformedJsonCode, readonly [code: string, write: (at: number, maxDepth?: number) => string]>
> = {
  ERR_CORE_JSON_SYNTAX: ['syntax', (at) => `Not valid JSON at character ${at}.`],
  ERR_CORE_JSON_ENCODING: ['encoding', (at) => `Not valid UTF-8 at byte ${at}.`],
  ERR_CORE_JSON_PROTOTYPE_KEY: [
    'prototypeKey',
    (at) => `A member name that could change a prototype is refused, at character ${at}.`,
  ],
  ERR_CORE_JSON_NUMBER: ['number', (at) => `The number at character ${at} is too large.`],
  ERR_CORE_JSON_DEPTH: ['maxDepth', (at, max) => `Nested deeper than ${max} levels at character ${at}.`],
  ERR_CORE_JSON_DUPLICATE_NAME: ['duplicateName', (at) => `A member name is repeated at character ${at}.`],
}

/** All codes of {@link MalformedJsonError}. */
export const MALFORMED_JSON_CODES: readonly string[] = Object.keys(KINDS)

/** Whether a code is one of {@link MalformedJsonError}. */
export function isMalformedJsonCode(code: string): code is MalformedJsonCode {
  return Object.hasOwn(KINDS, code)
}
