import type { DriverValue } from '../adapter/index.ts'
import { encodeValue, type Place, type SqlColumn } from './condition-table.ts'

/** Where a list stands. */
export interface ListPlace extends Place {
  /** The type that the array gets on PostgreSQL: `::bigint[]`. Default: none, so that it has that of the column. */
  readonly listType?: string
}

/**
 * Whether a column is one of a list of canonical values. PostgreSQL takes the list as one array; elsewhere lists are filled up to the
 * next power of two with their last value, so that lists of any length make few texts, which stay prepared.
 */
export function inList(
  column: SqlColumn,
  values: readonly unknown[],
  { table: { dialect }, out, listType = '' }: ListPlace,
): string {
  if (values.length === 0) return '1 = 0'
  const encoded = values.map((value) => encodeValue(column, value))
  if (dialect.system === 'postgresql')
    return `${column.compared} = any(${out.add(arrayText(encoded))}${listType})`
  const last = encoded.at(-1) ?? null
  const length = paddedLength(encoded.length, dialect.maxParameters - out.values.length)
  const places = Array.from({ length }, (_, at) => out.add(encoded[at] ?? last, column.facts))
  return `${column.compared} in (${places.join(', ')})`
}

/** The next power of two, as long as there is room for it. */
function paddedLength(length: number, room: number): number {
  const padded = 2 ** Math.ceil(Math.log2(length))
  return padded <= room ? padded : length
}

/** An array as PostgreSQL reads it. */
function arrayText(values: readonly DriverValue[]): string {
  return `{${values.map(elementText).join(',')}}`
}

function elementText(value: DriverValue): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`
  return value instanceof Uint8Array ? `"\\\\x${Buffer.from(value).toString('hex')}"` : String(value)
}
