// What inserts and updates write: checked values, and those that we make.
import type { SqlColumn } from '../condition/index.ts'
import { InvalidValueError, QueryError } from '../errors.ts'
import { nameRemedy, type ColumnFacts } from '../table/index.ts'
import { asRow } from './row-class.ts'
import { toRowValue, type TableAccess } from './table-access.ts'
import type { Row } from './table-sql.ts'

/** A column with the canonical value, or null, that is written to it. */
export interface Change {
  readonly column: SqlColumn
  readonly value: unknown
}

/** What the new rows of an operation have in common. */
interface NewRows {
  readonly access: TableAccess
  readonly operation: string
  /** The instant of their keys and times. */
  readonly nowMs: number
}

export function newRows(access: TableAccess, operation: string): NewRows {
  return { access, operation, nowMs: access.session.clock.now() }
}

/**
 * The values of a new row, of all columns in their order; undefined for one that the database is to make.
 *
 * @throws {QueryError} for an undeclared property, and a value that is missing
 * @throws {InvalidValueError} 400, for a value that its column does not take
 */
export function newValues(row: unknown, rows: NewRows): unknown[] {
  const { access, operation } = rows
  const given = recordOf(row, access, operation)
  assertDeclared(given, access, operation)
  // Not pushed to a list, which would keep room for as many again.
  return access.facts.columns.map((facts) => {
    const value = given[facts.property]
    return value === undefined ? made(facts, rows) : checked(facts, value)
  })
}

/** Values in the order of the columns as a row. */
export function rowOf(values: readonly unknown[], { facts, sql }: TableAccess): Record<string, unknown> {
  const row: Record<string, unknown> = asRow({}, sql.Row)
  let at = 0
  for (const column of facts.columns) row[column.property] = toRowValue(column, values[at++])
  return row
}

function made(facts: ColumnFacts, { access, operation, nowMs }: NewRows): unknown {
  switch (facts.made) {
    case 'uuid':
      return access.newUuid(nowMs)
    case 'version':
      return 1
    case 'now':
      return access.instant(nowMs)
    case 'default':
      return facts.default
    case 'identity':
      return undefined
    default:
      if (facts.isNullable) return null
      throw new QueryError({
        message: `${access.key}.${operation} needs a value for '${facts.property}', which has no default.`,
      })
  }
}

/**
 * What a patch changes, in the order of the columns. A property that is undefined is as one that is absent.
 *
 * @throws {QueryError} for an undeclared property, a key, and the version
 * @throws {InvalidValueError} 400, for a value that its column does not take
 */
export function changesOf(patch: unknown, access: TableAccess, operation: string): readonly Change[] {
  const given = recordOf(patch, access, operation)
  assertDeclared(given, access, operation)
  const changes: Change[] = []
  for (const column of access.sql.columns) {
    const value = given[column.property]
    if (value === undefined) continue
    assertChangeable(column.facts, access, operation)
    changes.push({ column, value: checked(column.facts, value) })
  }
  return changes
}

function assertChangeable(facts: ColumnFacts, access: TableAccess, operation: string): void {
  if (facts.isPrimary)
    throw new QueryError({
      message: `${access.key}.${operation} cannot change '${facts.property}', which is the key: insert another row.`,
    })
  if (facts === access.facts.version)
    throw new QueryError({
      message: `${access.key}.${operation} counts '${facts.property}' itself: omit it.`,
    })
}

/** Adds the columns that each update sets to the present instant. */
export function touched(changes: readonly Change[], access: TableAccess): readonly Change[] {
  const isSet = (column: SqlColumn): boolean => changes.some((change) => change.column === column)
  const rest = access.sql.columns.filter((column) => column.facts.isTouched && !isSet(column))
  if (rest.length === 0) return changes
  const value = access.now()
  return [...changes, ...rest.map((column) => ({ column, value }))]
}

function checked(facts: ColumnFacts, value: unknown): unknown {
  if (value !== null) return facts.canonical(value)
  if (facts.isNullable) return null
  const { property } = facts
  throw new InvalidValueError({
    message: `'${property}' is never null.`,
    details: { property, expected: 'a value, not null' },
  })
}

function recordOf(value: unknown, access: TableAccess, operation: string): Row {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Row
  throw new QueryError({
    message: `${access.key}.${operation} takes an object of properties of '${access.facts.name}'.`,
  })
}

function assertDeclared(given: Row, access: TableAccess, operation: string): void {
  for (const property in given)
    if (!access.facts.byProperty.has(property))
      throw new QueryError({
        message: `${access.key}.${operation} has '${property}', which the table '${access.facts.name}' does not declare. ${nameRemedy(property, access.facts.byProperty.keys())}`,
      })
}
