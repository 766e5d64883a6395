import { FrameworkError, isError } from '../errors/index.ts'
import { labelOf, type ServiceNode } from './service-node.ts'

/** Codes of {@link ServiceError}. */
export type ServiceErrorCode =
  | 'ERR_CORE_DI_CIRCULAR_CALL'
  | 'ERR_CORE_DI_CLOSED'
  | 'ERR_CORE_DI_NOT_PROVIDED'
  | 'ERR_CORE_DI_NOT_STARTED'
  | 'ERR_CORE_DI_PROVIDE'
  | 'ERR_CORE_DI_REQUEST_SCOPE'
  | 'ERR_CORE_DI_TRANSIENT_DISPOSABLE'

/** A service was asked for at the wrong place or time; a mistake in the program, 500. */
export class ServiceError extends FrameworkError<ServiceErrorCode> {
  constructor(code: ServiceErrorCode, message: string) {
    super({ code, status: 500, title: 'A service cannot be given', message })
  }
}

/** One service that could not be closed. */
export interface DisposeFailure {
  readonly service: string
  /** What it threw; a `TimeoutError` if it did not finish in time. */
  readonly error: unknown
  /** How long it was waited for, ms; told of singletons. */
  readonly ageMs?: number | undefined
}

/** Some services could not be closed; the others are. `ERR_CORE_DI_DISPOSE`, 500. */
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
  return `${service}: ${isError(error) ? error.message : String(error)}`
}

type Make = (node: ServiceNode) => ServiceError

/** Asked for after the end of what would hold it. */
export const closedError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_CLOSED',
    `${labelOf(target)} was asked for after its app or request had ended. Ask for it before, and keep it.`,
  )

/** A value bound as `provided` that the scope was not given. */
export const notProvidedError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_NOT_PROVIDED',
    `${labelOf(target)} is bound as provided per request, and this request's scope was not given one. Call \`scope.provide(${labelOf(target)}, …)\` where the scope is opened.`,
  )

/** Asked for outside of a request. */
export const requestScopeError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_REQUEST_SCOPE',
    `${labelOf(target)} lives for one request, and there is none here. Inject it into a route or into what lives as long as a request.`,
  )

/** Used before the promise that makes it was awaited. */
export const notStartedError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_NOT_STARTED',
    `${labelOf(target)} is made by a promise that is not settled yet. Start the app before it is used.`,
  )

/** Asked for while the app starts, before its turn. */
export const notMadeError = ({ target }: ServiceNode, unmade: ServiceNode): ServiceError => {
  const by = unmade.target === target ? '' : `, since ${labelOf(unmade.target)} is not`
  return new ServiceError(
    'ERR_CORE_DI_NOT_STARTED',
    `${labelOf(target)} is not made yet${by}: the app is starting. Name it in inject of the plugin, so that it is made before; or ask for it in started.`,
  )
}

/** A lazy need called too early. */
export const circularCallError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_CIRCULAR_CALL',
    `${labelOf(target)} was asked for while it is being constructed: a \`lazy\` need was called in a constructor. Call it in a method.`,
  )

/** Nobody would close it. */
export const transientDisposableError: Make = ({ target }) =>
  new ServiceError(
    'ERR_CORE_DI_TRANSIENT_DISPOSABLE',
    `${labelOf(target)} is transient and wants to be closed, but outside of a request nobody would close it. Inject it into a route, make it a singleton, or bind it with \`dispose: false\` and close it yourself.`,
  )

/** A scope given what it cannot take. */
export const provideError = ({ target }: ServiceNode, why: string): ServiceError =>
  new ServiceError(
    'ERR_CORE_DI_PROVIDE',
    `A scope cannot be given ${labelOf(target)}: it ${why}. Make it request-scoped, and provide it once.`,
  )
