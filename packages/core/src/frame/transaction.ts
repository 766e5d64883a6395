// On the request path: each query asks for the transaction that it is part of.
import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './shared.ts'

/**
 * A transaction as all see it who do not run it: where packages that know nothing of each other meet. A cache asks it to be
 * told of the commit, whatever database it is of.
 */
export interface TransactionScope {
  /** Of the database or the savepoint; for messages. */
  readonly name: string
  /** Whose transaction it is, for {@link currentTransaction}; compared by identity. */
  readonly owner?: unknown
  /** Has work done once the transaction has committed, outside of any transaction; never, when it is rolled back. */
  afterCommit(work: () => unknown): void
  /** Has work done once the transaction was rolled back, outside of any transaction; never, when it commits. */
  afterRollback(work: () => unknown): void
}

/** A transaction and those around it. */
export interface Entered {
  readonly scope: TransactionScope
  readonly outer: Entered | undefined
}

// Not a slot of the frame: one transaction may be around several requests that are dispatched in process, and work that
// leaves its transaction stays in its frame.
const storage = shared('transactions', () => new AsyncLocalStorage<Entered | undefined>())

/**
 * Runs a function within a transaction; whatever it starts is within it, too. The caller's is back afterwards. To commit and
 * to roll back is for who calls it: see {@link createTransactionScope}.
 *
 * @returns what the function returns
 */
export function runInTransaction<T>(scope: TransactionScope, work: () => T): T {
  return storage.run({ scope, outer: storage.getStore() }, work)
}

/** Runs a function outside of any transaction, in the same frame. */
export function runOutsideTransaction<TArgs extends readonly unknown[], TResult>(
  fn: (...args: TArgs) => TResult,
  ...args: TArgs
): TResult {
  return storage.run(undefined, fn, ...args)
}

/** The transactions around the calling code, for {@link runInTransactionsSince}; undefined outside of any. */
export function transactionsAround(): Entered | undefined {
  return storage.getStore()
}

/** Runs a function within the transactions that were entered since, and outside of those that were around it then. */
export function runInTransactionsSince<T>(around: Entered | undefined, work: () => T): T {
  return storage.run(enteredSince(storage.getStore(), around), work)
}

function enteredSince(entered: Entered | undefined, around: Entered | undefined): Entered | undefined {
  if (entered === undefined || entered === around) return undefined
  return { scope: entered.scope, outer: enteredSince(entered.outer, around) }
}

/**
 * The transaction that the calling code is part of; undefined outside of any.
 *
 * @param owner - whose transaction is asked for, where one of another database may be within it; left out, it is the innermost
 */
export function currentTransaction(owner?: unknown): TransactionScope | undefined {
  let entered = storage.getStore()
  if (owner !== undefined)
    while (entered !== undefined && entered.scope.owner !== owner) entered = entered.outer
  return entered?.scope
}

/**
 * Does work when what was done so far is there to stay: after the commit of the transaction around the calling code, or at
 * once where there is none. Never, when the transaction is rolled back.
 *
 * @returns without a transaction, what becomes of the work; within one it resolves at once, since the work is yet to come,
 *   and who runs the transaction is told of its failure
 * @example
 * await db.orders.close(id)
 * await afterCommit(() => cache.invalidate(`order:${id}`))
 */
export async function afterCommit(work: () => unknown): Promise<void> {
  const scope = currentTransaction()
  if (scope === undefined) await work()
  else scope.afterCommit(work)
}
