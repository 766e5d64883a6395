import { FrameworkError, reasonOf } from '../errors/index.ts'
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
  return `${service}: ${reasonOf(error)}`
}

const SENTENCES = {
  /** Asked for after the end of what would hold it. */
  closed: [
    'ERR_CORE_DI_CLOSED',
    '{it} was asked for after its app or request had ended. Ask for it before, and keep it.',
  ],
  /** A value bound as `provided` that the scope was not given. */
  notProvided: [
    'ERR_CORE_DI_NOT_PROVIDED',
    "{it} is bound as provided per request, and this request's scope was not given one. Call `scope.provide({it}, …)` where the scope is opened.",
  ],
  /** Asked for outside of a request. */
  requestScope: [
    'ERR_CORE_DI_REQUEST_SCOPE',
    '{it} lives for one request, and there is none here. Inject it into a route or into what lives as long as a request.',
  ],
  /** Used before the promise that makes it was awaited. */
  notStarted: [
    'ERR_CORE_DI_NOT_STARTED',
    '{it} is made by a promise that is not settled yet. Start the app before it is used.',
  ],
  /** Asked for while the app starts, before its turn. */
  notMade: [
    'ERR_CORE_DI_NOT_STARTED',
    '{it} is not made yet{why}: the app is starting. Name it in inject of the plugin, so that it is made before; or ask for it in started.',
  ],
  /** A lazy need called too early. */
  circularCall: [
    'ERR_CORE_DI_CIRCULAR_CALL',
    '{it} was asked for while it is being constructed: a `lazy` need was called in a constructor. Call it in a method.',
  ],
  /** Nobody would close it. */
  transientDisposable: [
    'ERR_CORE_DI_TRANSIENT_DISPOSABLE',
    '{it} is transient and wants to be closed, but outside of a request nobody would close it. Inject it into a route, make it a singleton, or bind it with `dispose: false` and close it yourself.',
  ],
  /** A scope given what it cannot take. */
  provide: [
    'ERR_CORE_DI_PROVIDE',
    'A scope cannot be given {it}: it {why}. Make it request-scoped, and provide it once.',
  ],
} as const satisfies Readonly<Record<string, readonly [ServiceErrorCode, string]>>

/** The error of a service that cannot be given, in its words. */
export function serviceError(kind: keyof typeof SENTENCES, { target }: ServiceNode, why = ''): ServiceError {
  const [code, sentence] = SENTENCES[kind]
  const it = labelOf(target)
  return new ServiceError(
    code,
    sentence.replaceAll(/\{(it|why)\}/g, (_, name) => (name === 'it' ? it : why)),
  )
}
