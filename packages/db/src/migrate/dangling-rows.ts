// Rows of SQLite that refer to nothing, each with what tells it apart from others when it is looked for again.
import { quoteName, rowText, textLiteral, type DriverRow } from '../adapter/index.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** A row that refers to nothing, by one of its foreign keys. Names of tables are in lower case. */
export type DanglingRow = {
  readonly table: string
  readonly parent: string
  /** Values of its primary key, as one text; its number where it has none. */
  readonly key: string
  readonly keyColumns: string
  /** Null in a table without numbers of rows. */
  readonly rowid: string | null
  /** Of the foreign key. */
  readonly columns: string
  readonly value: string
}

/** What was found at one time. */
export interface DanglingRows {
  readonly rows: readonly DanglingRow[]
  /** The page of the file at which each table begins, which it keeps when it is renamed. */
  readonly pages: ReadonlyMap<string, number>
}

/** Looks for them in all tables. */
export async function findDanglingRows(connection: RunnerConnection): Promise<DanglingRows> {
  const ask = async (text: string): Promise<readonly DriverRow[]> => (await connection.run(text)).rows
  const broken = await ask('select distinct "table" as child, parent, fkid from pragma_foreign_key_check')
  const tables = await ask("select lower(name) as name, rootpage from sqlite_master where type = 'table'")
  const rows: DanglingRow[] = []
  for (const row of broken)
    rows.push(
      ...(await rowsOf(
        { table: rowText(row, 'child'), parent: rowText(row, 'parent'), id: Number(row['fkid']) },
        ask,
      )),
    )
  return { rows, pages: new Map(tables.map((row) => [rowText(row, 'name'), Number(row['rootpage'])])) }
}

type AskRows = (text: string) => Promise<readonly DriverRow[]>

/** A foreign key that some rows violate, by its number in its table. */
interface BrokenKey {
  readonly table: string
  readonly parent: string
  readonly id: number
}

async function rowsOf(broken: BrokenKey, ask: AskRows): Promise<DanglingRow[]> {
  const { table, parent, id } = broken
  const pairs = await ask(
    `select "from" as own, "to" as key from pragma_foreign_key_list(${textLiteral(table)}) where id = ${id} order by seq`,
  )
  const own = pairs.map((row) => rowText(row, 'own'))
  const keys = await primaryOf(table, ask)
  const rowid = await rowidOf(table, ask)
  const source =
    rowid === undefined
      ? `${quote(table)} t where ${await hasNoParent(broken, pairs, ask)}`
      : `pragma_foreign_key_check(${textLiteral(table)}) f join ${quote(table)} t on t.${rowid} = f.rowid where f.fkid = ${id}`
  const number = rowid === undefined ? 'null' : `cast(t.${rowid} as text)`
  const rows = await ask(
    `select ${number} as number, ${valuesText(keys)} as key, ${valuesText(own)} as value from ${source}`,
  )
  return rows.map((row) => ({
    table: table.toLowerCase(),
    parent: parent.toLowerCase(),
    key: keys.length === 0 ? rowText(row, 'number') : rowText(row, 'key'),
    keyColumns: keys.join(),
    rowid: row['number'] as string | null,
    columns: own.join(),
    value: rowText(row, 'value'),
  }))
}

function quote(name: string): string {
  return quoteName(name, '"')
}

async function primaryOf(table: string, ask: AskRows): Promise<string[]> {
  const rows = await ask(
    `select name from pragma_table_xinfo(${textLiteral(table)}) where pk > 0 order by pk`,
  )
  return rows.map((row) => rowText(row, 'name'))
}

/** The name of the number of rows; a column may have taken it. Undefined in a table without. */
async function rowidOf(table: string, ask: AskRows): Promise<string | undefined> {
  const [found] = await ask(
    `select name from (select 'rowid' as name union all select '_rowid_' union all select 'oid')
      where name not in (select lower(name) from pragma_table_xinfo(${textLiteral(table)}))
        and not exists (select 1 from pragma_table_list l where l.schema = 'main' and lower(l.name) = lower(${textLiteral(table)}) and l.wr)`,
  )
  return found && rowText(found, 'name')
}

/** The condition of rows whose parent is not there, where the check gives them no number. */
async function hasNoParent(
  { parent }: BrokenKey,
  pairs: readonly DriverRow[],
  ask: AskRows,
): Promise<string> {
  const own = pairs.map((row) => `t.${quote(rowText(row, 'own'))}`)
  const isSaid = own.map((column) => `${column} is not null`).join(' and ')
  const [there] = await ask(
    `select name from sqlite_master where type = 'table' and lower(name) = lower(${textLiteral(parent)})`,
  )
  if (there === undefined) return isSaid
  const primary = await primaryOf(parent, ask)
  const keys = pairs.map(({ key }, at) => `p.${quote((key as string | null) ?? primary[at] ?? '')}`)
  const isSame = keys.map((key, at) => `${key} = ${own[at] ?? ''}`).join(' and ')
  return `${isSaid} and not exists (select 1 from ${quote(parent)} p where ${isSame})`
}

/** Values as one text. */
function valuesText(columns: readonly string[]): string {
  const texts = columns.map((column) => {
    const value = `t.${quote(column)}`
    return `case typeof(${value}) when 'null' then '' when 'blob' then hex(${value}) else cast(${value} as text) end`
  })
  return texts.length === 0 ? "''" : texts.join(" || ' ' || ")
}
