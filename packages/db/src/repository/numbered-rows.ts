// Rows whose key the database numbers: what an insert returns of them.
import type { Result } from '../adapter/index.ts'
import type { TableAccess } from './table-access.ts'
import { aliased, type TableSql } from './table-sql.ts'

/** Whether the database is to number a new row. */
export function isNumbered(values: readonly unknown[], sql: TableSql): boolean {
  return sql.identity !== undefined && values[sql.columns.indexOf(sql.identity)] === undefined
}

/** What stands in the place of the number. SQLite knows no `default` there, and MariaDB reads it as 0, which is a number. */
export function numberText({ system }: TableSql['dialect']): string {
  return system === 'postgresql' ? 'default' : 'null'
}

/** What an insert says after all else, so that it returns the number. */
export function returningText({ identity, dialect }: TableSql): string {
  return identity === undefined || !dialect.has.returning ? '' : ` returning ${aliased(identity, dialect)}`
}

/**
 * Writes the numbers that the database has given into the values of the rows.
 *
 * @param lists - in the order in which they were inserted
 * @param step - from one number to the next, where the database tells the first one alone
 */
export function takeNumbers(
  lists: readonly unknown[][],
  { rows, insertId }: Result,
  { sql, step = 1 }: { readonly sql: TableSql; readonly step?: number },
): void {
  const { identity } = sql
  if (identity === undefined) return
  const { property, facts, decode } = identity
  const place = sql.columns.indexOf(identity)
  for (const [at, values] of lists.entries()) {
    const given = sql.dialect.has.returning ? rows[at]?.[property] : BigInt(insertId ?? 0) + BigInt(at * step)
    const read = decode === undefined || typeof given === 'bigint' ? given : decode(given)
    values[place] = facts.kind === 'bigint' ? String(read) : Number(read)
  }
}

/** How far numbers of one statement are from each other: more than 1 where several servers of MySQL give them. */
export async function stepOf(access: TableAccess): Promise<number> {
  if (access.sql.dialect.has.returning) return 1
  const text = 'select @@auto_increment_increment as step'
  const { rows } = await access.run('insertMany', { text, isRead: false }, [])
  return Number(rows[0]?.['step'])
}
