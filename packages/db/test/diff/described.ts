// Descriptions of databases, written short.
import type { ColumnDescription, DatabaseDescription, TableDescription } from '../../src/adapter/index.ts'

/** A column of integers that may be null, but for what is said. */
export function column(name: string, parts: Partial<ColumnDescription> = {}): ColumnDescription {
  return {
    name,
    type: 'integer',
    isNullable: true,
    default: undefined,
    generated: undefined,
    attributes: undefined,
    values: undefined,
    ...parts,
  }
}

/** A table with these columns and nothing else, but for what is said. */
export function described(
  name: string,
  columns: readonly (string | ColumnDescription)[],
  parts: Partial<TableDescription> = {},
): TableDescription {
  return {
    name,
    columns: columns.map((one) => (typeof one === 'string' ? column(one) : one)),
    primary: undefined,
    indexes: [],
    checks: [],
    references: [],
    storage: '',
    others: [],
    ...parts,
  }
}

/** A database of these tables. */
export function databaseOf(...tables: readonly TableDescription[]): DatabaseDescription {
  return { tables: new Map(tables.map((table) => [table.name, table])), others: [] }
}
