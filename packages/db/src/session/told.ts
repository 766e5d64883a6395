import { noteTransactionError } from '@keelson/core/frames'

/** An error that its transaction has, so that nothing is lost where a function that nobody awaits rejects with it, too. */
export function told<E extends Error>(error: E): E {
  noteTransactionError(error)
  return error
}
