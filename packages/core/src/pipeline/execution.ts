// On the request path: one request from its plan to its settled answer.
import {
  ClientClosedRequestError,
  describeThrown,
  FrameworkError,
  GatewayTimeoutError,
  InternalError,
  NotImplementedError,
  type DescribedError,
} from '../errors/index.ts'
import { runInFrame, type DeadlineTarget, type Frame, type TimerEntry } from '../frame/index.ts'
import { holdsHeader, removeHeader, type Outcome, type RequestSummary } from '../routing/index.ts'
import { BodyWait, PENDING, type BodyTail, type BodyWaiter } from './body-wait.ts'
import { discardValue, dropBody, isStream, TakeOver, toBody } from './body.ts'
import type { Exchange, ResponseBody, Served } from './contract.ts'
import { logLateFailure, logLateOutcome, logLeftRunning, logOverrun } from './late-result.ts'
import { isEventStream, StreamOpening } from './open-stream.ts'
import { challenge, errorOutcome, isBodiless, PipelineOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import { toParams, type RequestContext } from './request-context.ts'
import type { PipelineRuntime, RequestScope } from './runtime.ts'
import { assertOutcome } from './steps.ts'
import { assertBegun, ignore, type StreamBody } from './stream-value.ts'
import { summarise } from './summary.ts'

/** One request being served. Holds its state; the context shows the part that users see. */
export class Execution implements Served, DeadlineTarget, BodyWaiter {
  readonly runtime: PipelineRuntime
  readonly exchange: Exchange
  readonly plan: Plan
  readonly frame: Frame
  readonly ctx: RequestContext
  /** What a transport found wrong before there was a route; thrown by the refusal plan. */
  readonly refusal: unknown
  /** Neighbours in the dispatcher's list of those in flight. */
  newer: Execution | undefined = undefined
  older: Execution | undefined = undefined
  #outcome: PipelineOutcome | undefined = undefined
  #timer: TimerEntry | undefined = undefined
  #body: Promise<Uint8Array> | undefined = undefined
  #wait: BodyWait | undefined = undefined
  #scope: RequestScope | undefined = undefined
  /** The stream whose first piece is awaited, or was. */
  #opening: StreamOpening | undefined = undefined
  /** What is at work of the plan, from its first stage to its last before `respond`: all of it, and what wraps left running. */
  #running = 1
  /** What will be answered is decided; the `respond` stage may still be at work. */
  #isAnswered = false
  /** The transport has the answer. */
  #isSent = false
  #isExpired = false
  #isSettled = false

  // oxlint-disable-next-line max-params -- on the request path: an options object would be one more allocation a request
  constructor(
    runtime: PipelineRuntime,
    exchange: Exchange,
    plan: Plan,
    frame: Frame,
    values: readonly string[],
    refusal?: unknown,
  ) {
    this.runtime = runtime
    this.exchange = exchange
    this.plan = plan
    this.frame = frame
    this.refusal = refusal
    exchange.requestId = frame.id
    this.ctx = new plan.Context(this, toParams(plan.paramNames, values))
  }

  get startedAt(): number {
    return this.frame.startedAt
  }

  get label(): string {
    return this.plan.name ?? `${this.exchange.method} ${this.exchange.path}`
  }

  /** Runs the plan and answers. Never throws. */
  run(): void {
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
      this.#arm()
      outcome.then(
        (settled) => this.#finish(settled as PipelineOutcome),
        (error: unknown) => this.fail(error),
      )
    } else this.#finish(outcome as PipelineOutcome)
  }

  /**
   * Has the rest of the plan run when the body is there, and stands in for its outcome until then; `undefined` where the
   * transport or somebody who reads the body already leaves only a promise.
   */
  awaitBody(tail: BodyTail): Outcome | undefined {
    if (this.exchange.takeBody === undefined || this.#body !== undefined) return undefined
    const wait = new BodyWait(this, tail)
    this.#wait = wait
    try {
      this.exchange.takeBody(this.plan.maxBodyBytes, wait)
    } catch (error) {
      this.#wait = undefined
      throw error
    }
    return PENDING
  }

  /** The body is there. In the frame. */
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

  #arm(): void {
    const { deadlineMs } = this.plan
    if (deadlineMs === 0 || this.#timer !== undefined || this.#isSettled) return
    this.#timer = this.runtime.wheel.add(this.frame.remainingMs(this.runtime.now()), this)
    this.exchange.onDeadlineSet?.(this.runtime.wheel)
  }

  /** The deadline has passed. Called outside of any frame. */
  onDeadline(): void {
    if (!this.#isSettled) runInFrame(this.frame, expire, this)
    else if (this.#running > 0) runInFrame(this.frame, overrun, this)
  }

  /** 504 before the first byte, a broken connection after it. */
  expire(): void {
    this.#isExpired = true
    const error = this.#timeout()
    this.frame.abort(error)
    // A foreign handler that has not begun to answer is answered for.
    if (this.#isSent && this.exchange.takeBack?.() !== true) return this.exchange.reset(error)
    this.#isSent = false
    this.#opening?.stop()
    this.#answer(this.#render(error))
  }

  /** The deadline of what goes on behind an answer. */
  overrun(): void {
    const error = this.#timeout()
    this.frame.abort(error)
    logOverrun(this.ctx, error)
  }

  #timeout(): GatewayTimeoutError {
    return new GatewayTimeoutError(`The request took longer than ${this.plan.deadlineMs} ms.`, {
      expose: true,
    })
  }

  /** A middleware has ended and left the rest of the plan running, whose services are closed when that ends, too. */
  leaveRunning(middleware: string, rest: Promise<unknown>): void {
    this.#running++
    logLeftRunning(this.ctx, middleware)
    const done = (): void => {
      this.#running--
      this.#leaveIfOver()
    }
    rest.then(done, done)
  }

  get #isOpen(): boolean {
    return !this.#isAnswered && !this.#isSettled
  }

  #finish(outcome: PipelineOutcome): void {
    if (outcome === PENDING) return this.#arm()
    this.#running--
    if (this.#isOpen) {
      const context = outcome['~context']
      // What takes its time goes on where it was made: in the frame and the storages of the middleware around it.
      if (context === undefined) this.#answer(outcome)
      else context(() => this.#begin(outcome))
      return
    }
    logLateOutcome(this.ctx, outcome)
    discardValue(outcome['~value'])
    this.#leaveIfOver()
  }

  /** Waits for the first piece of a stream, before anybody is told how the request was answered. */
  #begin(outcome: PipelineOutcome): void {
    const value = outcome['~value']
    if (!isStream(value) || !this.#hasBody(outcome.status)) return this.#answer(outcome)
    this.#open(outcome, value as StreamBody).then(
      () => {
        if (this.#isOpen) this.#answer(outcome)
        else discardValue(outcome['~value'])
      },
      (error: unknown) => {
        if (this.#isOpen) this.#answer(this.#render(error))
      },
    )
  }

  #open(outcome: PipelineOutcome, stream: StreamBody): Promise<void> {
    this.#arm()
    const opening = new StreamOpening(stream, {
      isEventStream: isEventStream(outcome.headers),
      isSeen: this.plan.transforms.length > 0 && !this.#isAnswered,
    })
    this.#opening = opening
    outcome['~value'] = opening.value
    return opening.opened
  }

  #hasBody(status: number): boolean {
    return this.exchange.method !== 'HEAD' && !isBodiless(status)
  }

  /** Nothing more comes of the plan. */
  fail(error: unknown): void {
    this.#running--
    if (this.#isOpen) {
      this.#answer(this.#render(error))
      return
    }
    logLateFailure(this.ctx, error)
    this.#leaveIfOver()
  }

  #answer(outcome: PipelineOutcome): void {
    this.#isAnswered = true
    if (outcome.status === 401) challenge(outcome.headers, this.plan.errors)
    // The access rule has spoken: what comes now may see the params as they came.
    this.ctx['~violation'] = undefined
    if (this.plan.transforms.length === 0) this.#send(outcome)
    else this.#transform(outcome, 0)
  }

  /** Applies the respond stage. A transform that fails is answered with its error, which the later ones still see. */
  #transform(outcome: PipelineOutcome, from: number): void {
    const { transforms } = this.plan
    let current = outcome
    for (let i = from; i < transforms.length; i++) {
      try {
        const result = (transforms[i] as (typeof transforms)[number])(this.ctx, current)
        if (!(result instanceof Promise)) current = this.#checked(result, i)
        else if (this.#isExpired) result.catch(ignore)
        else return void this.#awaitTransform(current, result, i)
      } catch (error) {
        current = this.#replace(current, error)
      }
    }
    this.#send(current)
  }

  async #awaitTransform(current: PipelineOutcome, result: Promise<Outcome>, at: number): Promise<void> {
    this.#arm()
    let next: PipelineOutcome
    try {
      next = this.#checked(await result, at)
    } catch (error) {
      next = this.#replace(current, error)
    }
    // Once the deadline has passed the 504 is on its way, and this one is late.
    if (this.#isExpired) discardValue(next['~value'])
    else this.#transform(next, at + 1)
  }

  #checked(outcome: Outcome, at: number): PipelineOutcome {
    const checked = assertOutcome(outcome, this.plan.transformNames[at] as string)
    if (checked !== outcome && checked.status === 401) challenge(checked.headers, this.plan.errors)
    return checked
  }

  /** An error in place of an outcome whose stream will not be sent. */
  #replace(outcome: PipelineOutcome, error: unknown): PipelineOutcome {
    discardValue(outcome['~value'])
    return this.#render(error)
  }

  #send(outcome: PipelineOutcome): void {
    const value = outcome['~value']
    if (this.#isSettled) return discardValue(value)
    if (value instanceof TakeOver) return this.#takeOver(outcome, value)
    let body: ResponseBody
    try {
      body = toBody(outcome)
    } catch (error) {
      return this.#sendError(this.#replace(outcome, error))
    }
    if (typeof body !== 'object' || body instanceof Uint8Array) this.#respond(outcome, body)
    else this.#sendStream(outcome, body)
  }

  #sendStream(outcome: PipelineOutcome, stream: StreamBody): void {
    // No time is left to wait in.
    if (this.#isExpired || !this.#hasBody(outcome.status)) return this.#respond(outcome, stream)
    const begun = this.#opening?.bodyOf(stream)
    if (begun !== undefined) return this.#sendBegun(outcome, begun)
    // A stream that a transform put there.
    this.#open(outcome, stream).then(
      () => {
        if (this.#isSettled || this.#isExpired) discardValue(outcome['~value'])
        else this.#sendBegun(outcome, outcome['~value'] as StreamBody)
      },
      (error: unknown) => {
        if (!this.#isSettled && !this.#isExpired) this.#sendError(this.#render(error))
      },
    )
  }

  #sendBegun(outcome: PipelineOutcome, body: StreamBody): void {
    try {
      assertBegun(body)
    } catch (error) {
      return this.#sendError(this.#replace(outcome, error))
    }
    this.#arm()
    this.#respond(outcome, body)
  }

  #sendError(outcome: PipelineOutcome): void {
    this.#respond(outcome, outcome['~value'] as string)
  }

  #respond(outcome: PipelineOutcome, meant: ResponseBody): void {
    this.#isSent = true
    this.#outcome = outcome
    const { headers, status } = outcome
    this.#addId(outcome)
    const body = this.exchange.method === 'HEAD' ? dropBody(outcome, meant) : meant
    try {
      this.exchange.respond(status, headers, body)
    } catch (error) {
      // Somebody wrote a header past the checks.
      if (outcome.described !== undefined) return this.exchange.reset(error)
      this.#sendError(this.#replace(outcome, error))
    }
  }

  #addId({ headers: { flat } }: PipelineOutcome): void {
    const { requestIdHeader } = this.runtime
    if (requestIdHeader === undefined) return
    if (holdsHeader(flat, requestIdHeader)) removeHeader(flat, requestIdHeader)
    // Checked when it was made.
    flat.push(requestIdHeader, this.frame.id)
  }

  #takeOver(outcome: PipelineOutcome, { run, maxBodyBytes }: TakeOver): void {
    if (this.exchange.takeOver === undefined) {
      return this.#send(this.#render(new NotImplementedError('This handler needs a Node.js server.')))
    }
    this.#isSent = true
    this.#outcome = outcome
    this.#arm()
    this.#addId(outcome)
    this.exchange
      .takeOver(outcome.headers, run, maxBodyBytes)
      .catch((error: unknown) => this.#failTakenOver(error))
  }

  /** A foreign handler failed before it began to answer: an error like any other. */
  #failTakenOver(error: unknown): void {
    if (this.#isSettled || this.#isExpired) return logLateFailure(this.ctx, error)
    this.#isSent = false
    this.#answer(this.#render(error))
  }

  #render(error: unknown): PipelineOutcome {
    const outcome = errorOutcome(error, this.plan, this.frame.id)
    const { described } = outcome
    if (described?.isExpected === false && !this.isRefusal(described)) this.runtime.logError(this, described)
    return outcome
  }

  /** Whether an error is what the transport refused the request for: the client's doing, whatever its status (501, 505). */
  isRefusal({ error }: { readonly error: unknown }): boolean {
    return (
      this.refusal !== undefined && error === this.refusal && FrameworkError.is(error) && error.status !== 500
    )
  }

  settle(completed: boolean, bytes: number, reason?: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    this.#release(completed)
    const isUnobserved = completed && this.#scope === undefined && this.plan.observers.length === 0
    if (isUnobserved && !this.runtime.records) return this.#leaveIfOver()
    // What cut the answer off after its head was sent is in no answer, so it must be in the log.
    const cut = completed || reason === undefined ? undefined : describeThrown(reason)
    const { statusSent } = this.exchange
    const durationMs = this.runtime.now() - this.frame.startedAt
    const summary = summarise({ completed, bytes, durationMs, statusSent }, this.#outcome, cut)
    // Transports call from wherever the socket's events come. The frame is entered only for those who may ask for it.
    if (isUnobserved) this.end(summary, cut)
    else runInFrame(this.frame, end, this, summary, cut)
  }

  /** Tells everybody that it is over; in the frame, where somebody may ask for it. */
  end(summary: RequestSummary, cut: DescribedError | undefined): void {
    if (cut !== undefined) this.runtime.logError(this, cut)
    if (summary.aborted) this.frame.abort(cut?.error ?? new ClientClosedRequestError())
    for (const observe of this.plan.observers) {
      try {
        observe(this.ctx, summary)
      } catch (error) {
        this.ctx.log.error({ err: error }, 'A record middleware failed.')
      }
    }
    this.runtime.observe(this, summary)
    this.#leaveIfOver()
  }

  #release(completed: boolean): void {
    // Whoever was left running behind its answer still has its deadline.
    if (!completed || this.#running === 0) this.#disarm()
    if (!completed && !this.#isSent) this.#opening?.stop()
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.runtime.wheel.cancel(this.#timer)
  }

  /** The app ends and waits no longer. */
  cut(reason: unknown): void {
    if (this.#isSettled) this.frame.abort(reason)
    else this.exchange.reset(reason)
  }

  /** Answered and written, and no handler still at work: only now may the services of the request be closed. */
  #leaveIfOver(): void {
    if (!this.#isSettled || this.#running > 0) return
    this.#disarm()
    const disposed = this.#scope?.dispose()
    if (disposed === undefined) this.runtime.leave(this)
    else {
      disposed
        .catch((error: unknown) =>
          this.ctx.log.error({ err: error }, 'A request-scoped service failed to close.'),
        )
        .finally(() => this.runtime.leave(this))
    }
  }

  readBody(): Promise<Uint8Array> {
    return (this.#body ??= this.#wait?.whole() ?? this.exchange.readBody(this.plan.maxBodyBytes))
  }

  bodyStream(): AsyncIterable<Uint8Array> {
    if (this.#body !== undefined || this.#wait !== undefined)
      throw new InternalError('The body was read already: use either rawBody() or bodyStream().')
    this.#body = Promise.reject(
      new InternalError('The body is being read as a stream: use either rawBody() or bodyStream().'),
    )
    this.#body.catch(ignore)
    return this.exchange.bodyStream(this.plan.maxBodyBytes)
  }

  /** A request-scoped service, from a scope that is made when the first one is asked for. */
  resolve(target: unknown): unknown {
    this.#scope ??= this.runtime.injection.createScope(this.frame)
    return this.#scope.resolve(target)
  }
}

function expire(execution: Execution): void {
  execution.expire()
}

function overrun(execution: Execution): void {
  execution.overrun()
}

function end(execution: Execution, summary: RequestSummary, cut: DescribedError | undefined): void {
  execution.end(summary, cut)
}
