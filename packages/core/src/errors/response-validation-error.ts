import { hasErrorCode } from './error-definition.ts'
import { FrameworkError } from './framework-error.ts'
import type { Violation } from '@keelson/contract'

/**
 * A response, its headers, or the details of an error do not match their schema. The client gets a 500 without details; the log has the list.
 */
export class ResponseValidationError extends FrameworkError<
  'ERR_CORE_RESPONSE_INVALID',
  readonly Violation[]
> {
  static readonly code = 'ERR_CORE_RESPONSE_INVALID'
  static readonly status = 500

  readonly violations: readonly Violation[]

  /** @param subject - what does not match, with its verb: `The response does` (default) */
  constructor(violations: readonly Violation[], cause?: unknown, subject = 'The response does') {
    super({
      code: 'ERR_CORE_RESPONSE_INVALID',
      status: 500,
      title: 'Internal Server Error',
      message: toMessage(violations, subject),
      expose: false,
      details: violations,
      cause,
    })
    this.violations = violations
  }

  static override is(value: unknown): value is ResponseValidationError {
    return hasErrorCode(value, 'ERR_CORE_RESPONSE_INVALID')
  }
}

const MAX_IN_MESSAGE = 5

function toMessage(violations: readonly Violation[], subject: string): string {
  const shown = violations
    .slice(0, MAX_IN_MESSAGE)
    .map((v) => `${v.pointer === '' ? '(root)' : v.pointer} ${v.message}`)
  if (violations.length > MAX_IN_MESSAGE) shown.push(`and ${violations.length - MAX_IN_MESSAGE} more`)
  return `${subject} not match ${subject.endsWith('do') ? 'their' : 'its'} schema: ${shown.join('; ')}.`
}
