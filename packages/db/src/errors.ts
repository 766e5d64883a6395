// Errors of the package: those a client may see first, then those of the database, then those of the calling code.
import { defineError, FrameworkError, t, type ErrorDefinition } from '@keelson/core'

/** `ERR_DB_VALUE`, 400: a value that its column does not take. Its details name the property, never the value. */
export const InvalidValueError = defineError('ERR_DB_VALUE', {
  name: 'InvalidValueError',
  status: 400,
  title: 'A property does not take its value',
  details: t.Object({ property: t.String(), expected: t.String() }),
})

/** `ERR_DB_STALE`, 409: the record was changed or deleted since it was loaded. Load it again and decide anew. */
export const StaleRecordError = defineError('ERR_DB_STALE', {
  name: 'StaleRecordError',
  status: 409,
  title: 'The record was changed meanwhile',
})

/** `ERR_DB_CONFLICT`, 503: a deadlock, or transactions that could not be one after the other, after the last retry. */
export const TransactionConflictError = defineError('ERR_DB_CONFLICT', {
  name: 'TransactionConflictError',
  status: 503,
  title: 'Another transaction was in the way',
})

/** `ERR_DB_BUSY`, 503: no connection, lock or writer was free in time. Its message says who holds them, where that is known. */
export const DatabaseBusyError = defineError('ERR_DB_BUSY', {
  name: 'DatabaseBusyError',
  status: 503,
  title: 'The database is busy',
})

/** `ERR_DB_CONNECTION`, 503: the database cannot be reached, or the connection was lost and nothing was changed. */
export const ConnectionError = defineError('ERR_DB_CONNECTION', {
  name: 'ConnectionError',
  status: 503,
  title: 'The database cannot be reached',
})

/** `ERR_DB_TIMEOUT`, 503: a statement took longer than the server may let it. */
export const StatementTimeoutError = defineError('ERR_DB_TIMEOUT', {
  name: 'StatementTimeoutError',
  status: 503,
  title: 'The database took too long',
})

/** `ERR_DB_OUTCOME_UNKNOWN`, 500: the connection was lost before the answer to COMMIT, or to a write outside of a transaction: its changes are all there, or none. */
export const OutcomeUnknownError = defineError('ERR_DB_OUTCOME_UNKNOWN', {
  name: 'OutcomeUnknownError',
  status: 500,
  title: 'Whether the changes were made is not known',
})

/** What a constraint of the database refused. */
export interface ConstraintViolation {
  /** Name of the constraint; empty where nothing tells it. */
  readonly constraint: string
  /** The table that has it: of a foreign key the one that refers. Empty where nothing tells it. */
  readonly table: string
  /** Properties; empty where nothing tells them, as for a row that other tables refer to. */
  readonly columns: readonly string[]
}

/** What `new` takes for a violation. */
export interface ViolationInit {
  /** What happened this time, for logs. */
  readonly message: string
  /** The constraint, and what it is on. */
  readonly violation: ConstraintViolation
  /** The error of the driver. */
  readonly cause?: unknown
}

/** The class of one kind of violations: as `defineError` makes it, with what the database refused. */
export interface ViolationClass<TCode extends string> extends ErrorDefinition<TCode, undefined, 500> {
  new (init: ViolationInit): FrameworkError<TCode, undefined> & { readonly violation: ConstraintViolation }
}

function violationError<const TCode extends string>(code: TCode, title: string): ViolationClass<TCode> {
  return class extends defineError(code, { status: 500, title }) {
    readonly violation: ConstraintViolation
    constructor({ violation, ...init }: ViolationInit) {
      super(init)
      this.violation = violation
    }

    /** For logs: the names of what was violated, and no values. */
    override toJSON(): ReturnType<FrameworkError<TCode>['toJSON']> & {
      readonly violation: ConstraintViolation
    } {
      return { ...super.toJSON(), violation: this.violation }
    }
  }
}

/** `ERR_DB_UNIQUE`, 500: two rows would have the same key. Declare what it means: `.unique(EmailTaken)`. Clients see no names. */
export class UniqueViolationError extends violationError(
  'ERR_DB_UNIQUE',
  'A unique constraint was violated',
) {}

/** `ERR_DB_FOREIGN_KEY`, 500: a row refers to one that is not there, or one that others refer to would be deleted. */
export class ForeignKeyViolationError extends violationError(
  'ERR_DB_FOREIGN_KEY',
  'A foreign key was violated',
) {}

/** `ERR_DB_NOT_NULL`, 500: a column that needs a value has none. */
export class NotNullViolationError extends violationError('ERR_DB_NOT_NULL', 'A column needs a value') {}

/** `ERR_DB_CHECK`, 500: a row violates a CHECK of its table. */
export class CheckViolationError extends violationError('ERR_DB_CHECK', 'A check was violated') {}

/** `ERR_DB_STATEMENT`, 500: the database refused a statement; its cause is the driver's error. */
export const StatementError = defineError('ERR_DB_STATEMENT', {
  name: 'StatementError',
  status: 500,
  title: 'The database refused a statement',
})

/** `ERR_DB_TRANSACTION`, 500: the calling code uses a transaction as it cannot be used; the message says where and how to mend it. */
export const TransactionError = defineError('ERR_DB_TRANSACTION', {
  name: 'TransactionError',
  status: 500,
  title: 'A transaction was used wrongly',
})

/** `ERR_DB_QUERY`, 500: the calling code asks for what no table says: an unknown property, an update without `where`. */
export const QueryError = defineError('ERR_DB_QUERY', {
  name: 'QueryError',
  status: 500,
  title: 'A query is wrong',
})

/** `ERR_DB_CLOSED`, 500: the database was not opened yet, or is closed. */
export const DatabaseClosedError = defineError('ERR_DB_CLOSED', {
  name: 'DatabaseClosedError',
  status: 500,
  title: 'The database is not open',
})

/** `ERR_DB_QUERY_BUDGET`, 500: more queries than a budget, or one query again and again, in development and tests. */
export const QueryBudgetError = defineError('ERR_DB_QUERY_BUDGET', {
  name: 'QueryBudgetError',
  status: 500,
  title: 'Too many queries',
})

/** `ERR_DB_FACTORY`, 500: a factory cannot make a row; the message says the column, and what to give. */
export const FactoryError = defineError('ERR_DB_FACTORY', {
  name: 'FactoryError',
  status: 500,
  title: 'A factory cannot make a row',
})

/** `ERR_DB_MIGRATION`, 500: a migration failed; the message says file, line, statement, and what the server says. */
export const MigrationError = defineError('ERR_DB_MIGRATION', {
  name: 'MigrationError',
  status: 500,
  title: 'A migration failed',
})

/** `ERR_DB_MIGRATION_LOCK`, 503: another runner of migrations is at work, and did not end in time. */
export const MigrationLockError = defineError('ERR_DB_MIGRATION_LOCK', {
  name: 'MigrationLockError',
  status: 503,
  title: 'Another runner of migrations is at work',
})

/** `ERR_DB_SEED`, 500: a seed failed, or cannot be read; the message says which, and what is done. */
export const SeedError = defineError('ERR_DB_SEED', {
  name: 'SeedError',
  status: 500,
  title: 'A seed failed',
})

const CLASSES = [
  InvalidValueError,
  StaleRecordError,
  TransactionConflictError,
  DatabaseBusyError,
  ConnectionError,
  StatementTimeoutError,
  OutcomeUnknownError,
  UniqueViolationError,
  ForeignKeyViolationError,
  NotNullViolationError,
  CheckViolationError,
  StatementError,
  TransactionError,
  QueryError,
  DatabaseClosedError,
  QueryBudgetError,
  FactoryError,
  MigrationError,
  MigrationLockError,
  SeedError,
] as const

/** An error of this package: `switch (error.code)` tells which, with its details. Those that tables declare are the program's own. */
export type DatabaseError = InstanceType<(typeof CLASSES)[number]>

/**
 * Whether a value is an error of this package, of whatever copy of it.
 *
 * @example
 * const retryAfterMs = (error: unknown): number | undefined => {
 *   if (!isDatabaseError(error)) return undefined
 *   switch (error.code) {
 *     case 'ERR_DB_BUSY':
 *     case 'ERR_DB_CONFLICT':
 *       return 100
 *     case 'ERR_DB_CONNECTION':
 *       return 2000
 *     default:
 *       return undefined
 *   }
 * }
 * retryAfterMs(new DatabaseBusyError()) // => 100
 */
export function isDatabaseError(error: unknown): error is DatabaseError {
  return FrameworkError.is(error) && CLASSES.some(({ code }) => code === error.code)
}
