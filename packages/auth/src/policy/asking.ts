// On the request path of rules: what a rule makes while it is asked must be in what it gives.
import { isCondition, type Condition } from '@keelson/core/conditions'

const kAsking = Symbol('asking')

/** One call of a rule. */
export class Asking {
  readonly #isJudging: boolean
  /** What is not part of another condition yet. */
  readonly #loose = new Set<unknown>()
  /** Whether the rule uses what another call has answered, of another record. */
  usesKept = false

  /** @param isJudging - whether comparisons are answered for a record, and not written */
  constructor(isJudging: boolean) {
    this.#isJudging = isJudging
  }

  /** Learns of a condition, and gives the one to use. */
  made(condition: Condition): Condition {
    if (!this.#isJudging && !isConstant(condition)) {
      this.#loose.add(condition)
      return condition
    }
    // Constants are shared: one that is omitted would be taken for one that is given.
    const own = Object.create(condition) as Condition & { [kAsking]?: Asking }
    if (this.#isJudging) own[kAsking] = this
    this.#loose.add(own)
    return own
  }

  /** Learns of a condition that has become part of another one, or is what the rule gives. */
  taken(condition: unknown): void {
    this.#loose.delete(condition)
    if (typeof condition !== 'object' || condition === null) return
    const { [kAsking]: asking = this } = condition as { readonly [kAsking]?: Asking }
    if (asking !== this) this.usesKept = true
  }

  /**
   * Whether a rule admits by less than it has compared: of `a && b` only `b` is left. The start finds that where it can follow the rule; this
   * finds it wherever a caller leads to it. A rule that refuses refuses.
   */
  admitsByLess(said: unknown): boolean {
    if (this.#loose.size === 0) return false
    if (!isCondition(said)) return said === true
    const { op } = said as Condition
    return op !== 'never' && op !== 'unknown'
  }
}

function isConstant({ op }: Condition): boolean {
  return op === 'always' || op === 'never' || op === 'unknown'
}
