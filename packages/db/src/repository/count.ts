import { andThen, type MaybePromise } from '../adapter/index.ts'
import { Parameters } from '../condition/index.ts'
import { assertParameters, whereSql } from './select.ts'
import type { TableAccess } from './table-access.ts'

/** Counts the rows of a condition; without one, all. */
export function countRows(where: readonly unknown[], access: TableAccess): MaybePromise<number> {
  const { sql } = access
  const out = new Parameters(sql.dialect)
  const condition = where.length === 0 ? undefined : access.where.read(where[0])
  const text = `select count(*) as ${sql.dialect.quote('count')} from ${sql.name}${whereSql({ condition, withDeleted: false }, sql, out)}`
  assertParameters(out, sql)
  // Of 64 bits, which drivers give as text.
  return andThen(access.run('count', { text, isRead: true }, out.values), ({ rows }) =>
    Number(rows[0]?.['count']),
  )
}
