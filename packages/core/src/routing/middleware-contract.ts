import type { ErrorDefinition } from '../errors/index.ts'
import type { BaseContext } from './context.ts'
import type { Outcome, Reply } from './outcome.ts'

/** The stages of the pipeline in the order in which a request passes them. */
export const STAGES = ['receive', 'authenticate', 'authorize', 'validate', 'handle', 'respond', 'record'] as const

/** Name of a stage of the pipeline. */
export type Stage = (typeof STAGES)[number]

type MaybePromise<T> = T | Promise<T>

/** What a middleware tells OpenAPI and the typed client about itself. */
export interface MiddlewareDescription {
  /** Name of a security scheme that it demands. */
  readonly security?: string | undefined
  /** Errors that it may answer with; they join the errors of every route that it covers. */
  readonly errors?: readonly ErrorDefinition[] | undefined
  /** Names of response headers that it sets, with a sentence each. */
  readonly headers?: { readonly [name: string]: string } | undefined
}

/** What the `record` stage sees of a request that has ended. */
export interface RequestSummary {
  /** Status on the wire; 499 when the client was gone before an answer. */
  readonly status: number
  readonly durationMs: number
  /** Body bytes handed to the socket. */
  readonly bytes: number
  /** Code of the error that was rendered, if one was. */
  readonly errorCode: string | undefined
  /** The thrown value behind `errorCode`. */
  readonly error: unknown
  /** Whether the response ended before it was complete. */
  readonly aborted: boolean
}

/** The part of a middleware that the request path calls; exactly one of the four functions is set. */
export interface MiddlewareBehaviour {
  readonly run?: ((ctx: never) => unknown) | undefined
  readonly wrap?: ((ctx: never, next: () => Promise<Outcome>) => Promise<Outcome>) | undefined
  readonly transform?: ((ctx: never, outcome: Outcome) => MaybePromise<Outcome>) | undefined
  readonly observe?: ((ctx: never, summary: RequestSummary) => void) | undefined
}

/** A middleware of whatever type; what `use` lists take. */
export interface AnyMiddleware extends MiddlewareBehaviour {
  readonly kind: 'middleware'
  readonly name: string
  readonly stage: Stage
  readonly adds: readonly string[]
  readonly needs: readonly string[]
  readonly describe: MiddlewareDescription
  /** Where it was defined, `file:line`, when known. */
  readonly source: string | undefined
  readonly '~types': unknown
}

/**
 * A middleware: a named step of one stage.
 *
 * `TAdds` is what it puts on the context, `TNeeds` what it must find there, `TErrors` what it may answer with.
 */
export interface Middleware<TAdds = {}, TNeeds = {}, TErrors = never> extends AnyMiddleware {
  readonly '~types': { readonly adds: TAdds; readonly needs: TNeeds; readonly errors: TErrors }
}

/** What `run` may give: additions, a reply that ends the request, or nothing. */
export type RunResult = object | Reply | undefined | void

/** Context that a middleware sees: what every request has, and what it said it needs. */
export type MiddlewareContext<TNeeds> = BaseContext & TNeeds
