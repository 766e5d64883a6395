// What the error of a driver is to those who called: the classes of errors.ts.
import { InsufficientStorageError } from '@keelson/core'
import type { DriverFailure } from '../adapter/index.ts'
import {
  ConnectionError,
  DatabaseBusyError,
  StatementError,
  StatementTimeoutError,
  TransactionConflictError,
  TransactionError,
} from '../errors.ts'
import { withoutValues } from './without-values.ts'
import { toViolation, type Where } from './violations.ts'

/** The class of each other kind. */
const CLASSES = {
  conflict: TransactionConflictError,
  busy: DatabaseBusyError,
  timeout: StatementTimeoutError,
  connection: ConnectionError,
  authentication: ConnectionError,
  'no-database': ConnectionError,
  'read-only': TransactionError,
} as const

/** The error for a failure of the driver. Its cause is the driver's own, for the log. */
export function toDatabaseError(thrown: unknown, failure: DriverFailure, where: Where): Error {
  const cause = withoutValues(thrown, failure.message)
  switch (failure.kind) {
    case 'unique':
    case 'foreign-key':
    case 'not-null':
    case 'check':
      return toViolation(cause, failure, where)
    case 'stale-plan':
      return toStale(cause, where)
    case 'full':
      return new InsufficientStorageError(`${where.place}: ${failure.message}`, { cause })
    case 'cancelled':
    case 'value':
    case 'syntax':
    case 'other':
      return new StatementError({ message: `${where.place}: ${failure.message}`, cause })
    default:
      return new CLASSES[failure.kind]({ message: `${where.place}: ${failure.message}`, cause })
  }
}

const stale = new WeakSet<object>()

/** Whether a transaction failed since tables were changed after its statement was prepared: it is not anybody's conflict. */
export function isStalePlan(error: unknown): boolean {
  return typeof error === 'object' && error !== null && stale.has(error)
}

function toStale(cause: unknown, { place }: Where): Error {
  const message = `${place}: its table was changed after the statement was prepared; it is prepared anew.`
  const error = new TransactionConflictError({ message, cause })
  stale.add(error)
  return error
}
