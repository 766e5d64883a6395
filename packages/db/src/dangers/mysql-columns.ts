// Columns on MySQL and MariaDB: types that surprise.
import type { WrittenColumn } from './columns.ts'
import type { DangerSubject } from './file-facts.ts'
import type { MYSQL_TEXTS } from './mysql-texts.ts'
import { hasPhrase, type Name, type Word } from './words.ts'

/** A statement of MySQL or MariaDB. */
export type MysqlSubject = DangerSubject<keyof typeof MYSQL_TEXTS>

/** Whether `character set utf8` is said. */
export function hasThreeBytes(words: readonly Word[]): boolean {
  return words.some(
    ({ kind, text }, at) =>
      kind === 'word' &&
      (text === 'set' || text === 'charset') &&
      isThreeBytes(words, words[at + 1]?.text === '=' ? at + 2 : at + 1),
  )
}

function isThreeBytes(words: readonly Word[], at: number): boolean {
  const text = words[at]?.text
  return text === 'utf8' || text === 'utf8mb3'
}

/** Types that surprise: in a new table, and in a column that is added. */
export function columnDangers({ found }: MysqlSubject, table: Name, column: WrittenColumn): void {
  const { name, type, words } = column
  const parts = { table: table.written, column: name.written }
  if (type === 'timestamp') found('time-ends-2038', parts)
  const isSmall = ['int', 'integer', 'mediumint', 'smallint', 'tinyint'].includes(type)
  if (isSmall && hasPhrase(words, 'auto_increment')) found('small-key', parts)
}
