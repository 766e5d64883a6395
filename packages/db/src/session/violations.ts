// What a violated constraint is to those who called: the error that its table declares, else the class of its kind.
import type { DriverFailure } from '../adapter/index.ts'
import {
  CheckViolationError,
  ForeignKeyViolationError,
  NotNullViolationError,
  UniqueViolationError,
  type ConstraintViolation,
} from '../errors.ts'
import type { IndexFacts, ReferenceFacts, TableFacts, TablesFacts } from '../table/index.ts'

/** What is known of the statement. */
export interface Where {
  /** What ran the statement, or the place of the database. */
  readonly place: string
  /** That of the statement, where one is known. */
  readonly table?: TableFacts | undefined
  /** All of the database: what others wrote names no table, and a cascade reaches further ones. */
  readonly tables?: TablesFacts | undefined
}

const ofTakenKeys = new WeakSet<object>()

/** Whether an error says that another row has the key: its class may be the program's own. */
export function isOfTakenKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && ofTakenKeys.has(error)
}

/** The error for a violation. */
export function toViolation(cause: unknown, failure: DriverFailure, where: Where): Error {
  if (failure.kind === 'unique') {
    const error = toUnique(cause, failure, where)
    ofTakenKeys.add(error)
    return error
  }
  return failure.kind === 'foreign-key' ? toForeignKey(cause, failure, where) : toOther(cause, failure, where)
}

function toUnique(cause: unknown, failure: DriverFailure, where: Where): Error {
  const found = firstOf(where, (table) => uniqueOf(table, failure, where))
  if (found?.error !== undefined) return ofDeclared(found.error, cause)
  const violation = {
    ...violationOf(failure, where),
    ...(found && { table: found.table.name, columns: found.columns }),
  }
  const message = `${where.place}: ${failure.message}${meaning(found?.call)}`
  return new UniqueViolationError({ message, violation, cause })
}

/** What must be unique, as its table says it. */
interface Unique {
  readonly table: TableFacts
  readonly columns: readonly string[]
  readonly error: IndexFacts['error']
  /** How the table says what a violation means. */
  readonly call: string
}

function uniqueOf(table: TableFacts, failure: DriverFailure, where: Where): Unique | undefined {
  const index = indexOf(table, failure)
  if (index !== undefined) {
    const call = index.columns.length === 1 ? '.unique(Taken)' : 'unique: [{ columns, error: Taken }]'
    return { table, columns: index.columns, error: index.error, call }
  }
  const columns = primaryOf(table, failure, where)
  return columns && { table, columns, error: table.primaryError, call: '.primary(Taken)' }
}

function toForeignKey(cause: unknown, failure: DriverFailure, where: Where): Error {
  const found = firstOf(where, (table) => {
    const reference = referenceOf(table, failure, where)
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
  const option = isInUse ? 'inUse: IsInUse' : 'error: Unknown'
  const call = found && `references('${found.reference.to}', { ${option} })`
  const message = `${where.place}: ${failure.message}${meaning(call)}`
  return new ForeignKeyViolationError({ message, violation, cause })
}

function meaning(call: string | undefined): string {
  return call === undefined ? '' : `. What it means, the table says, and a route names it in errors: ${call}.`
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

/** By name, or by its columns: of a database that was not made of these tables the names are others. */
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

/** By name, else by its columns; PostgreSQL tells none of a row in use, so a reference that is the only one is meant. */
function referenceOf(table: TableFacts, failure: DriverFailure, where: Where): ReferenceFacts | undefined {
  const { references } = table
  const found =
    references.find(({ name }) => name === failure.constraint) ??
    references.find(({ columns }) => isSame(table, namesOf(table, columns), failure))
  if (found !== undefined || failure.isInUse !== true || failure.columns !== undefined) return found
  if (failure.table !== table.name) return undefined
  const holding = references.filter(({ onDelete }) => onDelete === 'restrict' || onDelete === 'no action')
  const direct = holding.filter(({ to }) => where.tables?.tables.get(to) === where.table)
  return holding.length === 1 ? holding[0] : direct.length === 1 ? direct[0] : undefined
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

function violationOf(failure: DriverFailure, where: Where): ConstraintViolation {
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
