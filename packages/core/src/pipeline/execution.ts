// On the request path: one request from its plan to its settled answer.
import { ClientClosedRequestError, describeThrown, type DescribedError, GatewayTimeoutError, InternalError, NotImplementedError } from '../errors/index.ts'
import type { DeadlineTarget, Frame, TimerEntry } from '../frame/index.ts'
import { bindLogger, type Logger } from '../log/index.ts'
import type { Outcome, RequestSummary } from '../routing/index.ts'
import { discardBody, TakeOver, toBody } from './body.ts'
import type { Exchange, ResponseBody, Served } from './contract.ts'
import { errorOutcome, PipelineOutcome } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { RequestContext } from './request-context.ts'
import type { PipelineRuntime, RequestScope } from './runtime.ts'
import { assertOutcome } from './steps.ts'

/** One request being served. Holds its state; the context shows the part that users see. */
export class Execution implements Served, DeadlineTarget {
  readonly runtime: PipelineRuntime
  readonly exchange: Exchange
  readonly plan: Plan
  readonly frame: Frame
  readonly ctx: RequestContext
  /** What a transport found wrong before there was a route; thrown by the refusal plan. */
  readonly refusal: unknown
  #outcome: PipelineOutcome | undefined = undefined
  #timer: TimerEntry | undefined = undefined
  #body: Promise<Uint8Array> | undefined = undefined
  #scope: RequestScope | undefined = undefined
  #isRunning = true
  #isAnswered = false
  #isSettled = false

  constructor(runtime: PipelineRuntime, exchange: Exchange, plan: Plan, frame: Frame, values: readonly string[], refusal?: unknown) {
    this.runtime = runtime
    this.exchange = exchange
    this.plan = plan
    this.frame = frame
    this.refusal = refusal
    this.ctx = new plan.Context(this, toParams(plan.paramNames, values))
  }

  get startedAt(): number {
    return this.frame.startedAt
  }

  get label(): string {
    return this.plan.name ?? `${this.exchange.method} ${this.exchange.path}`
  }

  /** Whether nothing of it is left to wait for: answered and written, and no handler still at work. */
  get isOver(): boolean {
    return this.#isSettled && !this.#isRunning
  }

  /** Runs the plan and answers. Never throws. */
  run(): void {
    let outcome: Outcome | Promise<Outcome>
    try {
      outcome = this.plan.run(this.ctx)
    } catch (error) {
      this.#finish(this.#render(error))
      return
    }
    if (outcome instanceof Promise) {
      this.#arm()
      outcome.then(
        (settled) => this.#finish(settled as PipelineOutcome),
        (error: unknown) => this.#finish(this.#render(error)),
      )
    } else this.#finish(outcome as PipelineOutcome)
  }

  #arm(): void {
    const { deadlineMs } = this.plan
    if (deadlineMs === 0 || this.#timer !== undefined || this.#isSettled) return
    this.#timer = this.runtime.wheel.add(this.frame.remainingMs(this.runtime.now()), this)
  }

  /** The deadline has passed: 504 before the first byte, a broken connection after it. */
  onDeadline(): void {
    if (this.#isSettled) return
    const error = new GatewayTimeoutError(`The request took longer than ${this.plan.deadlineMs} ms.`, { expose: true })
    this.frame.abort(error)
    if (this.#isAnswered) this.exchange.reset(error)
    else this.#answer(this.#render(error))
  }

  #finish(outcome: PipelineOutcome): void {
    this.#isRunning = false
    if (this.#isAnswered || this.#isSettled) {
      this.#discardLate(outcome)
      if (this.#isSettled) this.runtime.leave(this)
      return
    }
    this.#answer(outcome)
  }

  #discardLate(outcome: PipelineOutcome): void {
    const { described } = outcome
    if (described === undefined) {
      this.ctx.log.warn({ event: 'late-result', status: outcome.status }, 'A handler finished after its request was answered.')
    } else if (!this.frame.isAborted || described.logLevel === 'error') {
      this.ctx.log.warn({ event: 'late-result', err: described.error }, 'A handler failed after its request was answered.')
    }
    discardBody(outcome.value as ResponseBody)
  }

  #answer(outcome: PipelineOutcome): void {
    this.#isAnswered = true
    const { transforms } = this.plan
    if (transforms.length === 0) this.#send(outcome)
    else this.#transform(outcome, 0)
  }

  /** Applies the respond stage. A transform that fails is answered with its error, which the later ones still see. */
  #transform(outcome: PipelineOutcome, from: number): void {
    const { transforms } = this.plan
    let current = outcome
    for (let i = from; i < transforms.length; i++) {
      try {
        const result = (transforms[i] as (typeof transforms)[number])(this.ctx, current)
        if (result instanceof Promise) {
          this.#arm()
          result.then(
            (next) => this.#transform(this.#checked(next, i), i + 1),
            (error: unknown) => this.#transform(this.#render(error), i + 1),
          )
          return
        }
        current = this.#checked(result, i)
      } catch (error) {
        current = this.#render(error)
      }
    }
    this.#send(current)
  }

  #checked(outcome: Outcome, at: number): PipelineOutcome {
    if (outcome instanceof PipelineOutcome) return outcome
    try {
      return assertOutcome(outcome, this.plan.transformNames[at] as string)
    } catch (error) {
      return this.#render(error)
    }
  }

  #send(outcome: PipelineOutcome): void {
    if (this.#isSettled) return discardBody(outcome.value as ResponseBody)
    if (outcome.value instanceof TakeOver) return this.#takeOver(outcome, outcome.value)
    let final = outcome
    let body: ResponseBody
    try {
      body = toBody(final)
    } catch (error) {
      final = this.#render(error)
      body = final.value as string
    }
    this.#outcome = final
    const { headers } = final
    const { requestIdHeader } = this.runtime
    if (requestIdHeader !== undefined) headers.flat.push(requestIdHeader, this.frame.id)
    if (this.exchange.method === 'HEAD') body = this.#dropBody(final, body)
    else if (typeof body === 'object' && !(body instanceof Uint8Array)) this.#arm()
    this.exchange.respond(final.status, headers, body)
  }

  #takeOver(outcome: PipelineOutcome, { run }: TakeOver): void {
    if (this.exchange.takeOver === undefined) {
      return this.#send(this.#render(new NotImplementedError('This handler needs a Node.js server.')))
    }
    this.#outcome = outcome
    this.#arm()
    const { requestIdHeader } = this.runtime
    if (requestIdHeader !== undefined) outcome.headers.set(requestIdHeader, this.frame.id)
    this.exchange.takeOver(outcome.headers, run)
  }

  #dropBody({ headers, status }: PipelineOutcome, body: ResponseBody): undefined {
    if (typeof body === 'string' || body instanceof Uint8Array) headers.set('content-length', Buffer.byteLength(body))
    else if (body === undefined && status !== 204 && status !== 304) headers.set('content-length', 0)
    else discardBody(body)
  }

  #render(error: unknown): PipelineOutcome {
    const outcome = errorOutcome(error, this.plan.errorFormat, this.frame.id)
    if (outcome.described?.isExpected === false) this.runtime.logError(this, outcome.described)
    return outcome
  }

  settle(completed: boolean, bytes: number, reason?: unknown): void {
    if (this.#isSettled) return
    this.#isSettled = true
    if (this.#timer !== undefined) this.runtime.wheel.cancel(this.#timer)
    // What cut the answer off after its head was sent is in no answer, so it must be in the log.
    const cut = completed || reason === undefined ? undefined : describeThrown(reason)
    if (cut !== undefined) this.runtime.logError(this, cut)
    if (!completed) this.frame.abort(reason ?? new ClientClosedRequestError())
    this.#observe(this.#summarise(completed, bytes, cut))
    this.#disposeScope()
    if (!this.#isRunning) this.runtime.leave(this)
  }

  #summarise(completed: boolean, bytes: number, cut: DescribedError | undefined): RequestSummary {
    const outcome = this.#outcome
    const isGone = !completed && cut === undefined
    return {
      status: isGone || outcome === undefined ? 499 : outcome.status,
      durationMs: this.runtime.now() - this.frame.startedAt,
      bytes,
      errorCode: isGone ? ClientClosedRequestError.code : (cut?.code ?? outcome?.errorCode),
      error: cut?.error ?? outcome?.error,
      aborted: !completed,
    }
  }

  #observe(summary: RequestSummary): void {
    for (const observe of this.plan.observers) {
      try {
        observe(this.ctx, summary)
      } catch (error) {
        this.runtime.log.error({ err: error }, 'A record middleware failed.')
      }
    }
    this.runtime.observe(this, summary)
  }

  bindLog(): Logger {
    return bindLogger(this.runtime.log, this.frame)
  }

  readBody(): Promise<Uint8Array> {
    return (this.#body ??= this.exchange.readBody(this.plan.maxBodyBytes))
  }

  bodyStream(): AsyncIterable<Uint8Array> {
    if (this.#body !== undefined) throw new InternalError('The body was read already: use either rawBody() or bodyStream().')
    this.#body = Promise.reject(new InternalError('The body is being read as a stream: use either rawBody() or bodyStream().'))
    this.#body.catch(() => undefined)
    return this.exchange.bodyStream(this.plan.maxBodyBytes)
  }

  /** A request-scoped service, from a scope that is made when the first one is asked for. */
  resolve(target: unknown): unknown {
    this.#scope ??= this.runtime.injection.createScope(this.frame)
    return this.#scope.resolve(target)
  }

  #disposeScope(): void {
    const disposed = this.#scope?.dispose()
    if (disposed === undefined) return
    disposed.catch((error: unknown) => this.runtime.log.error({ err: error }, 'A request-scoped service failed to close.'))
  }
}

const NO_PARAMS: { readonly [name: string]: string } = Object.freeze({})

function toParams(names: readonly string[], values: readonly string[]): { readonly [name: string]: string } {
  if (names.length === 0) return NO_PARAMS
  const params: Record<string, string> = {}
  for (let i = 0; i < names.length; i++) params[names[i] as string] = values[i] as string
  return params
}
