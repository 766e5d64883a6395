// On the request path of plans with `wrap` middleware.
import { LaidHeaders } from '../route/index.ts'
import { copy, type Before, type Branch } from './branch.ts'
import type { OperationContext } from './plan.ts'

/** A further run of the rest of a plan, and its result. */
interface Run {
  readonly branch: Branch
  /** Number of headers that it was given at its beginning. */
  readonly known: number
  result: unknown
}

/** No result yet: neither an outcome nor a thrown value is ever this. */
const NOTHING = Symbol('nothing')

/**
 * The headers that runs of the rest of a plan have set, and the names that they added. Those of the run whose result is the
 * answer count; if the middleware made its own answer, those of the run that began last.
 */
export class HeadersOfRuns {
  readonly #ctx: OperationContext
  /** Number of headers when the first run began, and when it was done: those between are its own. */
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

  /** Another run begins. It gets the headers from before the first run, and those that the middleware has set since. */
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
    // The stages respond and record see the names of the run that made the answer.
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

  /** Headers that the first run did not set. */
  #own(): LaidHeaders['said'] {
    const said = this.#ctx['~execution'].laid?.said ?? []
    if (this.#before === -1) return [...said]
    return [...said.slice(0, this.#before), ...(this.#after === -1 ? [] : said.slice(this.#after))]
  }
}
