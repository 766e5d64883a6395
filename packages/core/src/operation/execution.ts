// On the request path: one call from its plan to its settled answer.
import { FrameworkError, InternalError, ignore } from '../errors/index.ts'
import { runInFrame } from '../frame/index.ts'
import type { DetachOptions, Outcome } from '../route/index.ts'
import { BodyWait, PENDING, type BodyWaiter } from './body-wait.ts'
import type { Served } from './call.ts'
import { arm, timeoutOf } from './deadline.ts'
import { openStream } from './deliver.ts'
import { render } from './error-answer.ts'
import { detach } from './detach.ts'
import { CallTrace, isTraced } from './diagnostics.ts'
import { ExecutionState } from './execution-state.ts'
import { logLateFailure, logLateOutcome, logLeftRunning, logOverrun } from './late-result.ts'
import type { PipelineOutcome } from './pipeline-outcome.ts'
import type { BodyTail, Execution } from './plan.ts'
import { discardValue, isStream } from './prepare.ts'
import { answer } from './respond-stage.ts'
import { leaveIfOver, settle } from './settle.ts'
import type { StreamBody } from './stream-value.ts'

/** One call being served. */
export class RunningCall extends ExecutionState implements Execution, Served, BodyWaiter {
  #body: Promise<Uint8Array> | undefined = undefined
  #wait: BodyWait | undefined = undefined

  get startedAt(): number {
    return this.frame.startedAt
  }

  get label(): string {
    return this.plan.name ?? `${this.call.method} ${this.call.path}`
  }

  /** Runs the plan and answers. Never throws. */
  run(): void {
    if (!isTraced()) return this.#run()
    this.trace = new CallTrace(this)
    this.trace.run(() => this.#run())
  }

  #run(): void {
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = this.plan.run(this.ctx)
    } catch (error) {
      this.fail(error)
      return
    }
    this.#await(outcome)
  }

  #await(outcome: Outcome | Promise<Outcome>): void {
    if (outcome instanceof Promise) {
      arm(this)
      outcome.then(
        (settled) => this.#finish(settled as PipelineOutcome),
        (error: unknown) => this.fail(error),
      )
    } else this.#finish(outcome as PipelineOutcome)
  }

  #finish(outcome: PipelineOutcome): void {
    if (outcome === PENDING) return arm(this)
    this.running--
    if (this.state === 'running') {
      const context = outcome['~context']
      // A stream continues in the context in which it was made: the frame and the storages of the middleware around it.
      if (context === undefined) answer(this, outcome)
      else context(() => this.#begin(outcome))
      return
    }
    logLateOutcome(this.ctx, outcome)
    discardValue(outcome['~value'])
    leaveIfOver(this)
  }

  /** Waits for the first piece of a stream before the answer is decided. */
  #begin(outcome: PipelineOutcome): void {
    const value = outcome['~value']
    if (!isStream(value) || !this.call.takesValue(outcome.status)) return answer(this, outcome)
    openStream(this, outcome, value as StreamBody).then(
      () => {
        if (this.state === 'running') answer(this, outcome)
        else discardValue(outcome['~value'])
      },
      (error: unknown) => {
        if (this.state === 'running') answer(this, render(this, error))
      },
    )
  }

  /** The plan has ended with an error. */
  fail(error: unknown): void {
    this.running--
    if (this.state === 'running') return answer(this, render(this, error))
    logLateFailure(this.ctx, error)
    leaveIfOver(this)
  }

  failHandedOver(error: unknown): void {
    if (this.state === 'settled' || this.isExpired) return logLateFailure(this.ctx, error)
    answer(this, render(this, error))
  }

  leaveRunning(middleware: string, rest: Promise<unknown>): void {
    this.running++
    logLeftRunning(this.ctx, middleware)
    const done = (): void => {
      this.running--
      leaveIfOver(this)
    }
    rest.then(done, done)
  }

  /** The deadline has passed. Called outside of any frame. */
  onDeadline(): void {
    if (this.state !== 'settled') runInFrame(this.frame, expire, this)
    else if (this.running > 0) runInFrame(this.frame, overrun, this)
  }

  settle(completed: boolean, bytes: number, reason?: unknown): void {
    settle(this, completed, bytes, reason)
  }

  /** The app ends without waiting. */
  cut(reason: unknown): void {
    if (this.state === 'settled') this.frame.abort(reason)
    else this.call.reset(reason)
  }

  endUnread(reason: unknown): void {
    if (this.state === 'sent') this.call.endUnread?.(reason)
  }

  isRefusal({ error }: { readonly error: unknown }): boolean {
    return (
      this.refusal !== undefined && error === this.refusal && FrameworkError.is(error) && error.status !== 500
    )
  }

  awaitBody(tail: BodyTail): Outcome | undefined {
    if (this.call.takeBody === undefined || this.#body !== undefined) return undefined
    const wait = new BodyWait(this, tail)
    this.#wait = wait
    try {
      this.call.takeBody(this.plan.maxBodyBytes, wait)
    } catch (error) {
      this.#wait = undefined
      throw error
    }
    return PENDING
  }

  /** The body has come. Called in the frame. */
  resume(tail: BodyTail, bytes: Uint8Array): void {
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = tail(this.ctx, bytes)
    } catch (error) {
      this.fail(error)
      return
    }
    this.#await(outcome)
  }

  readBody(): Promise<Uint8Array> {
    return (this.#body ??= this.#wait?.whole() ?? this.call.readBody(this.plan.maxBodyBytes))
  }

  bodyStream(): AsyncIterable<Uint8Array> {
    if (this.#body !== undefined || this.#wait !== undefined)
      throw new InternalError('The body was read already: use either rawBody() or bodyStream().')
    this.#body = Promise.reject(
      new InternalError('The body is being read as a stream: use either rawBody() or bodyStream().'),
    )
    this.#body.catch(ignore)
    return this.call.bodyStream(this.plan.maxBodyBytes)
  }

  detach(label: string, work: (signal: AbortSignal) => unknown, options?: DetachOptions): void {
    detach(this, label, work, options)
  }

  resolve(target: unknown): unknown {
    this.scope ??= this.runtime.injection.createScope(this.frame)
    return this.scope.resolve(target)
  }
}

/** 504 before the first byte, a broken connection after it. */
function expire(execution: RunningCall): void {
  execution.isExpired = true
  const error = timeoutOf(execution)
  execution.frame.abort(error)
  // A mounted handler that has not begun to answer is replaced.
  if (execution.state === 'sent' && execution.call.takeBack?.() !== true) return execution.call.reset(error)
  execution.opening?.stop()
  answer(execution, render(execution, error))
}

/** The deadline of what still runs after the answer. */
function overrun(execution: RunningCall): void {
  const error = timeoutOf(execution)
  execution.frame.abort(error)
  logOverrun(execution.ctx, error)
}
