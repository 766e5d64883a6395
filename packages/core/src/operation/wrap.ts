// On the request path of plans with `wrap` middleware.
import { ignore, isPromise } from '../errors/index.ts'
import { transactionsAround } from '../frame/index.ts'
import { checkValue, isReply, type AnyMiddleware, type Next, type Outcome } from '../route/index.ts'
import { Branch, runBranch, type Before } from './branch.ts'
import { currentWork } from './detach.ts'
import { replyOutcome } from './free-outcome.ts'
import { HeadersOfRuns } from './headers-of-runs.ts'
import { inTime, logLateFailure } from './late-result.ts'
import { PipelineOutcome } from './pipeline-outcome.ts'
import type { OperationContext, Tail } from './plan.ts'
import { discardValue, prepare } from './prepare.ts'

/** What a middleware wraps. */
export interface Wrapped {
  readonly rest: Tail
  readonly before: Before
}

/** A middleware's `wrap` around what comes after it. */
export function wrapTail(middleware: AnyMiddleware, wrapped: Wrapped): Tail {
  const wrap = middleware.wrap as (ctx: unknown, next: Next) => unknown
  const { name } = middleware
  return (ctx) => {
    const run = new WrapRun(ctx, name, wrapped)
    let result: unknown
    try {
      result = wrap(ctx, run.toNext())
    } catch (error) {
      run.end(error)
      throw error
    }
    if (!isPromise(result)) return run.answer(result)
    return Promise.resolve(result).then(
      (outcome) => run.answer(outcome),
      (error: unknown) => {
        run.end(error)
        throw error
      },
    )
  }
}

const TWICE = 'next() twice; to run the rest once more, call next.again()'
const AFTERWARDS = 'next() after it had answered'
const AGAIN_AFTERWARDS = 'next.again() after it had answered; within ctx.detach() it may'

/** A `wrap` for one call, and what it runs. */
class WrapRun {
  readonly #ctx: OperationContext
  readonly #name: string
  readonly #wrapped: Wrapped
  #rest: Promise<Outcome> | undefined = undefined
  #isRestDone = false
  /** Made with the first run: a middleware may answer without any. */
  #runs: HeadersOfRuns | undefined = undefined
  /** Runs of `next.again` that are not done. */
  #more: Set<Promise<Outcome>> | undefined = undefined
  #isOver = false
  readonly #transactions = transactionsAround()

  constructor(ctx: OperationContext, name: string, wrapped: Wrapped) {
    this.#ctx = ctx
    this.#name = name
    this.#wrapped = wrapped
  }

  toNext(): Next {
    const next: Next = () => this.#next()
    next.again = () => this.#again()
    return next
  }

  get #headers(): HeadersOfRuns {
    return (this.#runs ??= new HeadersOfRuns(this.#ctx))
  }

  #next(): Promise<Outcome> {
    if (this.#rest !== undefined || this.#isOver) return this.#refuse(this.#isOver ? AFTERWARDS : TWICE)
    const { rest } = this.#wrapped
    this.#headers.beginFirst()
    this.#rest = inTime(this.#ctx, rest, () => !this.#isOver)
    return this.#watch(this.#rest)
  }

  #again(): Promise<Outcome> {
    const { root } = this.#ctx['~execution']
    const work = currentWork(root)
    if (work === undefined ? this.#isOver : work.isOver) return this.#refuse(AGAIN_AFTERWARDS)
    const owner = work ?? root
    const { rest, before } = this.#wrapped
    const branch = new Branch(this.#ctx, owner, before)
    if (work === undefined) this.#headers.begin(branch)
    const begun = runBranch(branch, { owner, transactions: this.#transactions }, rest)
    if (work !== undefined) {
      const run = withHeaders(begun, branch)
      work.hold(run)
      return run
    }
    ;(this.#more ??= new Set()).add(begun)
    return this.#watch(begun, branch)
  }

  /**
   * A middleware may ignore a failure of the rest. A failure after the middleware has ended is logged, and must not end the
   * process.
   */
  #watch(begun: Promise<Outcome>, branch?: Branch): Promise<Outcome> {
    begun.then(
      (outcome) => {
        this.#done(begun)
        this.#headers.end(branch, outcome)
        const value = (outcome as PipelineOutcome)['~value']
        if (this.#isOver) discardValue(value)
        else this.#ctx['~execution'].keep(value)
      },
      (error: unknown) => {
        this.#done(begun)
        this.#headers.end(branch, error)
        if (this.#isOver && error !== this.#ctx.frame.abortReason) logLateFailure(this.#ctx, error)
      },
    )
    return begun
  }

  #done(begun: Promise<Outcome>): void {
    if (begun === this.#rest) this.#isRestDone = true
    else this.#more?.delete(begun)
  }

  /** The middleware has given an outcome. */
  answer(outcome: unknown): PipelineOutcome {
    this.end(outcome)
    return prepare(assertOutcome(outcome, this.#name))
  }

  /** The middleware has answered. The call waits for what it left running. */
  end(result: unknown): void {
    this.#isOver = true
    this.#runs?.answer(result, this.#wrapped.before)
    if (this.#rest !== undefined && !this.#isRestDone) this.#leave(this.#rest)
    if (this.#more !== undefined) for (const one of this.#more) this.#leave(one)
  }

  #leave(running: Promise<Outcome>): void {
    this.#ctx['~execution'].leaveRunning(this.#name, running)
  }

  /** Refuses a second call, or one after the middleware has answered. */
  #refuse(what: string): Promise<never> {
    const refusal = new Error(`Middleware ${this.#name} called ${what}.`)
    if (what !== TWICE) logLateFailure(this.#ctx, refusal)
    const refused = Promise.reject(refusal)
    refused.catch(ignore)
    return refused
  }
}

/** Nothing that a run says by `ctx.responseHeaders` within detached work is answered: it stands in the outcome. */
async function withHeaders(begun: Promise<Outcome>, branch: Branch): Promise<Outcome> {
  const outcome = await begun
  branch.laid?.layUnder(outcome.headers)
  return outcome
}

/** Takes the result of a middleware, which must be an outcome of the pipeline or a reply. */
export function assertOutcome(outcome: unknown, name: string): PipelineOutcome {
  if (outcome instanceof PipelineOutcome) return outcome
  if (isReply(outcome)) return replyOutcome(outcome)
  checkValue(outcome)
  throw new TypeError(`Middleware ${name} did not return an outcome: return the one it got, or a reply.`)
}
