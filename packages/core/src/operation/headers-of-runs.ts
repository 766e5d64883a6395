// On the request path of plans with middleware that goes around the rest.
import { LaidHeaders } from '../route/index.ts'
import { copy, type Before, type Branch } from './branch.ts'
import type { OperationContext } from './plan.ts'

/** The rest of a plan that ran once more, and what came of it. */
interface Run {
  readonly branch: Branch
  /** How much it was told that had been said before it. */
  readonly known: number
  result: unknown
}

/** Nothing has come yet: an outcome is never this, nor is what was thrown. */
const NOTHING = Symbol('nothing')

/**
 * What the runs of the rest of a plan said of headers, and added: what counts is that of the one that is answered. Where none
 * is, since the middleware made an answer of its own, the one that began last counts.
 */
export class HeadersOfRuns {
  readonly #ctx: OperationContext
  /** How much had been said when the first run began, and when it was done: what lies between is its own. */
  #before = -1
  #after = -1
  #first: unknown = NOTHING
  #runs: Run[] | undefined = undefined

  constructor(ctx: OperationContext) {
    this.#ctx = ctx
  }

  /** The first run begins, on the context of the middleware. */
  beginFirst(): void {
    this.#before = this.#count
  }

  /** Another run begins. It knows what was said before the rest ran, and what the middleware said since. */
  begin(branch: Branch): void {
    const said = this.#own()
    if (said.length > 0) {
      branch.laid = new LaidHeaders()
      branch.laid.say(said)
    }
    ;(this.#runs ??= []).push({ branch, known: said.length, result: NOTHING })
  }

  /**
   * A run is done.
   *
   * @param branch - `undefined` for the first
   * @param result - its outcome, or what was thrown
   */
  end(branch: Branch | undefined, result: unknown): void {
    if (branch === undefined) {
      this.#after = this.#count
      this.#first = result
      return
    }
    const run = this.#runs?.find((one) => one.branch === branch)
    if (run !== undefined) run.result = result
  }

  /** The middleware is done, with an outcome or what was thrown. */
  answer(result: unknown, { later }: Before): void {
    if (this.#runs === undefined) return
    const execution = this.#ctx['~execution']
    const run = this.#runOf(result)
    if (run === undefined || !execution.root.isAnswering) return
    const said = [...this.#own(), ...(run.branch.laid?.said.slice(run.known) ?? [])]
    if (said.length > 0 || execution.laid !== undefined) (execution.responseHeaders as LaidHeaders).say(said)
    // What responds and records finds what made the answer.
    copy(run.branch.ctx, this.#ctx, later)
  }

  /** The run that is answered; `undefined` for the first. */
  #runOf(result: unknown): Run | undefined {
    const own = this.#runs?.findLast((one) => one.result === result)
    return own ?? (this.#first === result ? undefined : this.#runs?.at(-1))
  }

  get #count(): number {
    return this.#ctx['~execution'].laid?.said.length ?? 0
  }

  /** What was said by others than the first run. */
  #own(): LaidHeaders['said'] {
    const said = this.#ctx['~execution'].laid?.said ?? []
    if (this.#before === -1) return [...said]
    return [...said.slice(0, this.#before), ...(this.#after === -1 ? [] : said.slice(this.#after))]
  }
}
