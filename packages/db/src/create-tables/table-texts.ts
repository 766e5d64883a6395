// The DDL of tables. Constraints are named at table level: elsewhere MariaDB and SQLite do not tell which one was violated.
import { createHash } from 'node:crypto'
import type { Dialect } from '../adapter/index.ts'
import type { ColumnFacts, IndexFacts, ReferenceFacts, TableFacts, TablesFacts } from '../table/index.ts'
import type { TableStep } from './order-tables.ts'

/** The longest name of a constraint on PostgreSQL, bytes. */
const MAX_NAME_BYTES = 63
const HASH_LENGTH = 8

/** Where a table is written. */
export interface Place {
  readonly dialect: Dialect
  readonly tables: TablesFacts
}

/** The statements that make a table with its indexes. */
export function tableTexts({ table, references, later }: TableStep, place: Place): string[] {
  const { dialect } = place
  const isInline = hasInlineIndexes(dialect)
  const lines = [
    ...table.columns.map((column) => columnText(column, dialect)),
    `primary key (${columnList(table.primary, dialect)})`,
    ...table.columns.flatMap((column) => checkText(column, table, dialect)),
    ...(isInline ? table.indexes.map((index) => inlineIndex(index, table, dialect)) : []),
    // A table of SQLite may refer to one that is not there yet, and takes no reference later.
    ...[...references, ...(addsLater(dialect) ? [] : later)].map((one) => referenceText(one, table, place)),
  ]
  const text = `create table ${dialect.quote(table.name)} (\n  ${lines.join(',\n  ')}\n) ${dialect.tableSuffix}`
  return [text.trimEnd(), ...(isInline ? [] : table.indexes.map((index) => indexText(index, table, dialect)))]
}

/** The statements that add the references of circles, once all tables are there. */
export function laterTexts({ table, later }: TableStep, place: Place): string[] {
  if (!addsLater(place.dialect)) return []
  return later.map(
    (one) => `alter table ${place.dialect.quote(table.name)} add ${referenceText(one, table, place)}`,
  )
}

function addsLater({ system }: Dialect): boolean {
  return system !== 'sqlite'
}

/** Where no transaction takes DDL back, a table comes with its indexes or not at all. */
function hasInlineIndexes({ system }: Dialect): boolean {
  return system === 'mysql' || system === 'mariadb'
}

function columnText(column: ColumnFacts, dialect: Dialect): string {
  return `${dialect.quote(column.name)} ${dialect.columnType(column)}${column.isNullable ? '' : ' not null'}`
}

function checkText(column: ColumnFacts, table: TableFacts, dialect: Dialect): string[] {
  const check = dialect.checkOf(column)
  if (check === undefined) return []
  return [`constraint ${dialect.quote(checkName(table.name, column.name))} check (${check})`]
}

/** `orders_status_check`; shortened with a hash where it is too long. */
function checkName(table: string, column: string): string {
  const name = `${table}_${column}_check`
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)
  const kept = Buffer.from(name).subarray(0, MAX_NAME_BYTES - HASH_LENGTH - '__check'.length)
  // Without a character that was cut in two.
  return `${kept.toString('utf8').replace(/\uFFFD$/, '')}_${hash}_check`
}

function inlineIndex(index: IndexFacts, table: TableFacts, dialect: Dialect): string {
  const columns = columnList(columnsOf(index.columns, table), dialect)
  return `${index.isUnique ? 'unique ' : ''}index ${dialect.quote(index.name)} (${columns})`
}

function indexText(index: IndexFacts, table: TableFacts, dialect: Dialect): string {
  // In the order in which rows are read: null first.
  const columns = columnsOf(index.columns, table).map(
    (column) =>
      `${dialect.quote(column.name)}${dialect.has.nullsClause && column.isNullable ? ' nulls first' : ''}`,
  )
  return `create ${index.isUnique ? 'unique ' : ''}index ${dialect.quote(index.name)} on ${dialect.quote(table.name)} (${columns.join(', ')})`
}

function referenceText(reference: ReferenceFacts, table: TableFacts, { dialect, tables }: Place): string {
  const to = tables.tables.get(reference.to)
  if (to === undefined) throw new TypeError(`${table.name} refers to '${reference.to}', an unknown table.`)
  const columns = columnList(columnsOf(reference.columns, table), dialect)
  return `constraint ${dialect.quote(reference.name)} foreign key (${columns}) references ${dialect.quote(to.name)} (${columnList(to.primary, dialect)}) on delete ${reference.onDelete}`
}

function columnsOf(properties: readonly string[], { byProperty }: TableFacts): ColumnFacts[] {
  return properties.flatMap((property) => byProperty.get(property) ?? [])
}

function columnList(columns: readonly ColumnFacts[], dialect: Dialect): string {
  return columns.map(({ name }) => dialect.quote(name)).join(', ')
}
