import type { DescribedError, ErrorFormat } from '../errors/index.ts'
import type { Frame, TimerWheel } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type {
  Answer,
  AnyMiddleware,
  BaseContext,
  DetachOptions,
  FlatRoute,
  JsonSettings,
  LaidHeaders,
  MetaDescription,
  Outcome,
  PartName,
  RequestSummary,
  ResponseHeaders,
  RouteFacts,
  PipelineStage,
} from '../route/index.ts'
import type { Call } from './call.ts'
import type { ErrorRules } from './error-outcome.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'

/** Runs from a step to the end of the plan. */
export type Tail = (ctx: OperationContext) => Outcome | Promise<Outcome>

/** Result of a step: `undefined`, and the next one runs, or the outcome that ends the request. */
export type StepResult = Outcome | undefined

/** One step of a plan. */
export type Step = (ctx: OperationContext) => StepResult | Promise<StepResult>

/** A step of the pipeline that runs the rest itself: if it waits, the rest follows without another promise. */
export interface Around {
  /** @param isWrapped - whether a `wrap` is around it, which must get the outcome or a promise of it */
  around(inner: Tail, isWrapped: boolean): Tail
}

/** Changes an outcome before it is delivered. */
export type Transform = (ctx: OperationContext, outcome: Outcome) => Outcome | Promise<Outcome>

/** Changes a serialised answer. */
export type Encoder = (ctx: OperationContext, answer: Answer) => void | Promise<void>

/** Is called when a call has ended. */
export type Observer = (ctx: OperationContext, summary: RequestSummary) => void

/** Where a middleware of a plan comes from. */
export type MiddlewareOrigin = 'app' | 'router' | 'meta' | 'factory' | 'route' | 'access rule'

/** One part of one middleware, in its stage. */
export interface PlanStep {
  readonly stage: PipelineStage
  readonly part: PartName
  /** `app` for all in a plan without a route. */
  readonly origin: MiddlewareOrigin
  readonly middleware: AnyMiddleware
  /** The same as it runs in this plan: with the parts that its `for` gave, bound to their services and state. */
  readonly served: AnyMiddleware
}

/** Everything that the request path knows of a route, decided at start and frozen. */
export interface Plan {
  /** Kind of its calls: `http`, or `call` within the process. */
  readonly kind: string
  /** Whether its outcomes become messages; see `CallKind`. */
  readonly isWritten: boolean
  /** Operation id; `undefined` for the not-found plan. */
  readonly name: string | undefined
  /** Full path pattern; `undefined` for the not-found plan. */
  readonly pattern: string | undefined
  readonly Context: ContextClass
  /** Names of the path's params, in the order of a match's values. */
  readonly paramNames: readonly string[]
  /** All stages from `receive` to `handle`. */
  readonly run: Tail
  /** Only `authenticate` and `authorize`, for calls with values: tells whether a caller is admitted, without running the handler. */
  readonly admit: Tail | undefined
  /** From the inside out: those of the route before those of the app. */
  readonly transforms: readonly Transform[]
  /** Names of the middleware behind `transforms`, for messages. */
  readonly transformNames: readonly string[]
  /** From the inside out, when all `transforms` are done. */
  readonly encoders: readonly Encoder[]
  /** Names of the middleware behind `encoders`, for messages. */
  readonly encoderNames: readonly string[]
  readonly observers: readonly Observer[]
  readonly errorFormat: ErrorFormat
  readonly errors: ErrorRules
  /** Completes an outcome before middleware sees it. */
  readonly complete: (outcome: PipelineOutcome) => void
  readonly maxBodyBytes: number
  /** `0` for none. */
  readonly deadlineMs: number
  /** How JSON bodies are read, by the app, the routers and the route. */
  readonly json: JsonSettings
  /** Injected names and targets. */
  readonly injects: { readonly [name: string]: unknown }
  /** Every middleware once, the access rule included, by stage, and within a stage from the app inwards. */
  readonly chain: readonly AnyMiddleware[]
  /** All their parts in the order in which they run, for `explain`. */
  readonly steps: readonly PlanStep[]
  /** Facts of the route for its middleware. */
  readonly facts: RouteFacts
  /** Descriptions of its middleware and its meta, for callers. */
  readonly descriptions: readonly MetaDescription[]
  readonly flat: FlatRoute | undefined
}

/** A plan that has a route. */
export interface RoutePlan extends Plan {
  readonly name: string
  readonly pattern: string
  readonly flat: FlatRoute
}

/** Makes the context of one call. */
export type ContextClass = new (execution: Execution, params: unknown) => OperationContext

/** What handlers and middleware see; members with `~` are for the pipeline only. */
export interface OperationContext extends Omit<
  BaseContext,
  'body' | 'params' | 'query' | 'headers' | 'cookies'
> {
  readonly '~execution': Execution
  readonly params: unknown
  readonly query: unknown
  readonly headers: unknown
  readonly cookies: unknown
  readonly body: unknown
  '~params': unknown
  '~query': unknown
  '~headers': unknown
  '~cookies': unknown
  '~body': unknown
  /** The violation of the params, until the access rule has decided. */
  '~violation': unknown
}

/** Work that the end of an app waits for, and names in its report. */
export interface InFlightWork {
  newer: InFlightWork | undefined
  older: InFlightWork | undefined
  readonly label: string
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number
  /** Aborts the work. */
  cut(reason: unknown): void
  /** See `Call.endUnread`. */
  endUnread?(reason: unknown): void
}

/** One call being served, as its context and the steps of its plan see it. */
export interface Execution {
  readonly runtime: PipelineRuntime
  readonly call: Call
  readonly plan: Plan
  readonly frame: Frame
  readonly ctx: OperationContext
  /** The call itself, if this is a further run of the rest of its plan. */
  readonly root: Execution & BranchOwner
  /** The params of the path, not validated. */
  readonly rawParams: { readonly [name: string]: unknown }
  /** The error that a transport found before there was a route; thrown by the refusal plan. */
  readonly refusal: unknown
  /** {@link responseHeaders}, if any were set. */
  readonly laid: LaidHeaders | undefined
  /** Headers for any answer that is sent. @throws {InternalError} when it was sent */
  readonly responseHeaders: ResponseHeaders
  readBody(): Promise<Uint8Array>
  bodyStream(): AsyncIterable<Uint8Array>
  /**
   * Runs the rest of the plan when the body has come, and returns a placeholder for its outcome; `undefined` if the transport,
   * or another reader of the body, only has a promise of it.
   */
  awaitBody(tail: BodyTail): Outcome | undefined
  /** Notes the stream of an outcome, which is discarded at the end of the call if another is answered. */
  keep(value: unknown): void
  /** A middleware has ended and left the rest of the plan running; services are closed when that has ended as well. */
  leaveRunning(middleware: string, rest: Promise<unknown>): void
  /** See `ctx.detach`. */
  detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void
  /** A service that lives as long as the call, from a scope that is made at the first use. */
  resolve(target: unknown): unknown
  /** Whether an error is the one that the transport refused the call for: the caller caused it, also with status 501 or 505. */
  isRefusal(ended: { readonly error: unknown }): boolean
}

/** The owner of runs of the rest of a plan: a call, or work that it detached. */
export interface BranchOwner {
  readonly frame: Frame
  /** Adds a run, whose services are closed with those of the owner. */
  adopt(branch: { readonly scope: RequestScope | undefined }): void
  /** Whether the result of a run may still be the answer. */
  readonly isAnswering: boolean
}

/** The rest of a plan, after the body. */
export type BodyTail = (ctx: OperationContext, bytes: Uint8Array) => Outcome | Promise<Outcome>

/** Services that live as long as one call. */
export interface RequestScope {
  resolve(target: unknown): unknown
  /** `undefined` if there is nothing to close. */
  dispose(): Promise<void> | undefined
}

/** The source of injected values; the pipeline does not know the container. */
export interface InjectionSource {
  resolve(target: unknown): unknown
  isRequestScoped(target: unknown): boolean
  /** Opens the scope of one call; its frame can be injected. */
  createScope(frame: Frame): RequestScope
}

/** What all executions of an app share. */
export interface PipelineRuntime {
  readonly log: Logger
  readonly wheel: TimerWheel
  readonly injection: InjectionSource
  /** Monotonic time, ms; the app's clock. */
  readonly now: () => number
  /** Aborted when the app begins to end. */
  readonly draining: AbortSignal
  /** Methods that have a route at the path of a call; none for an invalid path. Of a preflight, those with the middleware of the method it asks for. */
  allowedMethods(call: Call): readonly string[]
  /** The log whose lines carry the fields of a frame. */
  bindLog(frame: Frame): Logger
  /** Whether summaries of calls are recorded; if not, they are not made. */
  readonly records: boolean
  /** Writes the request's log line and the app's other records. */
  observe(execution: Execution, summary: RequestSummary): void
  /**
   * Logs an unexpected error, once, at its level.
   *
   * @param message - default: that the request failed
   */
  logError(execution: Execution, described: DescribedError, message?: string): void
  /** Adds work that the end of the app waits for; `false` if the app has ended. */
  enter(work: InFlightWork): boolean
  /** Removes work that is over. May be called twice. */
  leave(work: InFlightWork): void
}
