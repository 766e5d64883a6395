// A database as code can have it: which tables, and which columns are said by their kind alone.
import type {
  CheckDescription,
  ColumnDescription,
  DatabaseDescription,
  Dialect,
  TableDescription,
} from '../adapter/index.ts'
import { constraintName, isDatabaseName } from '../table/index.ts'
import { mentions } from '../diff/index.ts'
import { keyNames, toProperty, UniqueNames } from './names.ts'
import type { Readings } from './read-columns.ts'

/** A described database, with what was found out about it. */
export interface ReadDatabase {
  readonly dialect: Dialect
  readonly tables: ReadonlyMap<string, TableDescription>
  /** Keys of `defineTables`, by the names of the tables that code can have: those with a key that is read. */
  readonly keys: ReadonlyMap<string, string>
  readonly readings: Readings
  /** Whether a column has another type than that of its kind. */
  hasOwnType(table: string, column: string): boolean
  /** Whether its default is the instant of the insert. */
  isInstant(table: string, column: string): boolean
  /** CHECKs by name, but for those that columns make by themselves. */
  checksOf(table: TableDescription): readonly (readonly [name: string, expression: string])[]
  /** CHECKs over columns that are not read. */
  unsaidChecksOf(table: TableDescription): readonly CheckDescription[]
}

/** Names the tables that code can have. */
export function keysOf({ tables }: DatabaseDescription, readings: Readings): Map<string, string> {
  const names = keyNames()
  const folded = new Set<string>()
  const keys = new Map<string, string>()
  for (const table of tables.values()) {
    const { name } = table
    if (!isDatabaseName(name) || folded.has(name.toLowerCase()) || !isKeyed(table, readings)) continue
    folded.add(name.toLowerCase())
    keys.set(name, names.take(toProperty(name)))
  }
  return keys
}

function isKeyed({ name, primary }: TableDescription, readings: Readings): boolean {
  const read = readings.get(name)
  // JSON has no order, by which a key is found.
  const isKey = (column: string): boolean => !['json', undefined].includes(read?.get(column)?.kind)
  return primary !== undefined && primary.columns.length > 0 && primary.columns.every(isKey)
}

/** What {@link readDatabase} is given. */
export interface DatabaseToRead {
  readonly described: DatabaseDescription
  /** The same columns as their kinds alone make them. */
  readonly bare: DatabaseDescription
  readonly keys: ReadonlyMap<string, string>
  readonly readings: Readings
  readonly dialect: Dialect
}

/** Compares a database with what the kinds of its columns make by themselves. */
export function readDatabase({ described, bare, keys, readings, dialect }: DatabaseToRead): ReadDatabase {
  const made = new Map(
    [...described.tables.values()].map((table) => [
      table.name,
      madeByKinds(table, bare.tables.get(table.name), readings),
    ]),
  )
  const isUnsaid = (table: TableDescription, { expression }: CheckDescription): boolean =>
    table.columns.some(
      ({ name }) => readings.get(table.name)?.has(name) !== true && mentions(expression, name),
    )
  const isOwn = (table: TableDescription, check: CheckDescription): boolean =>
    made.get(table.name)?.checks.has(check.expression) !== true && !isUnsaid(table, check)
  return {
    dialect,
    tables: described.tables,
    keys,
    readings,
    hasOwnType: (table, column) => made.get(table)?.columns.has(column) !== true,
    isInstant: (table, column) => made.get(table)?.instants.has(column) === true,
    checksOf: (table) => {
      const names = new UniqueNames()
      return table.checks
        .filter((check) => isOwn(table, check))
        .map(({ name, expression }, at) => [
          names.take(checkName(name, `${table.name}_check_${at + 1}`)),
          expression,
        ])
    },
    unsaidChecksOf: (table) => table.checks.filter((check) => isUnsaid(table, check)),
  }
}

/** What of a table the kinds of its columns say. */
interface MadeByKinds {
  /** Columns of the same type, with the same CHECK. */
  readonly columns: ReadonlySet<string>
  readonly checks: ReadonlySet<string>
  /** Columns whose default is the instant of the insert. */
  readonly instants: ReadonlySet<string>
}

function madeByKinds(
  table: TableDescription,
  bare: TableDescription | undefined,
  readings: Readings,
): MadeByKinds {
  const bareColumns = new Map(bare?.columns.map((column) => [column.name, column]))
  const checks = new Set(table.checks.map(({ expression }) => expression))
  const plain = table.columns.filter((column) => {
    const check = checkOf(bare, column.name)
    const isHeld = check === undefined || checks.has(check)
    const hasType = bareColumns.get(column.name)?.type === column.type
    return hasType && isHeld && !isUnboundedKey(column, table, readings)
  })
  const instants = table.columns.filter((column) => {
    const initial = bareColumns.get(column.name)?.default
    return initial !== undefined && initial.text === column.default?.text
  })
  return {
    columns: new Set(plain.map(({ name }) => name)),
    checks: new Set(plain.flatMap(({ name }) => checkOf(bare, name) ?? [])),
    instants: new Set(instants.map(({ name }) => name)),
  }
}

function checkName(said: string | undefined, usual: string): string {
  return said !== undefined && isDatabaseName(said) ? said : usual
}

/** A text of any length in a key, which a table takes where it says its type. */
function isUnboundedKey(
  column: ColumnDescription,
  { name: table, primary, indexes }: TableDescription,
  readings: Readings,
): boolean {
  const { kind, limits = {} } = readings.get(table)?.get(column.name) ?? {}
  if ((kind !== 'text' && kind !== 'bytes') || limits.maxLength !== undefined) return false
  if (limits.values?.includes('') === false) return false
  const keys = [primary?.columns ?? [], ...indexes.map(({ columns }) => columns.map(({ name }) => name))]
  return keys.some((names) => names.includes(column.name))
}

/** The CHECK that a column makes by itself. */
function checkOf(table: TableDescription | undefined, column: string): string | undefined {
  if (table === undefined) return undefined
  const name = constraintName(table.name, [column], 'check')
  return table.checks.find((check) => check.name === name)?.expression
}
