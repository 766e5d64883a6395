// The rows of a table that is made anew, with what numbers them.
import { textLiteral, type Dialect, type TableDescription } from '../adapter/index.ts'
import { convertedColumn } from './convert-column.ts'
import { foldName } from './sql-tokens.ts'

/** A table and the one that takes its rows. */
export interface CopiedTable {
  readonly from: TableDescription
  readonly to: TableDescription
  /** The name of the one that takes them. */
  readonly between: string
}

/**
 * The statements that copy rows: each with its rowid, which indexes for full text and other tables may keep; and the number that
 * `autoincrement` has come to.
 */
export function copyRows({ from, to, between }: CopiedTable, dialect: Dialect): string[] {
  const { quote } = dialect
  const copied = to.columns.filter(
    ({ name, generated }) => !isComputed(generated) && from.columns.some((column) => column.name === name),
  )
  const rowid = copiedRowid(from, to)
  const names = [...rowid, ...copied.map(({ name }) => quote(name))].join(', ')
  const values = [...rowid, ...copied.map(({ name }) => convertedColumn(name, { from, to }, dialect))].join(
    ', ',
  )
  return [
    `insert into ${quote(between)} (${names}) select ${values} from ${quote(from.name)}`,
    ...(isNumbered(from) && isNumbered(to) ? moveSequence(from.name, between) : []),
  ]
}

function isComputed(generated: string | undefined): boolean {
  return generated?.startsWith('generated') === true
}

/** Its names, of which a column may take any. https://www.sqlite.org/rowidtable.html */
const ROWIDS = ['rowid', '_rowid_', 'oid']

/** Nothing where a column is the rowid, and where a table has none. */
function copiedRowid(from: TableDescription, to: TableDescription): string[] {
  if (!hasRowid(from) || !hasRowid(to) || hasIntegerKey(to)) return []
  const taken = new Set([...from.columns, ...to.columns].map(({ name }) => foldName(name)))
  const name = ROWIDS.find((one) => !taken.has(one))
  return name === undefined ? [] : [name]
}

function hasRowid({ storage }: TableDescription): boolean {
  return !/\bwithout rowid\b/i.test(storage)
}

function hasIntegerKey({ columns, primary }: TableDescription): boolean {
  const [key, ...further] = primary?.columns ?? []
  return (
    further.length === 0 &&
    columns.some(({ name, type }) => name === key && /^integer(?: collate |$)/i.test(type))
  )
}

function isNumbered({ columns }: TableDescription): boolean {
  return columns.some(({ generated }) => generated === 'autoincrement')
}

/** Numbers of rows that are gone are not given again. */
function moveSequence(from: string, between: string): string[] {
  const [before, now] = [textLiteral(from), textLiteral(between)]
  return [
    `delete from sqlite_sequence where name = ${now}`,
    `insert into sqlite_sequence (name, seq) select ${now}, seq from sqlite_sequence where name = ${before}`,
  ]
}
