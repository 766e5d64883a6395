// A table as calls: its columns, what holds over several of them, and what it does not say.
import {
  isNumbering,
  type ColumnDescription,
  type ColumnReading,
  type ReferenceDescription,
  type TableDescription,
} from '../adapter/index.ts'
import { canRefer, hasSayableActions } from '../diff/index.ts'
import { nameRelations, type RelationNames } from './name-relations.ts'
import { toProperty, UniqueNames, upperFirst } from './names.ts'
import { call, planColumn } from './plan-column.ts'
import {
  hasIndexOf,
  indexOptions,
  repeatedNames,
  uniqueCalls,
  unsaidIndexes,
  type IndexPlace,
} from './plan-indexes.ts'
import type { PlannedCall, PlannedColumn, PlannedTable } from './plan.ts'
import type { ReadDatabase } from './read-database.ts'

/** The tables of a database that code can have: those with a key that is read. */
export function planTables(read: ReadDatabase): PlannedTable[] {
  const tables = [...read.keys].map(([name, key]) => {
    const table = read.tables.get(name)
    if (table === undefined) throw new TypeError(`The table ${name} was not read.`)
    return { table, key, properties: propertiesOf(table, read) }
  })
  const repeated = repeatedNames(tables.map(({ table }) => table))
  const references = tables.flatMap(({ table, key, properties }) =>
    sayableReferences(table, read).map((reference) => ({
      reference,
      property: properties.get(reference.column) ?? reference.column,
      from: key,
      to: read.keys.get(reference.toTable) ?? reference.toTable,
    })),
  )
  const relations = nameRelations(
    references,
    new Map(tables.map(({ key, properties }) => [key, [...properties.values()]])),
  )
  return tables.map(({ table, key, properties }) =>
    planTable(key, { table, properties, read, relations, repeatedNames: repeated }),
  )
}

interface TablePlace extends IndexPlace {
  readonly read: ReadDatabase
  /** Of the references that are said. */
  readonly relations: ReadonlyMap<ReferenceDescription, RelationNames>
}

function planTable(key: string, place: TablePlace): PlannedTable {
  const { table, properties, read, relations } = place
  const checks = read.checksOf(table)
  return {
    key,
    constant: upperFirst(key),
    name: table.name,
    columns: inKeyOrder(table).flatMap((column) => plannedColumn(column, place)),
    options: {
      ...indexOptions(place),
      ...(checks.length > 0 && { checks: Object.fromEntries(checks) }),
      ...(table.storage !== read.dialect.tableSuffix && { storage: table.storage }),
    },
    notes: [
      ...table.columns
        .filter(({ name }) => !properties.has(name))
        .map(({ name, type }) => `${name} ${type}: no column reads this type`),
      ...table.references
        .filter((reference) => !relations.has(reference))
        .map(({ column, toTable }) => `foreign key of ${column} to ${toTable}`),
      ...table.others.map(({ kind, name }) => `${kind} ${name}`),
      ...read.unsaidChecksOf(table).map(({ expression }) => `check ${expression}`),
      ...unsaidIndexes(place).map(({ name }) => `index ${name}`),
    ],
  }
}

/** The columns, of which those of the key are in its order: that of the properties is the one that it gets. */
function inKeyOrder({ columns, primary }: TableDescription): ColumnDescription[] {
  const order = primary?.columns ?? []
  const keys = order.flatMap((name) => columns.find((column) => column.name === name) ?? [])
  return columns.map((column) => (order.includes(column.name) ? (keys.shift() ?? column) : column))
}

function plannedColumn(column: ColumnDescription, place: TablePlace): PlannedColumn[] {
  const { table, properties, read } = place
  const property = properties.get(column.name)
  const reading = read.readings.get(table.name)?.get(column.name)
  if (property === undefined || reading === undefined) return []
  const isKey = table.primary?.columns.includes(column.name) === true
  const isNumbered = isIdentity(column, reading.kind, place)
  const planned = planColumn({
    column: isNumbered ? { ...column, generated: undefined } : column,
    property,
    reading,
    hasOwnType: read.hasOwnType(table.name, column.name),
    isInstant: read.isInstant(table.name, column.name),
    isKey,
  })
  const [builder, ...rest] = planned.calls
  const held = [
    ...(isNumbered ? [call('identity')] : []),
    ...(isKey ? [call('primary')] : []),
    ...uniqueCalls(column, place),
    ...referenceCalls(column, place),
  ]
  return [{ ...planned, calls: [...(builder === undefined ? [] : [builder]), ...held, ...rest] }]
}

/** Whether a key is one that code can say of it, too: a number, by itself, that is not that of another table. */
function isIdentity(
  { name, generated }: ColumnDescription,
  kind: ColumnReading['kind'],
  { table, relations }: TablePlace,
): boolean {
  if (!isNumbering(generated) || (kind !== 'integer' && kind !== 'bigint')) return false
  const refers = table.references.some((one) => one.column === name && relations.has(one))
  return table.primary?.columns.join() === name && !refers
}

function propertiesOf(table: TableDescription, read: ReadDatabase): Map<string, string> {
  const names = new UniqueNames()
  const columns = read.readings.get(table.name)?.keys() ?? []
  return new Map([...columns].map((column) => [column, names.take(toProperty(column))]))
}

/** Foreign keys of columns that are read, to tables that code has, and as the key is read; of a column the first. */
function sayableReferences(
  { name, columns, references }: TableDescription,
  read: ReadDatabase,
): ReferenceDescription[] {
  const own = read.readings.get(name)
  const isSayable = (reference: ReferenceDescription): boolean => {
    const { column, toTable, toColumn } = reference
    const [reading, key] = [own?.get(column), read.readings.get(toTable)?.get(toColumn)]
    const referring = columns.find((one) => one.name === column)
    if (reading === undefined || key === undefined || referring === undefined) return false
    return read.keys.has(toTable) && canRefer(reading, key) && hasSayableActions(reference, referring)
  }
  const sayable = references.filter(isSayable)
  return sayable.filter(
    ({ column }, at) => sayable.findIndex((reference) => reference.column === column) === at,
  )
}

function referenceCalls({ name }: ColumnDescription, place: TablePlace): PlannedCall[] {
  const { table, read, relations } = place
  const reference = table.references.find((one) => one.column === name && relations.has(one))
  if (reference === undefined) return []
  const { onDelete, onUpdate, toTable } = reference
  const options = {
    ...(onDelete !== 'restrict' && { onDelete }),
    ...(onUpdate !== 'no action' && onUpdate !== 'restrict' && { onUpdate }),
    ...relations.get(reference),
    ...(!hasIndexOf(name, place) && { index: false }),
  }
  return [call('references', read.keys.get(toTable), ...(Object.keys(options).length === 0 ? [] : [options]))]
}
