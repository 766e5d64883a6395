// What differs between two descriptions of a database, by meaning. What no table value says is left as it is.
import {
  isNumbering,
  type Change,
  type ColumnDescription,
  type ColumnReading,
  type DatabaseDescription,
  type DefaultDescription,
  type TableDescription,
} from '../adapter/index.ts'
import { compareParts } from './compare-parts.ts'
import { columnsOf, isLeft, isSayable, isSayableDefault, type CompareOptions } from './left-parts.ts'

/**
 * Finds what makes `to` of `from`, once all renames are done; without an order. Names of constraints are not compared.
 *
 * @param from - what is there
 * @param to - what tables say
 */
export function compare(
  from: DatabaseDescription,
  to: DatabaseDescription,
  { readingOf, isIgnored, dropsNumbering }: CompareOptions,
): Change[] {
  const gone = [...from.tables.values()].filter(({ name }) => !to.tables.has(name) && !isIgnored(name))
  return [
    ...[...to.tables.values()].flatMap((table) => {
      const before = from.tables.get(table.name)
      return before === undefined
        ? created(table)
        : compareTable(before, table, { readingOf, isIgnored, dropsNumbering, tables: from.tables })
    }),
    ...gone.map(({ name }): Change => ({ kind: 'drop table', table: name })),
  ]
}

/** Which of its references are made with it, the order of tables decides. */
function created(table: TableDescription): Change[] {
  return [{ kind: 'create table', table: table.name, created: table, references: [] }]
}

function compareTable(
  from: TableDescription,
  to: TableDescription,
  { readingOf, isIgnored, dropsNumbering, tables }: CompareOptions & Pick<DatabaseDescription, 'tables'>,
): Change[] {
  const table = to.name
  const keys = to.primary?.columns.filter((name) => from.primary?.columns.includes(name))
  const columns = new Map(from.columns.map((column) => [column.name, column]))
  const said = new Set(to.columns.map(({ name }) => name))
  const gone = from.columns.filter(
    (column) =>
      !said.has(column.name) && !isIgnored(table, column.name) && isSayable(column, from, readingOf),
  )
  const known = new Set([...said, ...gone.map(({ name }) => name)])
  const parts = compareParts(from, to)
  const added = new Set(
    parts.flatMap((change) => (change.kind === 'add index' ? [columnsOf(change.index)] : [])),
  )
  return [
    ...to.columns.flatMap((column): Change[] => {
      const before = columns.get(column.name)
      if (before === undefined) return [{ kind: 'add column', table, column }]
      const wanted = asWanted(before, column, {
        isKey: keys?.includes(column.name) === true,
        reading: readingOf(before, from),
        dropsNumbering: dropsNumbering === true,
      })
      return isSameColumn(before, wanted)
        ? []
        : [{ kind: 'alter column', table, from: before, to: { ...wanted, isNullable: column.isNullable } }]
    }),
    ...gone.map(({ name }): Change => ({ kind: 'drop column', table, column: name })),
    ...parts.filter((change) => !isLeft(change, { from, tables, readingOf, known, added, isIgnored })),
    ...(from.storage === to.storage
      ? []
      : [{ kind: 'alter storage', table, from: from.storage, to: to.storage } as const]),
  ]
}

function isSameColumn(from: ColumnDescription, to: ColumnDescription): boolean {
  return (
    from.type === to.type &&
    (to.values === undefined || isSameSet(from.values, to.values)) &&
    from.isNullable === to.isNullable &&
    isSameDefault(from.default, to.default) &&
    from.generated === to.generated
  )
}

/** Whether two defaults are one: by their text, or by what the server says that they are. */
/** The order of the values of an enum is that of its type, where it counts. */
function isSameSet(from: readonly string[] | undefined, to: readonly string[]): boolean {
  return JSON.stringify(from?.toSorted()) === JSON.stringify(to.toSorted())
}

export function isSameDefault(
  from: DefaultDescription | undefined,
  to: DefaultDescription | undefined,
): boolean {
  if (from === undefined || to === undefined) return from === to
  return from.text === to.text || (from.value !== undefined && from.value === to.value)
}

interface WantedColumn {
  readonly isKey: boolean
  /** How the one that is there is read. */
  readonly reading: ColumnReading | undefined
  readonly dropsNumbering: boolean
}

/** What the column becomes: what the table says, and what no table says, such as a key of SQLite that may be null. */
function asWanted(
  from: ColumnDescription,
  to: ColumnDescription,
  { isKey, reading, dropsNumbering }: WantedColumn,
): ColumnDescription {
  const kept = to.default === undefined && !isSayableDefault(from, reading) ? from.default : to.default
  return {
    ...to,
    default: kept,
    isNullable: isKey ? from.isNullable : to.isNullable,
    generated: dropsNumbering && isNumbering(from.generated) ? to.generated : generatedAs(from, to),
    attributes: to.attributes ?? from.attributes,
  }
}

/** A table says that rows are numbered, and not how: `serial` does it as an identity does. */
function generatedAs(from: ColumnDescription, to: ColumnDescription): string | undefined {
  const isKept = to.generated === undefined || (isNumbering(from.generated) && isNumbering(to.generated))
  return isKept ? from.generated : to.generated
}
