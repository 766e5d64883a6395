// A table as calls: its columns, what holds over several of them, and what it does not say.
import type {
  ColumnDescription,
  IndexDescription,
  ReferenceDescription,
  TableDescription,
} from '../adapter/index.ts'
import { constraintName } from '../table/index.ts'
import { toProperty, UniqueNames, upperFirst } from './names.ts'
import { call, planColumn } from './plan-column.ts'
import type { PlannedCall, PlannedColumn, PlannedTable } from './plan.ts'
import type { ReadDatabase } from './read-database.ts'

/** The tables of a database that code can have: those with a key that is read. */
export function planTables(read: ReadDatabase): PlannedTable[] {
  return [...read.keys].map(([name, key]) => {
    const table = read.tables.get(name)
    if (table === undefined) throw new TypeError(`The table ${name} was not read.`)
    return planTable(table, key, read)
  })
}

function planTable(table: TableDescription, key: string, read: ReadDatabase): PlannedTable {
  const properties = propertiesOf(table, read)
  const columns = table.columns.flatMap((column): PlannedColumn[] => {
    const property = properties.get(column.name)
    const reading = read.readingOf(column)
    if (property === undefined || reading === undefined) return []
    const hasOwnType = read.ownTypes.has(`${table.name}.${column.name}`)
    const planned = planColumn({ column, property, reading, hasOwnType })
    const [builder, ...rest] = planned.calls
    const held = [
      ...keyCalls(table, column),
      ...uniqueCalls(table, column),
      ...referenceCalls(table, column, { properties, read }),
    ]
    return [{ ...planned, calls: [...(builder === undefined ? [] : [builder]), ...held, ...rest] }]
  })
  const unread = table.columns.filter(({ name }) => !properties.has(name))
  return {
    key,
    constant: upperFirst(key),
    name: table.name,
    columns,
    options: optionsOf(table, properties, read),
    notes: [
      ...unread.map(({ name, type }) => `${name} ${type}: no column reads this type`),
      ...table.others.map(({ kind, name }) => `${kind} ${name}`),
      ...table.indexes
        .filter((index) => !isSayable(index, table, properties))
        .map(({ name }) => `index ${name}`),
    ],
  }
}

function propertiesOf(table: TableDescription, read: ReadDatabase): Map<string, string> {
  const names = new UniqueNames()
  return new Map(
    table.columns.flatMap((column) =>
      read.readingOf(column) === undefined ? [] : [[column.name, names.take(toProperty(column.name))]],
    ),
  )
}

function keyCalls({ primary }: TableDescription, { name }: ColumnDescription): PlannedCall[] {
  return primary?.columns.includes(name) === true ? [call('primary')] : []
}

/** One column that is unique, by the name that it would get. */
function uniqueCalls(table: TableDescription, { name }: ColumnDescription): PlannedCall[] {
  const found = table.indexes.some((index) => index.columns[0]?.name === name && isUniqueColumn(index, table))
  return found ? [call('unique')] : []
}

function isUniqueColumn(index: IndexDescription, table: TableDescription): boolean {
  const twin = table.indexes.find((one) => one.isUnique && namesOf(one).join() === namesOf(index).join())
  return index.isUnique && index.columns.length === 1 && twin === index && isNamedByRule(index, table)
}

/** SQLite names those of constraints by itself, by names that nobody else may use. */
function isNamedByRule(index: IndexDescription, { name }: TableDescription): boolean {
  const kind = index.isUnique ? 'key' : 'idx'
  return index.name.startsWith('sqlite_') || index.name === constraintName(name, namesOf(index), kind)
}

interface TablePlace {
  readonly properties: ReadonlyMap<string, string>
  readonly read: ReadDatabase
}

/** References to tables that code has. */
function referenceCalls(
  table: TableDescription,
  { name }: ColumnDescription,
  place: TablePlace,
): PlannedCall[] {
  const reference = table.references.find(({ column }) => column === name)
  const to = reference === undefined ? undefined : place.read.keys.get(reference.toTable)
  if (reference === undefined || to === undefined) return []
  const { onDelete, onUpdate } = reference
  const options = {
    ...(onDelete !== 'restrict' && { onDelete }),
    ...(onUpdate !== 'no action' && onUpdate !== 'restrict' && { onUpdate }),
    ...relationNames(reference, table, place),
    ...(!hasIndexOf(name, table, place) && { index: false }),
  }
  return [call('references', to, ...(Object.keys(options).length === 0 ? [] : [options]))]
}

/** Given where two relations would have one name, or one that of a column. */
function relationNames(
  { column, toTable }: ReferenceDescription,
  { name, references }: TableDescription,
  { properties, read }: TablePlace,
): object {
  const property = properties.get(column) ?? column
  const as = property.replace(/(.)Id$/, '$1')
  const isTaken = [...properties.values()].includes(as)
  const isTwice = references.filter((one) => one.toTable === toTable).length > 1
  return {
    ...(isTaken && { as: `${as}Row` }),
    ...((isTwice || toTable === name) && { inverse: `${read.keys.get(name)}By${upperFirst(property)}` }),
  }
}

function hasIndexOf(column: string, table: TableDescription, { properties }: TablePlace): boolean {
  const indexes = table.indexes.filter((index) => isSayable(index, table, properties)).map(namesOf)
  return [table.primary?.columns ?? [], ...indexes].some(([first]) => first === column)
}

function optionsOf(
  table: TableDescription,
  properties: ReadonlyMap<string, string>,
  read: ReadDatabase,
): Record<string, unknown> {
  const sayable = table.indexes.filter((index) => isSayable(index, table, properties))
  const columnsOf = (index: IndexDescription): unknown[] =>
    namesOf(index).map((column) => properties.get(column))
  const indexes = sayable
    .filter(({ isUnique }) => !isUnique)
    .map((index) =>
      isNamedByRule(index, table) ? columnsOf(index) : { columns: columnsOf(index), name: index.name },
    )
  const unique = sayable
    .filter((index) => index.isUnique && !isUniqueColumn(index, table))
    .map((index) => ({
      columns: columnsOf(index),
      ...(!isNamedByRule(index, table) && { name: index.name }),
    }))
  const checks = read.checksOf(table)
  return {
    ...(indexes.length > 0 && { indexes }),
    ...(unique.length > 0 && { unique }),
    ...(checks.length > 0 && { checks: Object.fromEntries(checks) }),
    ...(table.storage !== read.dialect.tableSuffix && { storage: table.storage }),
  }
}

/** Whether a table can say an index: its columns are read, and null is the smallest value. */
function isSayable(
  index: IndexDescription,
  { columns }: TableDescription,
  properties: ReadonlyMap<string, string>,
): boolean {
  return index.columns.every(({ name, order }) => {
    const isNullable = columns.find((column) => column.name === name)?.isNullable === true
    return properties.has(name) && (order === 'asc' || (order === 'asc nulls last' && !isNullable))
  })
}

function namesOf({ columns }: IndexDescription): string[] {
  return columns.map(({ name }) => name)
}
