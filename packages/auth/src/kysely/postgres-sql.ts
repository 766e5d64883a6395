// PostgreSQL, where the collation of a column may take other texts for equal (nondeterministic ones, citext), and orders them by a language.
import type { ColumnKind, ConditionValue } from '@keelson/core/conditions'
import type { ExactSql, QueryColumn, SqlNode } from './contract.ts'
import { parameter, sql } from './sql-node.ts'

const TYPED: Readonly<Record<Exclude<ColumnKind, 'bytes' | 'text'>, (put: SqlNode) => SqlNode>> = {
  integer: (put) => sql`${put}::bigint`,
  bigint: (put) => sql`${put}::bigint`,
  decimal: (put) => sql`${put}::numeric`,
  boolean: (put) => sql`${put}::boolean`,
  timestamp: (put) => sql`${put}::timestamptz`,
  date: (put) => sql`${put}::date`,
  uuid: (put) => sql`${put}::uuid`,
  json: (put) => sql`${put}::jsonb`,
}

/** @see {@link ExactSql} */
export const POSTGRES: ExactSql = {
  column({ node, about }) {
    switch (about.kind) {
      case 'text':
        return about.caseInsensitive === true ? node : asRead(node)
      case 'timestamp':
        // A Date has no more.
        return sql`date_trunc('milliseconds', ${node})`
      case 'json':
        return sql`${node}::jsonb`
      default:
        return node
    }
  },
  value(value, { about: { kind, caseInsensitive } }) {
    if (kind === 'bytes') return sql`${parameter(Buffer.from(String(value), 'base64url'))}::bytea`
    const put = parameter(value)
    if (kind === 'text') return caseInsensitive === true ? put : sql`${put}::text`
    // A fraction that a column of numbers is compared with.
    return kind === 'integer' && typeof value === 'string' ? sql`${put}::numeric` : TYPED[kind](put)
  },
  indexed({ node, about }, value) {
    // Without a type, so that it is read as the column: an enum is not compared with a text.
    return about.kind === 'text' && about.caseInsensitive !== true
      ? { column: node, value: parameter(value) }
      : undefined
  },
  startsWith(column, prefix) {
    if (column.about.caseInsensitive === true) return foldedStart(column, prefix)
    return sql`starts_with(${POSTGRES.column(column)}, ${parameter(prefix)}::text)`
  },
  // In an array: a document that is a value alone contains this value, too.
  contains: ({ node }, element) => sql`${node}::jsonb @> jsonb_build_array(${parameter(element)}::jsonb)`,
  problem: () => undefined,
}

/** With the blanks of a `char(n)`, which its cast to text drops. Of null, `concat` would make an empty text. */
function asRead(text: SqlNode): SqlNode {
  return sql`case when ${text} is not null then concat(${text}) end collate "C"`
}

/** The start of a text has the collation of its column. */
function foldedStart({ node }: QueryColumn, prefix: ConditionValue): SqlNode {
  return sql`substr(${node}, 1, ${parameter(Array.from(String(prefix)).length)}::integer) = ${parameter(prefix)}`
}
