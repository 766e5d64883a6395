// Names in the database, made by us: servers tell violations by them, MySQL and SQLite tell nothing else.
import { createHash } from 'node:crypto'

/** The longest name of PostgreSQL, bytes; MySQL takes 64 characters. */
const MAX_BYTES = 63
const HASH_LENGTH = 8

/** Whether each system takes a name as it is: PostgreSQL cuts a longer one, and then two may be one. */
export function isDatabaseName(name: string): boolean {
  return name !== '' && !name.includes('\0') && Buffer.byteLength(name) <= MAX_BYTES
}

/** `customerId` → `customer_id`, `lineURL` → `line_url`; `line1` stays. */
export function snakeCase(property: string): string {
  return property
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
}

/** `orders_status_created_at_idx`: of a table, its columns and a kind; shortened with a hash where it is too long. */
export function constraintName(
  table: string,
  columns: readonly string[],
  kind: 'key' | 'idx' | 'fkey' | 'check' | 'pkey',
): string {
  return endedName([table, ...columns].join('_'), kind)
}

/** `orders_id_pkey` of `orders_id`: a name with an ending, shortened with a hash where it is too long, so that two of one beginning stay two. */
export function endedName(start: string, ending: string): string {
  const name = `${start}_${ending}`
  if (Buffer.byteLength(name) <= MAX_BYTES) return name
  const hash = createHash('sha256').update(name).digest('hex').slice(0, HASH_LENGTH)
  const kept = Buffer.from(name)
    .subarray(0, MAX_BYTES - HASH_LENGTH - ending.length - 2)
    .toString('utf8')
  return `${kept.replace(/\uFFFD$/, '')}_${hash}_${ending}`
}
