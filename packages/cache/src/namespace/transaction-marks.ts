// On the request path while a transaction has invalidated something: what it must not read from the cache until it has ended.
import { currentTransactions, type TransactionScope } from '@keelson/core/frames'
import type { Repeats } from './repeats.ts'

/** What an open transaction leaves for its end. */
interface Open {
  readonly marks: Set<string>
  /** Called at the end, before anything that waits for it. */
  readonly ends: (() => void)[]
}

/** A write that waits for the commit. */
interface DeferredWrite {
  readonly write: () => Promise<void>
  /** Instead, where nobody knows whether a transaction around has committed. */
  readonly drop: () => Promise<void>
  /** Called when the outermost ends, before the work of any. */
  readonly onEnd: () => void
}

/** What transactions that are open have invalidated. */
export class TransactionMarks {
  readonly #open = new WeakMap<TransactionScope, Open>()
  readonly #repeats: Repeats
  /** How many of them there are. */
  open = 0

  constructor(repeats: Repeats) {
    this.#repeats = repeats
  }

  /** Now, and once more when a server that was lost may have committed. */
  #doAgain(work: () => Promise<void>): Promise<void> {
    this.#repeats.add(work)
    return work()
  }

  /**
   * Notes what the transaction around has invalidated, and does the work when that is final: after the commit of each transaction around,
   * since nobody knows whose data it was about, and where nobody knows whether one has.
   *
   * @returns false outside of any transaction
   */
  defer(marks: readonly string[], work: () => Promise<void>): boolean {
    const around = currentTransactions()
    const outermost = around.at(-1)
    if (outermost === undefined) return false
    this.#enter(outermost, marks)
    for (const scope of apart(around)) {
      scope.afterCommit(work)
      // The change may be there, or be there later: one invalidation too many costs a miss.
      scope.afterUnknown(() => this.#doAgain(work))
    }
    return true
  }

  /**
   * Notes what the transaction around writes, and does the work once, when all transactions around have committed: its value may have been read in
   * any of them.
   */
  deferWrite(marks: readonly string[], { write, drop, onEnd }: DeferredWrite): void {
    const around = currentTransactions()
    this.#enter(around.at(-1) as TransactionScope, marks).ends.push(onEnd)
    const scopes = apart(around)
    let left = scopes.length
    for (const scope of scopes) {
      scope.afterCommit(() => (--left === 0 ? write() : undefined))
      scope.afterUnknown(() => this.#doAgain(drop))
    }
  }

  /** What the transaction around has invalidated; undefined for nothing. Of a savepoint that was rolled back it stays: reads pass the cache by. */
  current(): ReadonlySet<string> | undefined {
    if (this.open === 0) return undefined
    const outermost = currentTransactions().at(-1)
    return outermost === undefined ? undefined : this.#open.get(outermost)?.marks
  }

  #enter(outermost: TransactionScope, marks: readonly string[]): Open {
    let entered = this.#open.get(outermost)
    if (entered === undefined) {
      entered = { marks: new Set(), ends: [] }
      this.#open.set(outermost, entered)
      this.open++
      const { ends } = entered
      const end = (): void => {
        this.open--
        this.#open.delete(outermost)
        for (const one of ends) one()
      }
      // First of all that waits for its end.
      outermost.afterCommit(end)
      outermost.afterRollback(end)
      outermost.afterUnknown(end)
    }
    for (const mark of marks) entered.marks.add(mark)
    return entered
  }
}

/** One of each owner, the innermost: a savepoint hands its work up; what has no owner may be one. */
function apart(around: readonly TransactionScope[]): readonly TransactionScope[] {
  const owners = new Set<unknown>()
  return around.filter(({ owner }) => {
    if (owner !== undefined && owners.has(owner)) return false
    owners.add(owner)
    return true
  })
}

/** The mark of a single key. */
export function keyMark(namespace: string, key: string): string {
  return `\u0001${namespace}:${key}`
}
