// On the request path: the state of one call while it is served. Other files work on it.
import type { DeadlineTarget, Frame, TimerEntry } from '../frame/index.ts'
import { InternalError } from '../errors/index.ts'
import { LaidHeaders, type DetachOptions, type Outcome, type ResponseHeaders } from '../route/index.ts'
import type { Branch } from './branch.ts'
import type { Call } from './call.ts'
import type { CallTrace } from './diagnostics.ts'
import type { StreamOpening } from './open-stream.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import type {
  BodyTail,
  Execution,
  InFlightWork,
  OperationContext,
  PipelineRuntime,
  Plan,
  RequestScope,
  BranchOwner,
} from './plan.ts'
import type { StreamBody } from './stream-value.ts'
import { toParams } from './params.ts'
import { discardValue, isStream } from './prepare.ts'

/**
 * Progress of a call: its plan is `running`; the plan is done and the `respond` stage runs (`answering`); the transport has the
 * answer (`sent`); the transport is done (`settled`).
 */
export type CallState = 'running' | 'answering' | 'sent' | 'settled'

/** The fields of an execution. */
export abstract class ExecutionState implements Execution, DeadlineTarget, BranchOwner, InFlightWork {
  newer: InFlightWork | undefined = undefined
  older: InFlightWork | undefined = undefined
  readonly runtime: PipelineRuntime
  readonly call: Call
  readonly plan: Plan
  readonly frame: Frame
  readonly ctx: OperationContext
  readonly rawParams: { readonly [name: string]: unknown }
  readonly refusal: unknown
  state: CallState = 'running'
  /** The deadline has passed, and its 504 is being sent: later results have no effect. */
  isExpired = false
  /** Number of running parts of the plan before `respond`: the plan itself, and what wraps left running. */
  running = 1
  outcome: PipelineOutcome | undefined = undefined
  timer: TimerEntry | undefined = undefined
  scope: RequestScope | undefined = undefined
  /** A stream that middleware replaced by another, which reads it. */
  replaced: StreamBody | undefined = undefined
  /** Streams of outcomes that middleware may have replaced. */
  brought: Set<unknown> | undefined = undefined
  /** Set while the tracing channel has subscribers. */
  trace: CallTrace | undefined = undefined
  /** Number of detached works that run. */
  detached = 0
  /** Whether its services are closed, or about to be. */
  isClosed = false
  /** Further runs of the rest of its plan. */
  branches: Branch[] | undefined = undefined
  /** Headers that middleware has set for any answer. */
  laid: LaidHeaders | undefined = undefined
  /** The stream whose first piece is or was awaited. */
  opening: StreamOpening | undefined = undefined

  // oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
  constructor(
    runtime: PipelineRuntime,
    call: Call,
    plan: Plan,
    frame: Frame,
    values: readonly unknown[],
    refusal: unknown,
  ) {
    this.runtime = runtime
    this.call = call
    this.plan = plan
    this.frame = frame
    this.refusal = refusal
    call.requestId = frame.id
    this.rawParams = toParams(plan.paramNames, values)
    this.ctx = new plan.Context(this, this.rawParams)
  }

  /** Whether the answer is no longer awaited: the call is over, or its 504 is being sent. */
  get isOver(): boolean {
    return this.state === 'settled' || this.isExpired
  }

  get root(): this {
    return this
  }

  get isAnswering(): boolean {
    return this.state !== 'sent' && this.state !== 'settled'
  }

  adopt(branch: Branch): void {
    ;(this.branches ??= []).push(branch)
  }

  get responseHeaders(): ResponseHeaders {
    // After an abort, late code has no effect, and no error.
    if ((this.state === 'sent' || this.state === 'settled') && !this.frame.isAborted)
      throw new InternalError('The answer was sent: its headers can no longer be changed.')
    return (this.laid ??= new LaidHeaders())
  }

  abstract readonly label: string
  abstract readonly startedAt: number
  abstract cut(reason: unknown): void
  keep(value: unknown): void {
    if (!isStream(value)) return
    if (this.state === 'settled') discardValue(value)
    else (this.brought ??= new Set()).add(value)
  }

  abstract onDeadline(): void
  /** A mounted handler failed before it began to answer: an error like any other. */
  abstract failHandedOver(error: unknown): void
  abstract isRefusal(ended: { readonly error: unknown }): boolean
  abstract readBody(): Promise<Uint8Array>
  abstract bodyStream(): AsyncIterable<Uint8Array>
  abstract awaitBody(tail: BodyTail): Outcome | undefined
  abstract leaveRunning(middleware: string, rest: Promise<unknown>): void
  abstract detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void
  abstract resolve(target: unknown): unknown
}
