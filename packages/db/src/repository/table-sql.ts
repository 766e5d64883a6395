// The pieces of SQL that all statements on a table share, made once.
import type { Dialect } from '../adapter/index.ts'
import { sqlColumnOf, type SqlColumn } from '../condition/index.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'
import { asRow, rowClassOf, type RowClass } from './row-class.ts'

/** A row as repositories have it, by property. */
export type Row = Readonly<Record<string, unknown>>

/** A table in the SQL of one system. */
export interface TableSql {
  readonly facts: TableFacts
  readonly dialect: Dialect
  /** Quoted. */
  readonly name: string
  readonly columns: readonly SqlColumn[]
  readonly byProperty: ReadonlyMap<string, SqlColumn>
  readonly primary: readonly SqlColumn[]
  readonly version: SqlColumn | undefined
  /** The key that the database numbers where an insert does not say it. */
  readonly identity: SqlColumn | undefined
  readonly softDelete: SqlColumn | undefined
  /** The columns with their properties as names. */
  readonly selectList: string
  /** `select … from …`. */
  readonly select: string
  /** What gives rows of one list of values for each column; undefined where they are written one by one. */
  readonly listsSource: string | undefined
  /** That of the rows whose key the database numbers. */
  readonly numberedSource: string | undefined
  /** Only those whose values must be decoded. */
  readonly decoded: readonly SqlColumn[]
  /** Of rows with hidden columns; undefined: they are plain objects. */
  readonly Row: RowClass | undefined
}

/** Makes the pieces, once the dialect is known. */
export function tableSqlOf(facts: TableFacts, dialect: Dialect): TableSql {
  const columns = facts.columns.map((column) => sqlColumnOf(column, dialect, dialect.quote(column.name)))
  const byProperty = new Map(columns.map((column) => [column.property, column]))
  const of = (column: ColumnFacts | undefined): SqlColumn | undefined =>
    column === undefined ? undefined : byProperty.get(column.property)
  const name = dialect.quote(facts.name)
  const selectList = columns.map((column) => aliased(column, dialect)).join(', ')
  return {
    facts,
    dialect,
    name,
    columns,
    byProperty,
    primary: columns.filter((column) => column.facts.isPrimary),
    version: of(facts.version),
    identity: columns.find((column) => column.facts.made === 'identity'),
    softDelete: of(facts.softDelete),
    selectList,
    select: `select ${selectList} from ${name}`,
    listsSource: listsSource(facts, dialect),
    numberedSource: listsSource(
      { ...facts, columns: facts.columns.filter(({ made }) => made !== 'identity') },
      dialect,
    ),
    decoded: columns.filter((column) => column.decode !== undefined),
    Row: rowClassOf(facts),
  }
}

function listsSource(facts: TableFacts, dialect: Dialect): string | undefined {
  return facts.columns.length === 0 ? undefined : dialect.columnLists?.sourceOf(facts, dialect.quote)
}

/** A column with its property as name. */
export function aliased({ facts, name }: SqlColumn, dialect: Dialect): string {
  return facts.name === facts.property ? name : `${name} as ${dialect.quote(facts.property)}`
}

/** Rows of the driver as rows of the repository. Where nothing is hidden they are the driver's own objects, which nobody else has. */
export function decodeRows(rows: readonly Row[], table: TableSql): readonly Row[] {
  if (table.Row !== undefined) return rows.map((row) => decodeRow(row, table))
  for (const row of rows) decodeRow(row, table)
  return rows
}

/** Decodes a row, in place where nothing is hidden. */
export function decodeRow(given: Row, { decoded, Row }: TableSql): Row {
  const row = asRow(given as Record<string, unknown>, Row)
  for (const { property, decode } of decoded) {
    const value = row[property]
    if (value !== null && decode !== undefined) row[property] = decode(value)
  }
  return row
}
