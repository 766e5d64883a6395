// Errors that have failed a transaction already: code within it that nobody awaits rejects with them once more.
import { shared } from './shared.ts'
import { currentTransaction } from './transaction.ts'

const noted = shared('transaction errors', () => new WeakSet<object>())

/**
 * Notes, by a package that runs transactions, that an error has failed the transaction around the calling code, or refused what came
 * after its end. Where code within the transaction that nobody awaits rejects with it, an app that listens logs that, and the process
 * goes on: the transaction has told it to those who wait for that.
 *
 * @example
 * const error = new Error('The transaction is over.')
 * noteTransactionError(error)
 */
export function noteTransactionError(error: unknown): void {
  if (typeof error === 'object' && error !== null) noted.add(error)
}

/** Whether code within a transaction has rejected with what had failed that already. Asked in the context of the rejection. */
export function isToldByTransaction(error: unknown): boolean {
  return typeof error === 'object' && error !== null && noted.has(error) && currentTransaction() !== undefined
}
