// Columns of a database whose type is not the one that the table says.
import type { ColumnDescription, SchemaTools, TableDescription } from '../adapter/index.ts'
import type { ColumnFacts, TableFacts } from '../table/index.ts'

type Kind = ColumnFacts['kind']

/** Kinds that a kind is read from as well: servers have one type for both. */
const ALSO: Partial<Readonly<Record<Kind, readonly Kind[]>>> = { integer: ['bigint'], bigint: ['integer'] }

/** SQLite keeps these alike. */
const ALIKE: Partial<Readonly<Record<Kind, readonly Kind[]>>> = {
  bigint: ['integer'],
  decimal: ['integer'],
  boolean: ['integer'],
  timestamp: ['text'],
  date: ['text'],
  uuid: ['text'],
  json: ['text'],
}

/**
 * In which columns a table of the database has values that the declared ones are not read from; those with a type of their own,
 * `sqlType()`, are left to their table.
 */
export function otherTypes(
  table: TableFacts,
  there: TableDescription,
  { readingOf, isSqlite }: { readonly readingOf: SchemaTools['readingOf']; readonly isSqlite: boolean },
): string[] {
  const fits = (column: ColumnFacts, found: ColumnDescription): boolean => {
    const kind = readingOf(found)?.kind
    if (kind === undefined || kind === column.kind) return kind !== undefined
    return (isSqlite ? ALIKE : ALSO)[column.kind]?.includes(kind) === true
  }
  return table.columns.flatMap((column) => {
    const found = there.columns.find(({ name }) => name === column.name)
    if (found === undefined || column.sqlType !== undefined || fits(column, found)) return []
    return [`has the column ${column.name} as ${found.type}, from which no ${column.kind} is read`]
  })
}
