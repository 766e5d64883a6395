// On the path of each query that fails: what is known of a statement whose connection was lost.
import type { DriverFailure, Statement } from '../adapter/index.ts'
import { OutcomeUnknownError } from '../errors.ts'
import type { Query } from './contract.ts'

/**
 * Statements that the server undoes as a whole when they fail: those of rows. A procedure may commit in its middle, and DDL may leave a part.
 * A text that begins otherwise, with a comment for example, is not known to be one.
 */
const OF_ROWS = /^\s*(?:select|insert|update|delete|replace|merge|with|values)\b/i

/** Whether nothing is left of a statement by itself that has failed. */
export function isUndoneWhole({ text }: Statement): boolean {
  return OF_ROWS.test(text)
}

/** Whether a statement by itself may have been done, which nothing rolls back: its answer was lost. */
export function mayBeDone({ statement, needsColumns = false }: Query, failure: DriverFailure): boolean {
  if (failure.kind !== 'connection' || statement.isRead) return false
  // What has failed may be the question for the origins of its columns.
  return failure.isUndone !== true || needsColumns || !isUndoneWhole(statement)
}

/** What the caller of such a statement gets. */
export function unknownOutcome({ label }: Query, place: string, cause: Error): Error {
  const message = `${label}: the connection to ${place} was lost before the answer came: the statement was done or was not, or the server is still at it.`
  return new OutcomeUnknownError({ message, cause })
}
