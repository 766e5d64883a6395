import { hasErrorCode } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'
import type { Place, Violation } from '@keelson/contract'

/** What {@link ValidationError} is made of. */
export interface ValidationErrorInit {
  /** `request` when several parts do not match. */
  readonly place: Place | 'request'
  /** At least one. */
  readonly violations: readonly Violation[]
  /** Whether there may be more violations than are listed. Default `false`. */
  readonly isCut?: boolean | undefined
  /** The cause; logged, never sent. */
  readonly cause?: unknown
}

/**
 * A part of the request does not match its schema. `details` is the list of violations.
 *
 * @example
 * if (ValidationError.is(error)) for (const v of error.violations) console.log(v.in, v.pointer, v.code, v.limit, v.message)
 */
export class ValidationError extends FrameworkError<'ERR_CORE_VALIDATION', readonly Violation[]> {
  static readonly code = 'ERR_CORE_VALIDATION'
  static readonly status = 400

  readonly place: Place | 'request'
  readonly violations: readonly Violation[]
  /** Whether the list was cut at the limit. */
  readonly isCut: boolean

  constructor(init: ValidationErrorInit) {
    const isCut = init.isCut === true
    super({
      code: 'ERR_CORE_VALIDATION',
      status: 400,
      title: 'Validation failed',
      message: unreadableText(init) ?? toMessage(init.place, init.violations.length, isCut),
      details: init.violations,
      cause: init.cause,
    })
    this.place = init.place
    this.violations = init.violations
    this.isCut = isCut
  }

  static override is(value: unknown): value is ValidationError {
    return hasErrorCode(value, 'ERR_CORE_VALIDATION')
  }
}

/** Violations by input that cannot be read at all, whatever the schema. */
const UNREADABLE = new Set(['encoding', 'maxFields'])

function unreadableText({ place, violations: [first, second] }: ValidationErrorInit): string | undefined {
  if (first === undefined || second !== undefined) return undefined
  if (first.pointer !== '' || !UNREADABLE.has(first.code)) return undefined
  return `${SUBJECTS[place].replace(/ do(?:es)?$/, '')} ${first.message}.`
}

const SUBJECTS: Readonly<Record<Place | 'request', string>> = {
  params: 'The path parameters do',
  query: 'The query does',
  headers: 'The headers do',
  cookies: 'The cookies do',
  body: 'The body does',
  request: 'The request does',
  config: 'The configuration does',
  value: 'The value does',
}

function toMessage(place: Place | 'request', count: number, isCut: boolean): string {
  const what = `${SUBJECTS[place]} not match the schema`
  if (isCut)
    return `${what}; only the first ${count === 1 ? 'violation is' : `${count} violations are`} listed.`
  return `${what}: ${count} ${count === 1 ? 'violation' : 'violations'}.`
}
