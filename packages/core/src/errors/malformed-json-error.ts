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

/** Where a JSON text is at fault. */
export interface MalformedJsonDetails {
  /** Zero-based: bytes for `ERR_CORE_JSON_ENCODING`, else characters (UTF-16 code units) after a byte order mark. */
  readonly position: number
  /** Levels that are allowed, for `ERR_CORE_JSON_DEPTH`. */
  readonly limit?: number
}

/** What {@link MalformedJsonError} is made of. */
export interface MalformedJsonInit {
  readonly code: MalformedJsonCode
  readonly position: number
  /** Limit that was passed, for `ERR_CORE_JSON_DEPTH`. */
  readonly maxDepth?: number | undefined
}

/**
 * A JSON text that cannot be read, or that must not be. Says where, never what stands there.
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
  /** The same as others say what is wrong with a body. */
  readonly violations: readonly Violation[]

  constructor(init: MalformedJsonInit) {
    const { position, maxDepth } = init
    const details = { position, ...(maxDepth === undefined || !isDepth(init) ? {} : { limit: maxDepth }) }
    const message = toMessage(init)
    super({
      code: init.code,
      status: 400,
      title: 'Malformed JSON',
      message,
      details,
    })
    this.position = position
    this.violations = [{ in: 'body', pointer: '', code: CODES[init.code], ...details, message }]
  }

  static override is(value: unknown): value is MalformedJsonError {
    return FrameworkError.is(value) && isMalformedJsonCode(value.code)
  }
}

/** Codes of violations. */
const CODES: Readonly<Record<MalformedJsonCode, string>> = {
  ERR_CORE_JSON_SYNTAX: 'syntax',
  ERR_CORE_JSON_ENCODING: 'encoding',
  ERR_CORE_JSON_PROTOTYPE_KEY: 'prototypeKey',
  ERR_CORE_JSON_NUMBER: 'number',
  ERR_CORE_JSON_DEPTH: 'maxDepth',
  ERR_CORE_JSON_DUPLICATE_NAME: 'duplicateName',
}

/** All codes of {@link MalformedJsonError}. */
export const MALFORMED_JSON_CODES: readonly string[] = Object.keys(CODES)

/** Whether a code is one of {@link MalformedJsonError}. */
export function isMalformedJsonCode(code: string): code is MalformedJsonCode {
  return Object.hasOwn(CODES, code)
}

function isDepth({ code }: MalformedJsonInit): boolean {
  return code === 'ERR_CORE_JSON_DEPTH'
}

function toMessage({ code, position, maxDepth }: MalformedJsonInit): string {
  switch (code) {
    case 'ERR_CORE_JSON_SYNTAX':
      return `Not valid JSON at character ${position}.`
    case 'ERR_CORE_JSON_ENCODING':
      return `Not valid UTF-8 at byte ${position}.`
    case 'ERR_CORE_JSON_PROTOTYPE_KEY':
      return `A member name that could change a prototype is refused, at character ${position}.`
    case 'ERR_CORE_JSON_NUMBER':
      return `The number at character ${position} is too large.`
    case 'ERR_CORE_JSON_DEPTH':
      return `Nested deeper than ${maxDepth} levels at character ${position}.`
    case 'ERR_CORE_JSON_DUPLICATE_NAME':
      return `A member name is repeated at character ${position}.`
  }
}
