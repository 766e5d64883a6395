// How columns of SQLite are read, by the type that they declare. Only strict tables hold their values to it.
import type { ColumnDescription, ColumnReading } from '../adapter/index.ts'

/**
 * Types with a convention. The others have no reading: `datetime`, `timestamp` and `date` are numbers or texts of any shape; `numeric`,
 * `decimal`, `real` and their kin are not exact; a column without a type and `any` take everything.
 */
const KINDS: Readonly<Record<string, ColumnReading['kind']>> = {
  boolean: 'boolean',
  bool: 'boolean',
  uuid: 'uuid',
  json: 'json',
  blob: 'bytes',
}

/** How a column is read; undefined for a type whose values could be others in code. */
export function sqliteReading({ type }: ColumnDescription): ColumnReading | undefined {
  const [said = '', collation] = type.split(' collate ')
  const name = said.replace(/ ?\(.*$/, '')
  const isCaseInsensitive = collation === 'nocase'
  const kind = KINDS[name]
  if (kind !== undefined) return { kind, limits: {}, isCaseInsensitive: false }
  // What has these letters is kept as an integer, then as text: https://www.sqlite.org/datatype3.html
  if (name.includes('int')) return { kind: 'integer', limits: { bits: 53 }, isCaseInsensitive: false }
  if (!/char|clob|text/.test(name)) return undefined
  return { kind: 'text', limits: lengthOf(said), isCaseInsensitive }
}

/** The length of `varchar(255)` is what the program keeps to, not SQLite. */
function lengthOf(type: string): ColumnReading['limits'] {
  const length = /char ?\((\d+)\)$/.exec(type)?.[1]
  return length === undefined ? {} : { maxLength: Number(length) }
}
