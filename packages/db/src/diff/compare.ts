// What differs between two descriptions of a database, by meaning. What no table value says is left as it is.
import type {
  Change,
  CheckDescription,
  ColumnDescription,
  DatabaseDescription,
  DefaultDescription,
  IndexDescription,
  SchemaTools,
  TableDescription,
} from '../adapter/index.ts'
import { compareParts } from './compare-parts.ts'

/** What {@link compare} is given besides the two descriptions. */
export interface CompareOptions {
  readonly readingOf: SchemaTools['readingOf']
  /** Whether a table of the database, or a column of it, is none of ours: neither compared nor dropped. */
  isIgnored(table: string, column?: string): boolean
}

/**
 * Finds what makes `to` of `from`, once all renames are done; without an order. Names of constraints are not compared.
 *
 * @param from - what is there
 * @param to - what tables say
 */
export function compare(
  from: DatabaseDescription,
  to: DatabaseDescription,
  { readingOf, isIgnored }: CompareOptions,
): Change[] {
  const gone = [...from.tables.values()].filter(({ name }) => !to.tables.has(name) && !isIgnored(name))
  return [
    ...[...to.tables.values()].flatMap((table) => {
      const before = from.tables.get(table.name)
      return before === undefined ? created(table) : compareTable(before, table, { readingOf, isIgnored })
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
  { readingOf, isIgnored }: CompareOptions,
): Change[] {
  const table = to.name
  const columns = new Map(from.columns.map((column) => [column.name, column]))
  const said = new Set(to.columns.map(({ name }) => name))
  const unsaid = from.columns.filter((column) => !said.has(column.name))
  const ignored = unsaid.filter(({ name }) => isIgnored(table, name))
  const gone = unsaid.filter((column) => !ignored.includes(column) && isSayable(column, readingOf))
  const known = new Set([...said, ...gone.map(({ name }) => name)])
  const parts = compareParts(from, to)
  const added = new Set(
    parts.flatMap((change) => (change.kind === 'add index' ? [columnsOf(change.index)] : [])),
  )
  return [
    ...to.columns.flatMap((column): Change[] => {
      const before = columns.get(column.name)
      if (before === undefined) return [{ kind: 'add column', table, column }]
      return isSameColumn(before, column)
        ? []
        : [{ kind: 'alter column', table, from: before, to: asWanted(before, column) }]
    }),
    ...gone.map(({ name }): Change => ({ kind: 'drop column', table, column: name })),
    ...parts.filter((change) => !isLeft(change, { from, known, ignored, added, isIgnored })),
    ...(from.storage === to.storage
      ? []
      : [{ kind: 'alter storage', table, from: from.storage, to: to.storage } as const]),
  ]
}

interface LeftPlace {
  readonly from: TableDescription
  /** Columns that the table says, or could. */
  readonly known: ReadonlySet<string>
  readonly ignored: readonly ColumnDescription[]
  /** Columns of the indexes that come. */
  readonly added: ReadonlySet<string>
  readonly isIgnored: CompareOptions['isIgnored']
}

function columnsOf({ columns }: IndexDescription): string {
  return columns.map(({ name }) => name).join()
}

/** Whether an index, a CHECK or a foreign key that is there is one that no table value says, and that is not replaced. */
function isLeft(change: Change, { from, known, ignored, added, isIgnored }: LeftPlace): boolean {
  if (change.kind === 'drop check') return ignored.some(({ name }) => mentions(change.check, name))
  if (change.kind === 'drop reference')
    return !known.has(change.reference.column) || isIgnored(change.reference.toTable)
  if (change.kind !== 'drop index' || added.has(columnsOf(change.index))) return false
  const nullable = new Set(from.columns.filter(({ isNullable }) => isNullable).map(({ name }) => name))
  return change.index.columns.some(
    ({ name, order }) =>
      !known.has(name) || order.startsWith('desc') || (order === 'asc nulls last' && nullable.has(name)),
  )
}

/** Whether a CHECK names a column; what stands in quotes of text is none. */
function mentions({ expression }: CheckDescription, column: string): boolean {
  const words = expression.replaceAll(/'(?:[^']|'')*'/g, "''").split(/[^\p{L}\p{N}_$]+/u)
  return words.includes(column)
}

/** Whether a table value could say a column, so that one that is omitted is not wanted. */
function isSayable(column: ColumnDescription, readingOf: SchemaTools['readingOf']): boolean {
  return column.generated === undefined && readingOf(column) !== undefined
}

function isSameColumn(from: ColumnDescription, to: ColumnDescription): boolean {
  return (
    from.type === to.type &&
    JSON.stringify(from.values) === JSON.stringify(to.values) &&
    from.isNullable === to.isNullable &&
    isSameDefault(from.default, to.default) &&
    (to.generated === undefined || from.generated === to.generated)
  )
}

/** An expression as default, of which the table says nothing, is left as it is. */
function isSameDefault(from: DefaultDescription | undefined, to: DefaultDescription | undefined): boolean {
  if (to === undefined) return from?.value === undefined
  if (from === undefined) return false
  return from.text === to.text || (from.value !== undefined && from.value === to.value)
}

/** What the column becomes: what the table says, and what it says nothing of. */
function asWanted(from: ColumnDescription, to: ColumnDescription): ColumnDescription {
  const kept = to.default === undefined && from.default?.value === undefined ? from.default : to.default
  return { ...to, default: kept, generated: to.generated ?? from.generated }
}
