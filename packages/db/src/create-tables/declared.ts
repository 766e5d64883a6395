// Tables as a description of a database, in our own spelling: the texts that make them. What a server says of them is another spelling.
import type {
  CheckDescription,
  ColumnDescription,
  DatabaseDescription,
  Dialect,
  IndexDescription,
  ReferenceDescription,
  TableDescription,
} from '../adapter/index.ts'
import {
  constraintName,
  type ColumnFacts,
  type IndexFacts,
  type ReferenceFacts,
  type TableFacts,
  type TablesFacts,
} from '../table/index.ts'

/** Describes the tables that a database is to have, in our own spelling. */
export function declared(tables: TablesFacts, dialect: Dialect): DatabaseDescription {
  const others = dialect
    .prerequisites([...tables.tables.values()].flatMap(({ columns }) => columns))
    .map((text) => ({ kind: 'prerequisite', name: '', text, isPrerequisite: true }))
  return {
    tables: new Map(
      [...tables.tables.values()].map((table) => [table.name, declaredTable(table, tables, dialect)]),
    ),
    others,
  }
}

/** Describes one of these tables. */
export function declaredTable(table: TableFacts, tables: TablesFacts, dialect: Dialect): TableDescription {
  return {
    name: table.name,
    columns: table.columns.map((column) => declaredColumn(column, dialect)),
    primary: { name: undefined, columns: table.primary.map(({ name }) => name) },
    indexes: table.indexes.map((index) => declaredIndex(index, table, dialect)),
    checks: [
      ...table.columns.flatMap((column) => declaredCheck(column, table, dialect)),
      ...[...table.checks].map(([name, expression]) => ({ name, expression, column: undefined })),
    ],
    references: table.references.map((reference) => declaredReference(reference, table, tables)),
    storage: table.storage ?? dialect.tableSuffix,
    others: [],
  }
}

function declaredColumn(column: ColumnFacts, dialect: Dialect): ColumnDescription {
  return {
    name: column.name,
    type: column.sqlType ?? dialect.columnType(column),
    values: undefined,
    isNullable: column.isNullable,
    default: dialect.defaultOf(column),
    generated: column.made === 'identity' ? dialect.identity : undefined,
    attributes: undefined,
  }
}

function declaredCheck(column: ColumnFacts, table: TableFacts, dialect: Dialect): CheckDescription[] {
  const expression = column.sqlType === undefined ? dialect.checkOf(column) : undefined
  if (expression === undefined) return []
  return [{ name: constraintName(table.name, [column.name], 'check'), expression, column: undefined }]
}

function declaredIndex(
  { name, columns, isUnique }: IndexFacts,
  table: TableFacts,
  { has }: Dialect,
): IndexDescription {
  return {
    name,
    // In the order in which rows are read: null first.
    columns: columnsOf(columns, table).map((column) => ({
      name: column.name,
      order: has.nullsClause && !column.isNullable ? 'asc nulls last' : 'asc',
    })),
    isUnique,
    isConstraint: false,
  }
}

/** @throws {TypeError} for a table that is not there, which `defineTables` refuses */
function declaredReference(
  reference: ReferenceFacts,
  table: TableFacts,
  { tables }: TablesFacts,
): ReferenceDescription {
  const to = tables.get(reference.to)
  const [column] = columnsOf(reference.columns, table)
  const [key] = to?.primary ?? []
  if (to === undefined || column === undefined || key === undefined)
    throw new TypeError(`${table.name} refers to '${reference.to}', an unknown table.`)
  return {
    name: reference.name,
    column: column.name,
    toTable: to.name,
    toColumn: key.name,
    onDelete: reference.onDelete,
    onUpdate: reference.onUpdate,
    isValid: true,
  }
}

function columnsOf(properties: readonly string[], { byProperty }: TableFacts): ColumnFacts[] {
  return properties.flatMap((property) => byProperty.get(property) ?? [])
}
