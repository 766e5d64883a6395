// Columns of a database whose type is not the one that the table says.
import type { ColumnDescription, Dialect, SchemaTools, TableDescription } from '../adapter/index.ts'
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
  { readingOf, dialect }: { readonly readingOf: SchemaTools['readingOf']; readonly dialect: Dialect },
): string[] {
  const isSqlite = dialect.system === 'sqlite'
  const mayFit = (column: ColumnFacts, found: ColumnDescription): boolean => {
    const kind = readingOf(found)?.kind
    if (kind === undefined || kind === column.kind) return kind !== undefined
    return (isSqlite ? ALIKE : ALSO)[column.kind]?.includes(kind) === true
  }
  // One of another type may be read by another codec, which is known by its `sqlType()`.
  const hasCodec = (column: ColumnFacts, found: ColumnDescription): boolean => {
    const reading = readingOf(found)
    if (isSqlite || (reading?.kind === column.kind && reading.hasNoZone !== true)) return true
    const bare = { ...column, as: undefined }
    return dialect.codecOf(bare).decode === dialect.codecOf({ ...bare, sqlType: found.type }).decode
  }
  return table.columns.flatMap((column) => {
    const found = there.columns.find(({ name }) => name === column.name)
    if (found === undefined || column.sqlType !== undefined) return []
    const way = mayFit(column, found) ? ` without .sqlType('${found.type}')` : ''
    if (way !== '' && hasCodec(column, found)) return []
    return [`has the column ${column.name} as ${found.type}, from which no ${column.kind} is read${way}`]
  })
}
