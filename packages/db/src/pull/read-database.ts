// A database as code can have it: which tables, and which columns are said by their kind alone.
import type {
  ColumnDescription,
  ColumnReading,
  DatabaseDescription,
  Dialect,
  SchemaTools,
  TableDescription,
} from '../adapter/index.ts'
import { constraintName } from '../table/index.ts'
import { keyNames, toProperty } from './names.ts'

/** A described database, with what was found out about it. */
export interface ReadDatabase {
  readonly dialect: Dialect
  readonly tables: ReadonlyMap<string, TableDescription>
  /** Keys of `defineTables`, by the names of the tables that code can have: those with a key that is read. */
  readonly keys: ReadonlyMap<string, string>
  /** Columns, as `table.column`, whose type is another than that of their kind. */
  readonly ownTypes: ReadonlySet<string>
  readingOf(column: ColumnDescription): ColumnReading | undefined
  /** CHECKs by name, but for those that columns make by themselves. */
  checksOf(table: TableDescription): readonly (readonly [name: string, expression: string])[]
}

/** Names the tables that code can have. */
export function keysOf({ tables }: DatabaseDescription, tools: SchemaTools): Map<string, string> {
  const names = keyNames()
  return new Map(
    [...tables.values()]
      .filter((table) => isKeyed(table, tools))
      .map(({ name }) => [name, names.take(toProperty(name))]),
  )
}

function isKeyed({ primary, columns }: TableDescription, tools: SchemaTools): boolean {
  const keys = columns.filter(({ name }) => primary?.columns.includes(name) === true)
  return keys.length > 0 && keys.every((column) => tools.readingOf(column) !== undefined)
}

/** What {@link readDatabase} is given. */
export interface DatabaseToRead {
  readonly described: DatabaseDescription
  /** The same columns as their kinds alone make them. */
  readonly bare: DatabaseDescription
  readonly keys: ReadonlyMap<string, string>
  readonly tools: SchemaTools
  readonly dialect: Dialect
}

/** Compares a database with what the kinds of its columns make by themselves. */
export function readDatabase({ described, bare, keys, tools, dialect }: DatabaseToRead): ReadDatabase {
  const own = new Set<string>()
  const made = new Map<string, ReadonlySet<string>>()
  for (const table of described.tables.values()) {
    const plain = new Set<string>()
    for (const column of table.columns) {
      const check = checkOf(bare.tables.get(table.name), column.name)
      const type = bare.tables.get(table.name)?.columns.find(({ name }) => name === column.name)?.type
      const isHeld = check === undefined || table.checks.some(({ expression }) => expression === check)
      if (type !== column.type || !isHeld || isUnboundedKey(column, table, tools))
        own.add(`${table.name}.${column.name}`)
      else if (check !== undefined) plain.add(check)
    }
    made.set(table.name, plain)
  }
  return {
    dialect,
    tables: described.tables,
    keys,
    ownTypes: own,
    readingOf: tools.readingOf,
    checksOf: ({ name, checks }) =>
      checks
        .filter(({ expression }) => made.get(name)?.has(expression) !== true)
        .map((check, at) => [check.name ?? `${name}_check_${at + 1}`, check.expression]),
  }
}

/** A text of any length in a key, which a table takes where it says its type. */
function isUnboundedKey(
  column: ColumnDescription,
  { primary, indexes }: TableDescription,
  tools: SchemaTools,
): boolean {
  const { kind, limits = {} } = tools.readingOf(column) ?? {}
  if ((kind !== 'text' && kind !== 'bytes') || limits.maxLength !== undefined) return false
  const keys = [primary?.columns ?? [], ...indexes.map(({ columns }) => columns.map(({ name }) => name))]
  return keys.some((names) => names.includes(column.name))
}

/** The CHECK that a column makes by itself. */
function checkOf(table: TableDescription | undefined, column: string): string | undefined {
  if (table === undefined) return undefined
  const name = constraintName(table.name, [column], 'check')
  return table.checks.find((check) => check.name === name)?.expression
}
