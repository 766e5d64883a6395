import { Buffer } from 'node:buffer'
import { andThen, type DriverValue, type MaybePromise, type Statement } from '../adapter/index.ts'
import { encodeValue, Parameters, type SqlColumn } from '../condition/index.ts'
import { QueryError } from '../errors.ts'
import { OPERATION_RETRIES } from '../session/index.ts'
import { newRows, newValues, rowOf } from './changes.ts'
import { chunkLength, chunksOf } from './key.ts'
import type { Prepared } from './select.ts'
import type { TableAccess } from './table-access.ts'
import { isNumbered, numberText, returningText, stepOf, takeNumbers } from './numbered-rows.ts'
import type { Row, TableSql } from './table-sql.ts'

/** Inserts a row, and returns it with all that was made: the database adds nothing but a number. */
export function insertRow(row: unknown, access: TableAccess): MaybePromise<Row> {
  const values = newValues(row, newRows(access, 'insert'))
  const { sql } = access
  const statement = insertStatement(values, access)
  return andThen(access.run('insert', statement, encoded(values, sql)), (result) => {
    if (isNumbered(values, sql)) takeNumbers([values], result, { sql })
    return rowOf(values, access)
  })
}

/** The insert of one row. */
export function insertStatement(values: readonly unknown[], access: TableAccess): Statement {
  const { sql } = access
  return isNumbered(values, sql)
    ? access.statement('insert numbered', () => insertSql(sql, 1, true) + returningText(sql))
    : access.statement('insert', () => insertSql(sql, 1))
}

/** Inserts rows in as few statements as there are parameters, and bytes, for: all of them, or none. */
export async function insertRows(rows: unknown, access: TableAccess): Promise<readonly Row[]> {
  if (!Array.isArray(rows))
    throw new QueryError({ message: `${access.key}.insertMany takes a list of rows.` })
  const made = newRows(access, 'insertMany')
  const lists = rows.map((row) => newValues(row, made))
  if (lists.length === 0) return []
  const { sql } = access
  const numbered = sql.identity === undefined ? [] : lists.filter((values) => isNumbered(values, sql))
  // Those that say their number first: none of them is given to another then, where the database counts from the greatest.
  const said = numbered.length === 0 ? lists : lists.filter((values) => !isNumbered(values, sql))
  const chunks = [...chunksIn(said, sql), ...chunksIn(numbered, sql)]
  const insert = async (): Promise<void> => {
    const step = numbered.length > 1 ? await stepOf(access) : 1
    for (const chunk of chunks) await insertChunk(chunk, access, step)
  }
  await (chunks.length === 1 && (numbered.length < 2 || sql.dialect.has.returning)
    ? insert()
    : access.session.transaction(insert, { retries: OPERATION_RETRIES, name: `${access.key}.insertMany` }))
  return lists.map((values) => rowOf(values, access))
}

function chunksIn(lists: Lists, sql: TableSql): readonly Lists[] {
  if (lists.length === 0) return []
  return chunksOf(lists, chunkLength(sql.columns.length, sql)).flatMap((chunk) =>
    withinBytes(chunk, sql.dialect.maxStatementBytes),
  )
}

/** Parts of a chunk with at most so many bytes each, or one row that has more. */
function withinBytes(chunk: Lists, most: number | undefined): readonly Lists[] {
  if (most === undefined) return [chunk]
  const parts: unknown[][][] = []
  let room = 0
  for (const values of chunk) {
    const bytes = values.reduce((sum: number, value) => sum + bytesOf(value), 0)
    const part = parts.at(-1)
    if (part === undefined || bytes > room) {
      parts.push([values])
      room = most - bytes
    } else {
      part.push(values)
      room -= bytes
    }
  }
  return parts
}

/** At least the bytes that a canonical value has on the wire. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return 9 + (value.length < 100 ? 3 * value.length : Buffer.byteLength(value))
  return typeof value === 'object' && value !== null ? 9 + Buffer.byteLength(JSON.stringify(value)) : 9
}

/** Values of rows; all of a chunk say their number, or none does. */
type Lists = readonly unknown[][]

async function insertChunk(lists: Lists, access: TableAccess, step: number): Promise<void> {
  const { sql } = access
  const areNumbered = lists[0] !== undefined && isNumbered(lists[0], sql)
  const { statement, values } = byColumns(lists, access, areNumbered) ?? byRows(lists, access, areNumbered)
  const result = await access.run('insertMany', statement, values)
  if (areNumbered) takeNumbers(lists, result, { sql, step })
}

/** A list of values for each column. */
function byColumns(lists: Lists, access: TableAccess, areNumbered: boolean): Prepared | undefined {
  const { sql } = access
  const { columns, name, dialect, identity } = sql
  const { columnLists } = dialect
  const source = areNumbered ? sql.numberedSource : sql.listsSource
  if (columnLists === undefined || source === undefined || lists.length === 1) return undefined
  const values: DriverValue[] = []
  for (const [at, column] of columns.entries()) {
    if (areNumbered && column === identity) continue
    const list = columnLists.listOf(
      column.facts,
      lists.map((row) => encodeValue(column, row[at])),
    )
    if (list === undefined) return undefined
    values.push(list)
  }
  const names = columns.filter((column) => !areNumbered || column !== identity).map((column) => column.name)
  const returning = areNumbered ? returningText(sql) : ''
  const text = (): string => `insert into ${name} (${names.join(', ')}) ${source}${returning}`
  return { statement: access.statement(areNumbered ? 'insert numbered lists' : 'insert lists', text), values }
}

/** A value for each column of each row. */
function byRows(lists: Lists, access: TableAccess, areNumbered: boolean): Prepared {
  const values: DriverValue[] = []
  for (const list of lists) encode(list, access.sql, values)
  return { statement: chunkStatement(lists.length, access, areNumbered), values }
}

/** The text of a whole chunk is kept; one for each other number of rows would fill the memory of the connection. */
function chunkStatement(count: number, access: TableAccess, areNumbered: boolean): Statement {
  const { sql } = access
  const shape = areNumbered ? 'insert numbered' : 'insert'
  const text = (): string => insertSql(sql, count, areNumbered) + (areNumbered ? returningText(sql) : '')
  if (count === 1) return access.statement(shape, text)
  if (count === chunkLength(sql.columns.length, sql)) return access.statement(`${shape} chunk`, text)
  return { text: text(), isRead: false, isKept: false }
}

/** `insert into … values (…), (…)`, of all columns; where the database numbers the rows, without parameters for the number. */
export function insertSql(sql: TableSql, count: number, areNumbered = false): string {
  const { name, columns, dialect, identity } = sql
  const out = new Parameters(dialect)
  const value = (column: SqlColumn): string =>
    areNumbered && column === identity ? numberText(dialect) : out.add(null, column.facts)
  const list = (): string => `(${columns.map(value).join(', ')})`
  const lists = Array.from({ length: count }, list)
  return `insert into ${name} (${columns.map((column) => column.name).join(', ')}) values ${lists.join(', ')}`
}

/** Values in the order of the columns as the driver takes them. */
export function encoded(values: readonly unknown[], table: TableSql): readonly DriverValue[] {
  return encode(values, table, [])
}

/** Adds them to a list. */
function encode(values: readonly unknown[], { columns }: TableSql, into: DriverValue[]): DriverValue[] {
  let at = 0
  for (const column of columns) {
    const value = values[at++]
    // The database makes it.
    if (value !== undefined) into.push(encodeValue(column, value))
  }
  return into
}
