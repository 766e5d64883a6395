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
import type { IndexFacts, ReferenceFacts, TableFacts, TablesFacts } from '../table/index.ts'

interface Where {
  /** What ran the statement, or the place of the database. */
  readonly place: string
  /** That of the statement, where one is known. */
  readonly table?: TableFacts | undefined
  /** All of the database: what others wrote names no table, and a cascade reaches further ones. */
  readonly tables?: TablesFacts | undefined
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

function toUnique(cause: unknown, failure: DriverFailure, where: Where): Error {
  const found = firstOf(where, (table) => {
    const index = indexOf(table, failure)
    const columns = index?.columns ?? primaryOf(table, failure, where)
    return columns && { table, columns, error: index?.error }
  })
  if (found?.error !== undefined) return ofDeclared(found.error, cause)
  const violation = {
    ...violationOf(failure, where),
    ...(found && { table: found.table.name, columns: found.columns }),
  }
  return new UniqueViolationError({ message: `${where.place}: ${failure.message}`, violation, cause })
}

function toForeignKey(cause: unknown, failure: DriverFailure, where: Where): Error {
  const found = firstOf(where, (table) => {
    const reference = referenceOf(table, failure)
    return reference && { table, reference }
  })
  const isInUse = failure.isInUse === true
  const declared = isInUse ? found?.reference.inUse : found?.reference.error
  if (declared !== undefined) return ofDeclared(declared, cause)
  const violation = {
    ...violationOf(failure, where),
    // Of a row in use another row has the columns.
    ...(isInUse
      ? { table: found?.table.name ?? failure.table ?? '', columns: [] }
      : found && { table: found.table.name, columns: found.reference.columns }),
  }
  return new ForeignKeyViolationError({ message: `${where.place}: ${failure.message}`, violation, cause })
}

/** Asks the table of the statement, then the others: names of constraints are one space in a database. */
function firstOf<T>({ table, tables }: Where, find: (table: TableFacts) => T | undefined): T | undefined {
  const own = table && find(table)
  if (own !== undefined) return own
  for (const other of tables?.tables.values() ?? []) {
    const found = other === table ? undefined : find(other)
    if (found !== undefined) return found
  }
  return undefined
}

function toOther(cause: unknown, failure: DriverFailure, where: Where): Error {
  const Class = failure.kind === 'check' ? CheckViolationError : NotNullViolationError
  const message = `${where.place}: ${failure.message}`
  return new Class({ message, violation: violationOf(failure, where), cause })
}

/** By name, or by the columns that SQLite tells. */
function indexOf(table: TableFacts, failure: DriverFailure): IndexFacts | undefined {
  return table.indexes.find(
    (index) =>
      index.isUnique &&
      (index.name === failure.constraint || isSame(table, namesOf(table, index.columns), failure)),
  )
}

/** MySQL and MariaDB call each primary key `PRIMARY`, and tell no columns; MariaDB no table either. */
function primaryOf(table: TableFacts, failure: DriverFailure, where: Where): readonly string[] | undefined {
  const isNamed = failure.constraint === 'PRIMARY' && (failure.table ?? where.table?.name) === table.name
  const names = table.primary.map(({ name }) => name)
  return isNamed || isSame(table, names, failure) ? table.primary.map(({ property }) => property) : undefined
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

function violationOf(failure: DriverFailure, where: Where): Violation {
  const table = where.table ?? firstOf(where, (one) => (one.name === failure.table ? one : undefined))
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
