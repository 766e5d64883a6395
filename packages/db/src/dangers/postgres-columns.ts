// Columns on PostgreSQL: types that surprise.
import type { WrittenColumn } from './columns.ts'
import type { DangerSubject } from './file-facts.ts'
import type { POSTGRES_TEXTS } from './postgres-texts.ts'
import { hasPhrase, type Name } from './words.ts'

/** A statement of PostgreSQL. */
export type PostgresSubject = DangerSubject<keyof typeof POSTGRES_TEXTS>

/** Types that surprise: in a new table, and in a column that is added. */
export function columnDangers({ found }: PostgresSubject, table: Name, column: WrittenColumn): void {
  const { name, type, words } = column
  const parts = { table: table.written, column: name.written }
  if (type === 'json') found('json-column', parts)
  if (type === 'timestamp' && !hasPhrase(words, 'with time zone')) found('time-without-zone', parts)
  if (isPadded(column)) found('padded-text', parts)
}

/** `"char"`, with its quotes, is another type. */
function isPadded({ words }: WrittenColumn): boolean {
  const [first, second] = words
  if (first?.kind !== 'word') return false
  return first.text === 'char' || (first.text === 'character' && second?.text !== 'varying')
}

const SMALL: ReadonlySet<string> = new Set(
  'int int4 integer serial serial4 smallint int2 smallserial serial2'.split(' '),
)

/** A key that counts, and ends early. */
export function keyDangers(
  { found }: PostgresSubject,
  table: Name,
  { name, type, words }: WrittenColumn,
): void {
  if (!SMALL.has(type) || !hasPhrase(words, 'primary key')) return
  if (type.includes('serial') || hasPhrase(words, 'as identity'))
    found('small-key', { table: table.written, column: name.written })
}
