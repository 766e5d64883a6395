import type { DescribedError, ErrorFormat } from '../errors/index.ts'
import type { Frame, TimerWheel } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type {
  Answer,
  AnyMiddleware,
  BaseContext,
  DetachOptions,
  FlatRoute,
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

/** What a step gives: nothing and the next one runs, or the outcome that ends the request. */
export type StepResult = Outcome | undefined

/** One step of a plan. */
export type Step = (ctx: OperationContext) => StepResult | Promise<StepResult>

/** A step of the pipeline's own that runs the rest itself: where it waits, the rest follows without another promise. */
export interface Around {
  /** @param isWrapped - whether a `wrap` stands around it, which must get the outcome or a promise of it */
  around(inner: Tail, isWrapped: boolean): Tail
}

/** What happens to an outcome before it is delivered. */
export type Transform = (ctx: OperationContext, outcome: Outcome) => Outcome | Promise<Outcome>

/** What happens to an answer whose value is serialised. */
export type Encoder = (ctx: OperationContext, answer: Answer) => void | Promise<void>

/** What is told of a call that has ended. */
export type Observer = (ctx: OperationContext, summary: RequestSummary) => void

/** Who gave a middleware to a plan. */
export type MiddlewareOrigin = 'app' | 'router' | 'meta' | 'factory' | 'route' | 'access rule'

/** One part of one middleware, where it runs. */
export interface PlanStep {
  readonly stage: PipelineStage
  readonly part: PartName
  /** `app` for all in a plan without a route. */
  readonly origin: MiddlewareOrigin
  readonly middleware: AnyMiddleware
  /** The same as it runs in this plan: with the parts that its `for` gave, and what they hold. */
  readonly served: AnyMiddleware
}

/** Everything that the request path knows of a route, decided at start and frozen. */
export interface Plan {
  /** How its calls come: `http`, or `call` within the process. */
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
  /** `authenticate` and `authorize` alone, where calls bring values: whether a caller is admitted, and nothing is done for him. */
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
  /** What an outcome gets at last, before middleware sees it. */
  readonly complete: (outcome: PipelineOutcome) => void
  readonly maxBodyBytes: number
  /** `0` for none. */
  readonly deadlineMs: number
  /** Injected names and targets. */
  readonly injects: { readonly [name: string]: unknown }
  /** Every middleware once, the access rule included, by stage, within one from the app inwards. */
  readonly chain: readonly AnyMiddleware[]
  /** Every part of them in the order in which they run, for `explain`. */
  readonly steps: readonly PlanStep[]
  /** What its middleware was told of the route. */
  readonly facts: RouteFacts
  /** What its middleware and its facts say of it to those who call it. */
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

/** What handlers and middleware see, and with `~` in front what only the pipeline does. */
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
  /** What is wrong with the params, while it waits for the access rule's word. */
  '~violation': unknown
}

/** What the end of an app waits for, and names in its report. */
export interface InFlightWork {
  newer: InFlightWork | undefined
  older: InFlightWork | undefined
  readonly label: string
  /** Milliseconds of `performance.now()`. */
  readonly startedAt: number
  /** Nobody waits any longer. */
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
  /** The call itself, where this is the rest of its plan once more. */
  readonly root: Execution & BranchOwner
  /** The params of the path as they came. */
  readonly rawParams: { readonly [name: string]: unknown }
  /** What a transport found wrong before there was a route; thrown by the refusal plan. */
  readonly refusal: unknown
  /** The same, where something was said. */
  readonly laid: LaidHeaders | undefined
  /** What is laid under whatever answer goes out. @throws {InternalError} when it was sent */
  readonly responseHeaders: ResponseHeaders
  readBody(): Promise<Uint8Array>
  bodyStream(): AsyncIterable<Uint8Array>
  /**
   * Has the rest of the plan run when the body is there, and stands in for its outcome until then; `undefined` where the
   * transport or somebody who reads the body already leaves only a promise.
   */
  awaitBody(tail: BodyTail): Outcome | undefined
  /** What an outcome brings, which is let go of at the end of the call where another is answered in its place. */
  keep(value: unknown): void
  /** A middleware has ended and left the rest of the plan running, whose services are closed when that ends, too. */
  leaveRunning(middleware: string, rest: Promise<unknown>): void
  /** See `ctx.detach`. */
  detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void
  /** A service that lives as long as the call, from a scope that is made when the first one is asked for. */
  resolve(target: unknown): unknown
  /** Whether an error is what the transport refused the call for: the caller's doing, whatever its status (501, 505). */
  isRefusal(ended: { readonly error: unknown }): boolean
}

/** Who answers for runs of the rest of a plan: a call, or work that it detached. */
export interface BranchOwner {
  readonly frame: Frame
  /** Its services are closed, and its end is waited for, with that of the owner. */
  adopt(branch: { readonly scope: RequestScope | undefined }): void
  /** Whether what runs of the rest give may yet be answered. */
  readonly isAnswering: boolean
}

/** The rest of a plan, from the body on. */
export type BodyTail = (ctx: OperationContext, bytes: Uint8Array) => Outcome | Promise<Outcome>

/** Services that live as long as one call. */
export interface RequestScope {
  resolve(target: unknown): unknown
  /** `undefined` when there is nothing to close. */
  dispose(): Promise<void> | undefined
}

/** Where injected values come from; the pipeline knows no container. */
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
  /** Methods that have a route at a path; none for one that cannot be read. */
  allowedMethods(path: string): readonly string[]
  /** The log whose lines carry the fields of a frame. */
  bindLog(frame: Frame): Logger
  /** Whether anybody may want to hear how calls ended; when not, that is not put together. */
  readonly records: boolean
  /** Writes the request's log line and whatever else the app records. */
  observe(execution: Execution, summary: RequestSummary): void
  /**
   * Logs an error that nobody expected, once, as loud as it is.
   *
   * @param message - default that the request failed
   */
  logError(execution: Execution, described: DescribedError, message?: string): void
  /** Work begins that the end of the app waits for; false where that is over. */
  enter(work: InFlightWork): boolean
  /** It is over. May be told twice. */
  leave(work: InFlightWork): void
}
