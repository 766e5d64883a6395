import type { ErrorFormat } from '../errors/index.ts'
import type { AnyMiddleware, FlatRoute, Outcome, RequestSummary } from '../routing/index.ts'
import type { ErrorRules } from './error-rules.ts'
import type { ContextClass, RequestContext } from './request-context.ts'
import type { Tail } from './steps.ts'

/** What happens to an outcome before it is written. */
export type Transform = (ctx: RequestContext, outcome: Outcome) => Outcome | Promise<Outcome>

/** What is told of a request that has ended. */
export type Observer = (ctx: RequestContext, summary: RequestSummary) => void

/** Everything that the request path knows of a route, decided at start and frozen. */
export interface Plan {
  /** Operation id; `undefined` for the not-found plan. */
  readonly name: string | undefined
  /** Full path pattern; `undefined` for the not-found plan. */
  readonly pattern: string | undefined
  readonly Context: ContextClass
  /** Names of the path's params, in the order of a match's values. */
  readonly paramNames: readonly string[]
  /** All stages from `receive` to `handle`. */
  readonly run: Tail
  readonly transforms: readonly Transform[]
  /** Names of the middleware behind `transforms`, for messages. */
  readonly transformNames: readonly string[]
  readonly observers: readonly Observer[]
  readonly errorFormat: ErrorFormat
  readonly errors: ErrorRules
  readonly maxBodyBytes: number
  /** `0` for none. */
  readonly deadlineMs: number
  /** Injected names and targets. */
  readonly injects: { readonly [name: string]: unknown }
  /** Every middleware in the order in which it runs, the access rule included; for `explain`. */
  readonly chain: readonly AnyMiddleware[]
  readonly flat: FlatRoute | undefined
}
