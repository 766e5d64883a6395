// What the error of a driver is to those who called: declared errors of the table, and the classes of errors.ts.
import { InsufficientStorageError } from '@keelson/core'
import type { DriverFailure } from '../adapter/index.ts'
import {
  CheckViolationError,
  ConnectionError,
  DatabaseBusyError,
  ForeignKeyViolationError,
  NotNullViolationError,
  StatementError,
  StatementTimeoutError,
  TransactionConflictError,
  TransactionError,
  UniqueViolationError,
  type Violation,
} from '../errors.ts'
import type { IndexFacts, ReferenceFacts, TableFacts } from '../table/index.ts'

interface Where {
  /** What ran the statement, or the place of the database. */
  readonly place: string
  readonly table?: TableFacts | undefined
}

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
export function toDatabaseError(cause: unknown, failure: DriverFailure, where: Where): Error {
  switch (failure.kind) {
    case 'unique':
      return toUnique(cause, failure, where)
    case 'foreign-key':
      return toForeignKey(cause, failure, where)
    case 'not-null':
    case 'check':
      return toOther(cause, failure, where)
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

function toUnique(cause: unknown, failure: DriverFailure, { place, table }: Where): Error {
  const index = table === undefined ? undefined : indexOf(table, failure)
  if (index?.error !== undefined) return ofDeclared(index.error, cause)
  const columns = index?.columns ?? (table && primaryOf(table, failure))
  const violation = {
    ...violationOf(failure, table),
    ...(columns && table && { table: table.name, columns }),
  }
  return new UniqueViolationError({ message: `${place}: ${failure.message}`, violation, cause })
}

function toForeignKey(cause: unknown, failure: DriverFailure, { place, table }: Where): Error {
  const reference = table === undefined ? undefined : referenceOf(table, failure)
  if (reference?.error !== undefined) return ofDeclared(reference.error, cause)
  const violation = {
    ...violationOf(failure, table),
    // Else others refer to the row, and of theirs only some systems tell table and columns.
    ...(table && {
      table: failure.table ?? (reference ? table.name : ''),
      columns: reference?.columns ?? [],
    }),
  }
  return new ForeignKeyViolationError({ message: `${place}: ${failure.message}`, violation, cause })
}

function toOther(cause: unknown, failure: DriverFailure, { place, table }: Where): Error {
  const Class = failure.kind === 'check' ? CheckViolationError : NotNullViolationError
  return new Class({ message: `${place}: ${failure.message}`, violation: violationOf(failure, table), cause })
}

/** By name, or by the columns that SQLite tells. */
function indexOf(table: TableFacts, failure: DriverFailure): IndexFacts | undefined {
  return table.indexes.find(
    (index) =>
      index.isUnique &&
      (index.name === failure.constraint || isSame(table, namesOf(table, index.columns), failure)),
  )
}

/** MySQL and MariaDB call each primary key `PRIMARY`, and tell no columns. */
function primaryOf(table: TableFacts, failure: DriverFailure): readonly string[] | undefined {
  const names = table.primary.map(({ name }) => name)
  return failure.constraint === 'PRIMARY' || isSame(table, names, failure)
    ? table.primary.map(({ property }) => property)
    : undefined
}

function referenceOf(table: TableFacts, { constraint }: DriverFailure): ReferenceFacts | undefined {
  return table.references.find(({ name }) => name === constraint)
}

function namesOf(table: TableFacts, properties: readonly string[]): string[] {
  return properties.map((property) => table.byProperty.get(property)?.name ?? property)
}

/** SQLite joins table and column by a point, which either may have in its name: so they are compared joined. */
function isSame(
  table: TableFacts,
  names: readonly string[],
  { table: owner, columns }: DriverFailure,
): boolean {
  if (columns === undefined || columns.length !== names.length) return false
  const told = columns.map((column) => `${owner}.${column}`)
  return names.every((name) => told.includes(`${table.name}.${name}`))
}

function violationOf(failure: DriverFailure, table: TableFacts | undefined): Violation {
  const columns = (failure.columns ?? []).map(
    (name) => table?.columns.find((column) => column.name === name)?.property ?? name,
  )
  return { constraint: failure.constraint ?? '', table: failure.table ?? table?.name ?? '', columns }
}

function ofDeclared(declared: NonNullable<IndexFacts['error']>, cause: unknown): Error {
  // The start has found that it takes no details.
  const Declared = declared as unknown as new (init: { readonly cause: unknown }) => Error
  return new Declared({ cause })
}
