// What is there and no table value says: a comparison leaves it as it is.
import {
  isNumbering,
  type Change,
  type ColumnDescription,
  type ColumnReading,
  type DatabaseDescription,
  type IndexDescription,
  type ReferenceDescription,
  type SchemaTools,
  type TableDescription,
} from '../adapter/index.ts'
import { canRefer, hasSayableActions } from './can-refer.ts'
import { defaultInCode } from './default-in-code.ts'
import { mentions } from './mentions.ts'

/** What a comparison is given besides the two descriptions. */
export interface CompareOptions {
  readonly readingOf: SchemaTools['readingOf']
  /** Whether a table of the database, or a column of it, is none of ours: neither compared nor dropped. */
  isIgnored(table: string, column?: string): boolean
  /** Whether a key that the database numbers is not numbered any more where `to` does not say it: on the way back. Default: it stays. */
  readonly dropsNumbering?: boolean | undefined
}

/** Where a part of a table is that would go. */
export interface LeftPlace extends CompareOptions {
  readonly from: TableDescription
  /** Those that are there. */
  readonly tables: DatabaseDescription['tables']
  /** Columns that the table says, or could. */
  readonly known: ReadonlySet<string>
  /** Columns of the indexes that come. */
  readonly added: ReadonlySet<string>
}

/** The columns of an index, as one text. */
export function columnsOf({ columns }: IndexDescription): string {
  return columns.map(({ name }) => name).join()
}

/** Whether an index, a CHECK or a foreign key that is there is one that no table value says, and that is not replaced. */
export function isLeft(change: Change, place: LeftPlace): boolean {
  const { from, known, added } = place
  if (change.kind === 'drop reference') return isLeftReference(change.reference, place)
  if (change.kind === 'drop check')
    return from.columns.some(({ name }) => !known.has(name) && mentions(change.check.expression, name))
  if (change.kind !== 'drop index' || added.has(columnsOf(change.index))) return false
  if (change.index.isUnique && columnsOf(change.index) === from.primary?.columns.join()) return true
  const nullable = new Set(from.columns.filter(({ isNullable }) => isNullable).map(({ name }) => name))
  return change.index.columns.some(
    ({ name, order }) =>
      !known.has(name) || order.startsWith('desc') || (order === 'asc nulls last' && nullable.has(name)),
  )
}

/** Whether a foreign key is of a column, or to a table or a type, that no table value says. */
function isLeftReference(
  reference: ReferenceDescription,
  { from, tables, known, readingOf, isIgnored }: LeftPlace,
): boolean {
  const { column, toTable, toColumn } = reference
  const referring = from.columns.find(({ name }) => name === column)
  if (!known.has(column) || isIgnored(toTable)) return true
  if (referring === undefined || !hasSayableActions(reference, referring)) return true
  const [own, key] = [readingIn(from, column, readingOf), readingIn(tables.get(toTable), toColumn, readingOf)]
  return own === undefined || key === undefined || !canRefer(own, key)
}

function readingIn(
  table: TableDescription | undefined,
  name: string,
  readingOf: SchemaTools['readingOf'],
): ColumnReading | undefined {
  const column = table?.columns.find((one) => one.name === name)
  return column && readingOf(column, table)
}

/** Whether a table value could say a column, so that one that is omitted is not wanted. */
export function isSayable(
  column: ColumnDescription,
  table: TableDescription,
  readingOf: SchemaTools['readingOf'],
): boolean {
  const isKey = table.primary?.columns.join() === column.name
  const isPlain = column.generated === undefined || (isKey && isNumbering(column.generated))
  return isPlain && readingOf(column, table) !== undefined
}

/** Whether a table value could say a default: not an expression, nor a value that the column does not take. */
export function isSayableDefault(
  { default: initial }: ColumnDescription,
  reading: ColumnReading | undefined,
): boolean {
  if (initial?.value === undefined) return false
  return reading === undefined || defaultInCode(initial, reading) !== undefined
}
