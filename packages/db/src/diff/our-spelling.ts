// A draft is read by people, so it says tables as we write them, and not as the server says them back.
import type { Change, ColumnDescription, DatabaseDescription, TableDescription } from '../adapter/index.ts'

/** A description whose tables are in our own spelling. */
export function withOurTables(
  described: DatabaseDescription,
  ours: DatabaseDescription,
): DatabaseDescription {
  return {
    ...described,
    tables: new Map(
      [...described.tables.values()].map((table) => [
        table.name,
        ourTable(table, ours.tables.get(table.name)),
      ]),
    ),
  }
}

/** A change with the texts that tables declare, where it makes something new. */
export function inOurSpelling(change: Change, ours: DatabaseDescription): Change {
  const own = 'table' in change ? ours.tables.get(change.table) : undefined
  if (own === undefined) return change
  switch (change.kind) {
    case 'create table': {
      const created = ourTable(change.created, own)
      const names = new Set(change.references.map(({ column, toTable }) => `${column} ${toTable}`))
      const references = created.references.filter(({ column, toTable }) => names.has(`${column} ${toTable}`))
      return { ...change, created, references }
    }
    case 'add column':
      return { ...change, column: ourColumn(change.column, own) }
    case 'add index':
      return { ...change, index: byName(own.indexes, change.index) }
    case 'add check':
      return { ...change, check: byName(own.checks, change.check) }
    case 'add reference':
      return { ...change, reference: byName(own.references, change.reference) }
    default:
      return change
  }
}

function ourTable(table: TableDescription, own: TableDescription | undefined): TableDescription {
  if (own === undefined) return table
  return { ...own, columns: table.columns.map((column) => ourColumn(column, own)) }
}

/** Values of an enum type are what the server says. */
function ourColumn(column: ColumnDescription, own: TableDescription): ColumnDescription {
  const found = own.columns.find(({ name }) => name === column.name)
  return found === undefined ? column : { ...found, values: column.values }
}

function byName<T extends { readonly name: string | undefined }>(own: readonly T[], part: T): T {
  return own.find(({ name }) => name === part.name) ?? part
}
