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
import type { Outcome, RequestSummary } from '../routing/index.ts'
import { BodyWait, PENDING, type BodyTail, type BodyWaiter } from './body-wait.ts'
import { discardValue, TakeOver, toBody } from './body.ts'
import type { Exchange, ResponseBody, Served } from './contract.ts'
import { logLateFailure, logLateOutcome } from './late-result.ts'
import { challenge, errorOutcome, PipelineOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { RequestContext } from './request-context.ts'
import type { PipelineRuntime, RequestScope } from './runtime.ts'
import { assertOutcome } from './steps.ts'

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
  /** The plan, from its first stage to its last before `respond`. */
  #isRunning = true
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
  }

  /** The deadline has passed. Called outside of any frame. */
  onDeadline(): void {
    if (!this.#isSettled) runInFrame(this.frame, expire, this)
  }

  /** 504 before the first byte, a broken connection after it. */
  expire(): void {
    this.#isExpired = true
    const error = new GatewayTimeoutError(`The request took longer than ${this.plan.deadlineMs} ms.`, {
      expose: true,
    })
    this.frame.abort(error)
    if (this.#isSent) this.exchange.reset(error)
    else this.#answer(this.#render(error))
  }

  #finish(outcome: PipelineOutcome): void {
    if (outcome === PENDING) return this.#arm()
    this.#isRunning = false
    if (!this.#isAnswered && !this.#isSettled) {
      this.#answer(outcome)
      return
    }
    logLateOutcome(this.ctx, outcome)
    discardValue(outcome.value)
    this.#leaveIfOver()
  }

  /** Nothing more comes of the plan. */
  fail(error: unknown): void {
    this.#isRunning = false
    if (!this.#isAnswered && !this.#isSettled) {
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
    if (this.#isExpired) discardValue(next.value)
    else this.#transform(next, at + 1)
  }

  #checked(outcome: Outcome, at: number): PipelineOutcome {
    const checked = assertOutcome(outcome, this.plan.transformNames[at] as string)
    if (checked !== outcome && checked.status === 401) challenge(checked.headers, this.plan.errors)
    return checked
  }

  /** An error in place of an outcome whose stream will not be sent. */
  #replace({ value }: PipelineOutcome, error: unknown): PipelineOutcome {
    discardValue(value)
    return this.#render(error)
  }

  #send(outcome: PipelineOutcome): void {
    if (this.#isSettled) return discardValue(outcome.value)
    this.#isSent = true
    if (outcome.value instanceof TakeOver) return this.#takeOver(outcome, outcome.value)
    let final = outcome
    let body: ResponseBody
    try {
      body = toBody(final)
    } catch (error) {
      final = this.#replace(outcome, error)
      body = final.value as string
    }
    this.#outcome = final
    const { headers } = final
    const { requestIdHeader } = this.runtime
    if (requestIdHeader !== undefined) headers.set(requestIdHeader, this.frame.id)
    if (this.exchange.method === 'HEAD') body = this.#dropBody(final, body)
    else if (typeof body === 'object' && !(body instanceof Uint8Array)) this.#arm()
    this.exchange.respond(final.status, headers, body)
  }

  #takeOver(outcome: PipelineOutcome, { run, maxBodyBytes }: TakeOver): void {
    if (this.exchange.takeOver === undefined) {
      return this.#send(this.#render(new NotImplementedError('This handler needs a Node.js server.')))
    }
    this.#outcome = outcome
    this.#arm()
    const { requestIdHeader } = this.runtime
    if (requestIdHeader !== undefined) outcome.headers.set(requestIdHeader, this.frame.id)
    this.exchange
      .takeOver(outcome.headers, run, maxBodyBytes)
      .catch((error: unknown) =>
        this.#isSettled ? logLateFailure(this.ctx, error) : this.#answer(this.#render(error)),
      )
  }

  #dropBody({ headers, status }: PipelineOutcome, body: ResponseBody): undefined {
    if (typeof body === 'string' || body instanceof Uint8Array)
      headers.set('content-length', Buffer.byteLength(body))
    else if (body !== undefined) discardValue(body)
    else if (status !== 204 && status !== 304 && !headers.has('content-length'))
      headers.set('content-length', 0)
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
    if (this.#timer !== undefined) this.runtime.wheel.cancel(this.#timer)
    const isUnobserved = completed && this.#scope === undefined && this.plan.observers.length === 0
    if (isUnobserved && !this.runtime.records) return this.#leaveIfOver()
    // What cut the answer off after its head was sent is in no answer, so it must be in the log.
    const cut = completed || reason === undefined ? undefined : describeThrown(reason)
    const summary = this.#summarise(completed, bytes, cut)
    // Transports call from wherever the socket's events come. The frame is entered only for those who may ask for it.
    if (isUnobserved) this.end(summary, cut)
    else runInFrame(this.frame, end, this, summary, cut)
  }

  #summarise(completed: boolean, bytes: number, cut: DescribedError | undefined): RequestSummary {
    const durationMs = this.runtime.now() - this.frame.startedAt
    if (!completed && cut === undefined) {
      return {
        status: 499,
        durationMs,
        bytes,
        errorCode: ClientClosedRequestError.code,
        error: undefined,
        aborted: true,
      }
    }
    // What cut the answer off counts, if anything did; else the answer as it was meant.
    const meant = this.#outcome?.described
    const { code: errorCode, error } = cut ?? meant ?? NO_ERROR
    const status = this.exchange.statusSent ?? this.#outcome?.status ?? cut?.status ?? 500
    return { status, durationMs, bytes, errorCode, error, aborted: !completed }
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

  /** Answered and written, and no handler still at work: only now may the services of the request be closed. */
  #leaveIfOver(): void {
    if (!this.#isSettled || this.#isRunning) return
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

function end(execution: Execution, summary: RequestSummary, cut: DescribedError | undefined): void {
  execution.end(summary, cut)
}

const NO_ERROR = { code: undefined, error: undefined }
const NO_PARAMS: { readonly [name: string]: string } = Object.freeze({})

function toParams(names: readonly string[], values: readonly string[]): { readonly [name: string]: string } {
  if (names.length === 0) return NO_PARAMS
  const params: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i] as string
  return params
}

function ignore(): void {}
