import { Buffer } from 'node:buffer'
import { andThen, type DriverValue, type MaybePromise, type Statement } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { newRows, newValues, rowOf } from './changes.ts'
import { chunkLength, chunksOf } from './key.ts'
import type { Prepared } from './select.ts'
import type { TableAccess } from './table-access.ts'
import { encodeValue, Parameters, type Row, type TableSql } from './table-sql.ts'

/** Inserts a row, and returns it with all that we made: the database has nothing to add. */
export function insertRow(row: unknown, access: TableAccess): MaybePromise<Row> {
  const values = newValues(row, newRows(access, 'insert'))
  const statement = access.statement('insert', () => insertSql(access.sql, 1))
  const { sql } = access
  return andThen(access.run('insert', statement, encoded(values, sql)), () => rowOf(values, access))
}

/** Inserts rows in as few statements as there are parameters, and bytes, for: all of them, or none. */
export async function insertRows(rows: unknown, access: TableAccess): Promise<readonly Row[]> {
  if (!Array.isArray(rows))
    throw new QueryError({ message: `${access.key}.insertMany takes a list of rows.` })
  const made = newRows(access, 'insertMany')
  const lists = rows.map((row) => newValues(row, made))
  if (lists.length === 0) return []
  const { sql } = access
  const chunks = chunksOf(lists, chunkLength(sql.columns.length, sql)).flatMap((chunk) =>
    withinBytes(chunk, sql.dialect.maxStatementBytes),
  )
  const insert = async (): Promise<void> => {
    for (const chunk of chunks) await insertChunk(chunk, access)
  }
  await (chunks.length === 1
    ? insert()
    : access.session.transaction(insert, { name: `${access.key}.insertMany` }))
  return lists.map((values) => rowOf(values, access))
}

/** Parts of a chunk with at most so many bytes each, or one row that has more. */
function withinBytes(
  chunk: readonly (readonly unknown[])[],
  most: number | undefined,
): readonly (readonly (readonly unknown[])[])[] {
  if (most === undefined) return [chunk]
  const parts: (readonly unknown[])[][] = []
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

type Lists = readonly (readonly unknown[])[]

async function insertChunk(lists: Lists, access: TableAccess): Promise<void> {
  const { statement, values } = byColumns(lists, access) ?? byRows(lists, access)
  await access.run('insertMany', statement, values)
}

/** A list of values for each column. */
function byColumns(lists: Lists, access: TableAccess): Prepared | undefined {
  const { columns, name, dialect, listsSource } = access.sql
  const { columnLists } = dialect
  if (columnLists === undefined || listsSource === undefined || lists.length === 1) return undefined
  const values: DriverValue[] = []
  for (const [at, column] of columns.entries()) {
    const list = columnLists.listOf(
      column.facts,
      lists.map((row) => encodeValue(column, row[at])),
    )
    if (list === undefined) return undefined
    values.push(list)
  }
  const text = (): string =>
    `insert into ${name} (${columns.map((column) => column.name).join(', ')}) ${listsSource}`
  return { statement: access.statement('insert lists', text), values }
}

/** A value for each column of each row. */
function byRows(lists: Lists, access: TableAccess): Prepared {
  const values: DriverValue[] = []
  for (const list of lists) encode(list, access.sql, values)
  return { statement: chunkStatement(lists.length, access), values }
}

/** The text of a whole chunk is kept; one for each other number of rows would fill the memory of the connection. */
function chunkStatement(count: number, access: TableAccess): Statement {
  const { sql } = access
  if (count === 1) return access.statement('insert', () => insertSql(sql, 1))
  if (count === chunkLength(sql.columns.length, sql))
    return access.statement('insert chunk', () => insertSql(sql, count))
  return { text: insertSql(sql, count), isRead: false, isKept: false }
}

/** `insert into … values (…), (…)`, of all columns. */
export function insertSql({ name, columns, dialect }: TableSql, count: number): string {
  const out = new Parameters(dialect)
  const list = (): string => `(${columns.map(({ facts }) => out.add(null, facts)).join(', ')})`
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
  for (const column of columns) into.push(encodeValue(column, values[at++]))
  return into
}
