// On the request path of calls that leave work behind.
import {
  ArgumentError,
  checkCallOptions,
  describeValue,
  GatewayTimeoutError,
  InternalError,
  isPromise,
  milliseconds,
  ofKind,
  optionTable,
  ServiceUnavailableError,
  SIGNAL,
} from '../errors/index.ts'
import {
  currentFrame,
  frameKey,
  runInFrame,
  runOutsideTransaction,
  type DeadlineTarget,
  type Frame,
  type TimerEntry,
} from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { DetachOptions } from '../route/index.ts'
import { disposeAll, type Branch } from './branch.ts'
import type { ExecutionState } from './execution-state.ts'
import { isOfAbort } from './late-result.ts'
import { isStream } from './prepare.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import { leaveIfOver } from './settle.ts'
import type { BranchOwner, InFlightWork, PipelineRuntime } from './plan.ts'

/** The detached work that the running code belongs to. */
const WORK = frameKey<DetachedWork>('keelson.detached')

const DETACH_OPTIONS = optionTable<DetachOptions>({
  deadlineMs: milliseconds('Time for the work.', { isZeroOff: true }),
  signal: ofKind(SIGNAL, 'Aborts the work.'),
})

/** Work that outlives the call that started it. */
export class DetachedWork implements InFlightWork, DeadlineTarget, BranchOwner {
  newer: InFlightWork | undefined = undefined
  older: InFlightWork | undefined = undefined
  readonly label: string
  readonly startedAt: number
  readonly frame: Frame
  readonly isAnswering = false
  readonly #execution: ExecutionState
  readonly #runtime: PipelineRuntime
  readonly #log: Logger
  readonly #deadlineMs: number
  readonly #branches: Branch[] = []
  readonly #outcomes: PipelineOutcome[] = []
  #timer: TimerEntry | undefined = undefined
  #unwatch: (() => void) | undefined = undefined
  /** The work itself, and runs of the rest that it started. */
  #running = 1

  constructor(execution: ExecutionState, label: string, deadlineMs: number) {
    const { runtime } = execution
    this.label = label
    this.startedAt = runtime.now()
    this.#execution = execution
    this.#runtime = runtime
    this.#deadlineMs = deadlineMs
    this.frame = execution.ctx.frame.branch(this.startedAt)
    this.frame.set(WORK, this)
    if (deadlineMs !== 0) this.frame.deadline = this.startedAt + deadlineMs
    this.#log = runtime.bindLog(this.frame)
  }

  get isOver(): boolean {
    return this.#running === 0
  }

  isOf(execution: unknown): boolean {
    return this.#execution === execution
  }

  run(work: (signal: AbortSignal) => unknown): void {
    if (this.#deadlineMs !== 0) this.#timer = this.#runtime.wheel.add(this.#deadlineMs, this)
    try {
      const result = runInFrame(this.frame, runOutsideTransaction, work, this.frame.signal)
      if (!isPromise(result)) return this.#end()
      Promise.resolve(result).then(
        () => this.#end(),
        (error: unknown) => this.#fail(error),
      )
    } catch (error) {
      this.#fail(error)
    }
  }

  /** Aborts the work with a signal. */
  watch(signal: AbortSignal): void {
    const onAbort = (): void => this.cut(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    this.#unwatch = () => signal.removeEventListener('abort', onAbort)
  }

  adopt(branch: Branch): void {
    this.#branches.push(branch)
  }

  /** Adds a run of the rest that the work started, which the work waits for. */
  hold(run: Promise<unknown>): void {
    this.#running++
    const end = (): void => this.#end()
    run.then((outcome) => {
      this.#outcomes.push(outcome as PipelineOutcome)
      end()
    }, end)
  }

  /** The deadline has passed. Called outside of any frame. */
  onDeadline(): void {
    const error = new GatewayTimeoutError(
      `The detached work '${this.label}' took longer than ${this.#deadlineMs} ms. Raise deadlineMs of detach, or do less in one piece.`,
    )
    this.#log.warn({ event: 'detached', label: this.label, err: error }, 'Detached work passed its deadline.')
    this.cut(error)
  }

  /** Aborts the work. */
  cut(reason: unknown): void {
    runInFrame(this.frame, () => this.frame.abort(reason))
  }

  #fail(error: unknown): void {
    // An error that the abort caused is expected.
    const level = this.frame.isAborted && isOfAbort(error, this.frame.abortReason) ? 'debug' : 'error'
    this.#log[level]({ event: 'detached', label: this.label, err: error }, 'Detached work failed.')
    this.#end()
  }

  #end(): void {
    this.#running--
    if (this.#running > 0) return
    this.#unwatch?.()
    if (this.#timer !== undefined) this.#runtime.wheel.cancel(this.#timer)
    this.#handOver()
    const leave = (): void => {
      this.#runtime.leave(this)
      this.#execution.detached--
      leaveIfOver(this.#execution)
    }
    const disposed = disposeAll(this.#branches.map((branch) => branch.scope))
    if (disposed === undefined) leave()
    else
      disposed
        .catch((error: unknown) =>
          this.#log.error({ err: error }, 'A request-scoped service failed to close.'),
        )
        .finally(leave)
  }

  /** Streams that it has made may be answered: they, and what made them, live as long as the call, and are cut off with it. */
  #handOver(): void {
    const execution = this.#execution
    const { frame } = execution
    const streams = this.#outcomes.map((outcome) => outcome['~value']).filter(isStream)
    if (streams.length === 0) return
    for (const branch of this.#branches)
      frame.addAbortListener(() => runInFrame(branch.frame, () => branch.frame.abort(frame.abortReason)))
    for (const stream of streams) execution.keep(stream)
    if (execution.state !== 'settled') for (const branch of this.#branches.splice(0)) execution.adopt(branch)
  }
}

/** The detached work of a call that the running code belongs to. */
export function currentWork(execution: unknown): DetachedWork | undefined {
  const work = currentFrame()?.get(WORK)
  return work?.isOf(execution) === true ? work : undefined
}

/** Starts work that outlives its call; see `ctx.detach`. */
// oxlint-disable-next-line max-params -- the three of ctx.detach, and the call
export function detach(
  execution: ExecutionState,
  label: string,
  work: (signal: AbortSignal) => unknown,
  options: DetachOptions = {},
): void {
  if (typeof label !== 'string' || label === '')
    throw new ArgumentError(
      `ctx.detach: The label must be a text that names the work, not ${describeValue(label)}.`,
    )
  if (typeof work !== 'function')
    throw new ArgumentError(
      `ctx.detach: The work must be a function, not ${describeValue(work)}: write () => ….`,
    )
  checkCallOptions(DETACH_OPTIONS, options, { name: 'ctx.detach', below: detach as never })
  const { signal } = options
  signal?.throwIfAborted()
  const detached = new DetachedWork(execution, label, options.deadlineMs ?? execution.plan.deadlineMs)
  if (!execution.runtime.enter(detached))
    throw new ServiceUnavailableError(`The app has stopped: the work '${label}' cannot begin.`)
  if (execution.isClosed) {
    execution.runtime.leave(detached)
    throw tooLate(execution, label)
  }
  execution.detached++
  if (signal !== undefined) detached.watch(signal)
  detached.run(work)
}

/** Logged as well, since so late no caller may catch it. */
function tooLate({ ctx }: ExecutionState, label: string): InternalError {
  const error = new InternalError(
    `The request is over and its services are closed: the work '${label}' cannot begin. Call ctx.detach before.`,
  )
  ctx.log.error({ event: 'detached', label, err: error }, 'Detached work came too late.')
  return error
}
