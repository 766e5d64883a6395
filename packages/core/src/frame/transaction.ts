// On the request path: each query reads its transaction.
import { AsyncLocalStorage } from 'node:async_hooks'
import { shared } from './shared.ts'

/**
 * A transaction, for code that does not run it, so that packages need not know each other: a cache waits for the commit
 * of any database.
 */
export interface TransactionScope {
  /** Name of the database or the savepoint, for messages. */
  readonly name: string
  /** The owner of the transaction, for {@link currentTransaction}; compared by identity. */
  readonly owner?: unknown
  /** Does work after the transaction has committed, outside of any transaction; never when it is rolled back. */
  afterCommit(work: () => unknown): void
  /** Does work after the transaction was rolled back, outside of any transaction; never when it commits. */
  afterRollback(work: () => unknown): void
  /**
   * Does work when nobody knows whether it has committed, since its connection was lost meanwhile, outside of any transaction; never when it
   * commits or is rolled back. For what is right in both cases, such as dropping what a cache keeps.
   */
  afterUnknown(work: () => unknown): void
}

/** A transaction and those around it. */
export interface Entered {
  readonly scope: TransactionScope
  readonly outer: Entered | undefined
}

// Not a slot of the frame: one transaction may be around several requests dispatched in the process, and work that
// leaves its transaction stays in its frame.
const storage = shared('transactions', () => new AsyncLocalStorage<Entered | undefined>())

/**
 * Runs a function within a transaction; what it starts is within it, too. Afterwards the caller's is current again. The
 * caller commits and rolls back: see {@link createTransactionScope}.
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

/** Runs a function within the transactions that were entered since then, and outside of those that were around it then. */
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
 * @param owner - the owner of the transaction, where one of another database may be within it. Default: the innermost transaction
 */
export function currentTransaction(owner?: unknown): TransactionScope | undefined {
  let entered = storage.getStore()
  if (owner !== undefined)
    while (entered !== undefined && entered.scope.owner !== owner) entered = entered.outer
  return entered?.scope
}

/**
 * All transactions that the calling code is part of, savepoints included, the innermost first; empty outside of any. For packages that keep
 * something until changes are final, which those of another database around may undo.
 */
export function currentTransactions(): readonly TransactionScope[] {
  const scopes: TransactionScope[] = []
  for (let entered = storage.getStore(); entered !== undefined; entered = entered.outer)
    scopes.push(entered.scope)
  return scopes
}

/**
 * Does work when earlier changes are final: after the commit of the transaction around the calling code, or at
 * once outside of any. Never when the transaction is rolled back.
 *
 * @returns outside of a transaction, resolves when the work has ended; within one it resolves at once, and a failure of
 *   the work goes to `onError` of the scope
 * @example
 * await db.orders.close(id)
 * await afterCommit(() => mail.send('The order is closed.'))
 */
export async function afterCommit(work: () => unknown): Promise<void> {
  const scope = currentTransaction()
  if (scope === undefined) await work()
  else scope.afterCommit(work)
}
