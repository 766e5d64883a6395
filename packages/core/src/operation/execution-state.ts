// On the request path: what is known of one call while it is served. What is done with it stands in files of its own.
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
 * How far a call has come: its plan is `running`; what will be answered is decided, though the `respond` stage may still be at
 * work (`answering`); the transport has the answer (`sent`); the transport is done with it (`settled`).
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
  /** The deadline has passed, and its 504 is on its way: what comes late has no effect. */
  isExpired = false
  /** What is at work of the plan, from its first stage to its last before `respond`: all of it, and what wraps left running. */
  running = 1
  outcome: PipelineOutcome | undefined = undefined
  timer: TimerEntry | undefined = undefined
  scope: RequestScope | undefined = undefined
  /** A stream in whose place middleware put another, which reads it. */
  replaced: StreamBody | undefined = undefined
  /** Streams that outcomes brought which middleware may have replaced. */
  brought: Set<unknown> | undefined = undefined
  /** Where somebody listens. */
  trace: CallTrace | undefined = undefined
  /** How much of what it detached is at work. */
  detached = 0
  /** Its services are closed, or about to be. */
  isClosed = false
  /** The rest of its plan, run once more. */
  branches: Branch[] | undefined = undefined
  /** What middleware said of the headers of whatever answer goes out. */
  laid: LaidHeaders | undefined = undefined
  /** The stream whose first piece is awaited, or was. */
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

  /** Nobody waits for the answer that is being made: the call is over, or its 504 on its way. */
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
    // What comes late has no effect, whatever it does.
    if ((this.state === 'sent' || this.state === 'settled') && !this.frame.isAborted)
      throw new InternalError('The answer was sent: its headers cannot be changed any more.')
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
  /** A foreign handler failed before it began to answer: an error like any other. */
  abstract failHandedOver(error: unknown): void
  abstract isRefusal(ended: { readonly error: unknown }): boolean
  abstract readBody(): Promise<Uint8Array>
  abstract bodyStream(): AsyncIterable<Uint8Array>
  abstract awaitBody(tail: BodyTail): Outcome | undefined
  abstract leaveRunning(middleware: string, rest: Promise<unknown>): void
  abstract detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void
  abstract resolve(target: unknown): unknown
}
