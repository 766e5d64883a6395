// On the request path while a transaction has invalidated something: what it must not read from the cache until it has ended.
import { currentTransactions, type TransactionScope } from '@keelson/core/frames'

/** What transactions that are open have invalidated. */
export class TransactionMarks {
  readonly #marks = new WeakMap<TransactionScope, Set<string>>()
  /** How many of them there are. */
  open = 0

  /**
   * Notes what the transaction around has invalidated, and does the work when that is final: after the commit of each transaction around,
   * since nobody knows whose data it was about.
   *
   * @returns false outside of any transaction
   */
  defer(marks: readonly string[], work: () => Promise<void>): boolean {
    const around = currentTransactions()
    const outermost = around.at(-1)
    if (outermost === undefined) return false
    // A savepoint hands its work up; what has no owner may be one.
    const owners = new Set<unknown>()
    for (const scope of around) {
      if (scope.owner !== undefined && owners.has(scope.owner)) continue
      owners.add(scope.owner)
      scope.afterCommit(work)
    }
    this.#mark(outermost, marks)
    return true
  }

  /** What the transaction around has invalidated; undefined for nothing. Of a savepoint that was rolled back it stays: reads pass the cache by. */
  current(): ReadonlySet<string> | undefined {
    if (this.open === 0) return undefined
    const outermost = currentTransactions().at(-1)
    return outermost === undefined ? undefined : this.#marks.get(outermost)
  }

  #mark(outermost: TransactionScope, marks: readonly string[]): void {
    let marked = this.#marks.get(outermost)
    if (marked === undefined) {
      marked = new Set()
      this.#marks.set(outermost, marked)
      this.open++
      const end = (): void => {
        this.open--
        this.#marks.delete(outermost)
      }
      outermost.afterCommit(end)
      outermost.afterRollback(end)
    }
    for (const mark of marks) marked.add(mark)
  }
}

/** The mark of a single key. */
export function keyMark(namespace: string, key: string): string {
  return `\u0001${namespace}:${key}`
}
