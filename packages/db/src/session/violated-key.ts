// Of which table a violated key is, and on which columns, where the error of the server does not say so.
import type { Adapter, Connection, NamedKey, Statement } from '../adapter/index.ts'
import type { TableFacts, TablesFacts } from '../table/index.ts'

/** A statement, and its table where one is known. */
interface Written {
  readonly statement: Statement
  readonly table?: TableFacts | undefined
}

interface FailedOn {
  readonly adapter: Adapter
  readonly connection: Connection
  readonly tables: TablesFacts | undefined
}

/** The table that a statement of the program writes: MariaDB tells none of a violated primary key. */
export function writtenTable(
  { statement }: Written,
  tables: TablesFacts | undefined,
): TableFacts | undefined {
  if (tables === undefined || statement.isRead) return undefined
  const name =
    /^\s*(?:insert|replace|update|delete)\s+(?:ignore\s+)?(?:into\s+|from\s+)?[`"]?([^`"\s(]+)/i.exec(
      statement.text,
    )?.[1]
  return [...tables.tables.values()].find((table) => table.name === name)
}

/** The violated key by its name, where no table declares that: a database that was not made of these tables has others. */
export async function violatedKey(
  error: unknown,
  query: Written,
  { adapter, connection, tables }: FailedOn,
): Promise<NamedKey | undefined> {
  if (tables === undefined || connection.keysNamed === undefined || connection.broken !== undefined)
    return undefined
  const failure = adapter.failureOf(error)
  const { constraint } = failure
  if (failure.kind !== 'unique' || failure.columns !== undefined || constraint === undefined) return undefined
  if (isKnown(constraint, tables)) return undefined
  const owner = failure.table ?? (query.table ?? writtenTable(query, tables))?.name
  // What cannot be looked up is told by its name.
  const keys = await connection.keysNamed(constraint).catch(() => [])
  const found = keys.filter(({ table }) => isOf(table, owner, tables))
  return found.length === 1 ? found[0] : undefined
}

function isKnown(constraint: string, { tables }: TablesFacts): boolean {
  if (constraint === 'PRIMARY') return true
  return [...tables.values()].some(({ indexes }) => indexes.some(({ name }) => name === constraint))
}

/** Whether a table is the one that the statement wrote; any of ours, where that is not known. */
function isOf(table: string, owner: string | undefined, { tables }: TablesFacts): boolean {
  return owner === undefined ? [...tables.values()].some(({ name }) => name === table) : table === owner
}
