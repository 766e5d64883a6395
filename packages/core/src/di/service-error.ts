import { FrameworkError, reasonOf } from '../errors/index.ts'
import { ERRORS, fill, type ServiceErrorCode } from './messages.ts'
import { labelOf, type ServiceNode } from './service-node.ts'

/** A service was asked for at the wrong place or time, which is an error of the program; 500. */
export class ServiceError extends FrameworkError<ServiceErrorCode> {
  constructor(code: ServiceErrorCode, message: string) {
    super({ code, status: 500, title: 'A service is not available', message })
  }
}

/** One service that could not be closed. */
export interface DisposeFailure {
  readonly service: string
  /** What it threw; a `TimeoutError` if it did not finish in time. */
  readonly error: unknown
  /** How long its closing took or was waited for, ms; of singletons only. */
  readonly ageMs?: number | undefined
}

/** Some services could not be closed; the others were. `ERR_CORE_DI_DISPOSE`, 500. */
export class DisposeError extends FrameworkError<'ERR_CORE_DI_DISPOSE'> {
  /** What failed, in the order of closing. */
  readonly failures: readonly DisposeFailure[]

  constructor(failures: readonly DisposeFailure[]) {
    super({
      code: 'ERR_CORE_DI_DISPOSE',
      status: 500,
      title: 'Services could not be closed',
      message: `Could not close ${failures.map(toText).join('; ')}.`,
      cause: failures[0]?.error,
    })
    this.failures = failures
  }
}

function toText({ service, error }: DisposeFailure): string {
  return `${service}: ${reasonOf(error)}`
}

/** The error of a service that is not available. */
export function serviceError(kind: keyof typeof ERRORS, { target }: ServiceNode, why = ''): ServiceError {
  const [code, message, remedy] = ERRORS[kind]
  return new ServiceError(code, fill(`${message} ${remedy}`, { it: labelOf(target), why }))
}
