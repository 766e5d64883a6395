// Indexes of a table, as calls of one column or as options of the table.
import type { ColumnDescription, IndexDescription, TableDescription } from '../adapter/index.ts'
import { constraintName, isDatabaseName } from '../table/index.ts'
import { call } from './plan-column.ts'
import type { PlannedCall } from './plan.ts'

/** A table, with what of it is said in code. */
export interface IndexPlace {
  readonly table: TableDescription
  /** Of the columns that are read. */
  readonly properties: ReadonlyMap<string, string>
  /** Names of indexes that several tables have: MySQL and MariaDB have a space of names for each table. */
  readonly repeatedNames: ReadonlySet<string>
}

/** Names of indexes that come again in another table. */
export function repeatedNames(tables: readonly TableDescription[]): Set<string> {
  const names = tables.flatMap(({ indexes }) => indexes.map(({ name }) => name))
  return new Set(names.filter((name, at) => names.indexOf(name) !== at))
}

/** One column that is unique, by the name that it would get. */
export function uniqueCalls({ name }: ColumnDescription, place: IndexPlace): PlannedCall[] {
  const found = sayableIndexes(place).some(
    (index) => index.columns[0]?.name === name && isUniqueColumn(index, place),
  )
  return found ? [call('unique')] : []
}

/** Whether an index begins with a column, or the key does. */
export function hasIndexOf(column: string, place: IndexPlace): boolean {
  const indexes = sayableIndexes(place).map(namesOf)
  return [place.table.primary?.columns ?? [], ...indexes].some(([first]) => first === column)
}

/** The options `indexes` and `unique`. */
export function indexOptions(place: IndexPlace): Record<string, unknown> {
  const { properties } = place
  const columnsOf = (index: IndexDescription): unknown[] =>
    namesOf(index).map((column) => properties.get(column))
  const indexes = sayableIndexes(place)
    .filter(({ isUnique }) => !isUnique)
    .map((index) =>
      saysName(index, place) ? { columns: columnsOf(index), name: index.name } : columnsOf(index),
    )
  const unique = sayableIndexes(place)
    .filter((index) => index.isUnique && !isUniqueColumn(index, place))
    .map((index) => ({ columns: columnsOf(index), ...(saysName(index, place) && { name: index.name }) }))
  return { ...(indexes.length > 0 && { indexes }), ...(unique.length > 0 && { unique }) }
}

/** Indexes that the table does not say. */
export function unsaidIndexes(place: IndexPlace): IndexDescription[] {
  const said = new Set(sayableIndexes(place))
  return place.table.indexes.filter((index) => !said.has(index))
}

/**
 * Those that a table can say: their columns are read, null is the smallest value, and the key is not made unique once more. Of several
 * that would have one name, the first.
 */
function sayableIndexes(place: IndexPlace): IndexDescription[] {
  const { table, properties } = place
  const ruled = new Set<string>()
  return table.indexes.filter((index) => {
    if (index.isUnique && namesOf(index).join() === table.primary?.columns.join()) return false
    const isRead = index.columns.every(({ name, order }) => {
      const isNullable = table.columns.find((column) => column.name === name)?.isNullable === true
      return properties.has(name) && (order === 'asc' || (order === 'asc nulls last' && !isNullable))
    })
    if (!isRead || saysName(index, place)) return isRead
    const name = ruleName(index, table)
    const isFirst = !ruled.has(name)
    ruled.add(name)
    return isFirst
  })
}

function isUniqueColumn(index: IndexDescription, place: IndexPlace): boolean {
  return index.isUnique && index.columns.length === 1 && !saysName(index, place)
}

/** SQLite names those of constraints by itself, by names that nobody else may use. */
function saysName(index: IndexDescription, { table, repeatedNames: repeated }: IndexPlace): boolean {
  const { name } = index
  if (name.startsWith('sqlite_') || repeated.has(name) || !isDatabaseName(name)) return false
  return name !== ruleName(index, table)
}

function ruleName(index: IndexDescription, { name }: TableDescription): string {
  return constraintName(name, namesOf(index), index.isUnique ? 'key' : 'idx')
}

function namesOf({ columns }: IndexDescription): string[] {
  return columns.map(({ name }) => name)
}
