// Writes table values for a database that was there before, and proves them: what they make is compared with what was read.
import { SetupError } from '@keelson/core'
import type { Adapter, DatabaseDescription, Dialect, SchemaTools } from '../adapter/index.ts'
import { compare, describeTables, ScratchConnection, schemaToolsOf, tellChange } from '../diff/index.ts'
import { factsOf } from '../table/index.ts'
import { buildTables } from './build-tables.ts'
import { toProperty, UniqueNames, upperFirst } from './names.ts'
import { call, planColumn } from './plan-column.ts'
import { planTables } from './plan-table.ts'
import type { Plan, PlannedTable, Pulled } from './plan.ts'
import { printSource } from './print-source.ts'
import { readColumns, type Readings } from './read-columns.ts'
import { keysOf, readDatabase } from './read-database.ts'

/**
 * Reads a database, and writes the tables that code can have of it. It changes nothing there; what tables make is looked at in databases of
 * their own.
 *
 * @param scratch - makes those
 * @throws {SetupError} `ERR_DB_CONNECTION` where it cannot be reached; `ERR_DB_MIGRATION` where no table of it has a key that is read
 */
export async function pull(
  adapter: Adapter,
  isIgnored: (table: string) => boolean,
  scratch: Adapter = adapter,
): Promise<Pulled> {
  const { described, tools, dialect } = await describeDatabase(adapter, isIgnored)
  const readings = readColumns(described, tools)
  const keys = keysOf(described, readings)
  if (keys.size === 0) throw nothing(adapter)
  const beside = { adapter: scratch, others: described.others }
  const bare = buildTables(bareTables(described, keys, readings))
  const read = readDatabase({
    described,
    bare: await describeTables(factsOf(bare), beside),
    keys,
    readings,
    dialect,
  })
  const plan: Plan = { tables: planTables(read), notes: notesOf(described, keys) }
  const tables = buildTables(plan.tables)
  const made = await describeTables(factsOf(tables), beside)
  const left = compare(described, made, {
    readingOf: tools.readingOf,
    isIgnored: (table) => !keys.has(table),
  }).map(tellChange)
  return { source: printSource(plan), tables, left }
}

interface Described {
  readonly described: DatabaseDescription
  readonly tools: SchemaTools
  readonly dialect: Dialect
}

async function describeDatabase(adapter: Adapter, isIgnored: (table: string) => boolean): Promise<Described> {
  await using connection = await ScratchConnection.open(adapter)
  const tools = await schemaToolsOf(adapter)
  const { tables, others } = await tools.describe(connection.ask)
  const known = new Map([...tables].filter(([name]) => !isIgnored(name)))
  return { described: { tables: known, others }, tools, dialect: connection.dialect }
}

/** Tables of columns alone, by a key of another name: what the kinds of columns make by themselves. */
function bareTables(
  { tables }: DatabaseDescription,
  keys: ReadonlyMap<string, string>,
  readings: Readings,
): PlannedTable[] {
  return [...keys].map(([name, key]) => {
    const names = new UniqueNames(['keelsonKey'])
    const columns = (tables.get(name)?.columns ?? []).flatMap((column) => {
      const reading = readings.get(name)?.get(column.name)
      if (reading === undefined) return []
      const property = names.take(toProperty(column.name))
      const plain = { ...column, default: undefined, generated: undefined }
      // Is it by `now()` that its default is an expression?
      const isInstant = reading.kind === 'timestamp' && column.default !== undefined
      return [planColumn({ column: plain, property, reading, hasOwnType: false, isInstant, isKey: false })]
    })
    const id = {
      property: 'keelsonKey',
      column: 'keelson_key',
      calls: [call('uuid'), call('primary')],
      notes: [],
    }
    return { key, constant: upperFirst(key), name, columns: [id, ...columns], options: {}, notes: [] }
  })
}

function notesOf({ tables, others }: DatabaseDescription, keys: ReadonlyMap<string, string>): string[] {
  return [
    ...[...tables.keys()]
      .filter((name) => !keys.has(name))
      .map((name) => `table ${name}, which has no primary key that is read: name it in migrations.ignore`),
    ...others.map(({ kind, name }) => `${kind} ${name}`),
  ]
}

function nothing({ place }: Adapter): SetupError {
  return new SetupError([
    {
      code: 'ERR_DB_MIGRATION',
      place,
      message: 'No table of this database has a primary key whose type a column reads.',
      remedy: 'Look whether it is the database that you mean, and whether the user may see its tables.',
    },
  ])
}
