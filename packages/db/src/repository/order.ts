import type { SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import { unknownColumn } from '../table/index.ts'
import type { TableSql } from './table-sql.ts'

/** A column that rows are ordered by. */
export interface OrderTerm {
  readonly column: SqlColumn
  readonly isDescending: boolean
  /** The most characters, or bytes, that count; undefined for all. The name of the column is then an expression for them. */
  readonly most?: number | undefined
}

/**
 * Reads an `orderBy`: properties in their order, each `asc` or `desc`.
 *
 * @throws {QueryError} for what is not a property that the table shows, or not a direction
 */
export function orderTermsOf(orderBy: unknown, table: TableSql): readonly OrderTerm[] {
  if (orderBy === undefined) return []
  if (typeof orderBy !== 'object' || orderBy === null || Array.isArray(orderBy))
    throw wrong(table, "takes an object, like { createdAt: 'desc', id: 'asc' }")
  return Object.entries(orderBy).map(([property, direction]: [string, unknown]) => {
    if (direction !== 'asc' && direction !== 'desc')
      throw wrong(table, `has no direction for '${property}': write 'asc' or 'desc'`)
    return { column: orderColumn(property, table), isDescending: direction === 'desc' }
  })
}

function orderColumn(property: string, table: TableSql): SqlColumn {
  const column = table.byProperty.get(property)
  if (column === undefined) throw unknownColumn('orderBy', property, table.facts)
  if (column.facts.isHidden)
    throw wrong(table, `names '${property}', which is hidden: the order of rows would tell its values`)
  const problem = table.dialect.orderProblem(column.facts)
  if (problem !== undefined) throw wrong(table, `names '${property}', which ${problem}`)
  if (column.facts.kind === 'json') throw wrong(table, `names '${property}', which is JSON and has no order`)
  return column
}

function wrong({ facts }: TableSql, what: string): Error {
  return new QueryError({ message: `The orderBy of '${facts.name}' ${what}.` })
}

/** The order with the key behind it, so that no two rows are at one place. */
export function totalOrder(
  terms: readonly OrderTerm[],
  { primary }: Pick<TableSql, 'primary'>,
): readonly OrderTerm[] {
  const isDescending = terms.at(-1)?.isDescending ?? false
  const rest = primary.filter((column) => !terms.some((term) => term.column === column))
  return [...terms, ...rest.map((column) => ({ column, isDescending }))]
}

/**
 * The order of a list with cursors, which tell its values: behind the terms stands the key or, where that is hidden, a unique one
 * that is not.
 *
 * @throws {QueryError} for a table that has only hidden keys
 */
export function cursorOrder(terms: readonly OrderTerm[], table: TableSql): readonly OrderTerm[] {
  const { primary, facts } = table
  if (isShown(primary)) return totalOrder(terms, table)
  const keys = facts.indexes.filter(({ isUnique }) => isUnique)
  const key = keys.map(({ columns }) => columns.flatMap((name) => table.byProperty.get(name) ?? []))
  const shown = key.find((columns) => isShown(columns) && columns.every((one) => !one.facts.isNullable))
  if (shown !== undefined) return totalOrder(terms, { primary: shown })
  throw new QueryError({
    message: `A page of '${facts.name}' has its key in the cursors, and '${primary.find(({ facts }) => facts.isHidden)?.property}' is hidden. Declare another column .unique() that is neither hidden nor null, or show the key.`,
  })
}

function isShown(columns: readonly SqlColumn[]): boolean {
  return !columns.some(({ facts }) => facts.isHidden)
}

/** The same order from its end. */
export function reversed(terms: readonly OrderTerm[]): readonly OrderTerm[] {
  return terms.map((term) => ({ ...term, isDescending: !term.isDescending }))
}

/** ` order by …`; nothing for no terms. NULL is the smallest value everywhere. */
export function orderSql(terms: readonly OrderTerm[], { dialect }: TableSql): string {
  if (terms.length === 0) return ''
  const texts = terms.map(({ column, isDescending }) => {
    const direction = isDescending ? ' desc' : ''
    const isSaid = dialect.has.nullsClause && column.facts.isNullable
    return `${column.name}${direction}${isSaid ? (isDescending ? ' nulls last' : ' nulls first') : ''}`
  })
  return ` order by ${texts.join(', ')}`
}
