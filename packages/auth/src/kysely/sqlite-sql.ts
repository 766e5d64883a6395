// SQLite, where a column may ignore the case of ASCII letters or blanks at the end, and has no type for instants, decimals and JSON.
import type { ConditionValue } from '@keelson/core/conditions'
import type { ExactSql, QueryColumn, SqlNode } from './contract.ts'
import { parameter, sql } from './sql-node.ts'

/** Columns of `json_each`, which hide those of the table. */
const HIDDEN = ['key', 'value', 'type', 'atom', 'id', 'parent', 'fullkey', 'path', 'json', 'root']

/** @see {@link ExactSql} */
export const SQLITE: ExactSql = {
  column({ node, about }) {
    switch (about.kind) {
      case 'text':
        return about.caseInsensitive === true ? node : sql`${node} collate binary`
      case 'date':
        return sql`${node} collate binary`
      case 'uuid':
        return sql`lower(${node}) collate binary`
      case 'timestamp':
        // In whatever form of ISO 8601 it is kept.
        return sql`strftime('%Y-%m-%dT%H:%M:%fZ', ${node})`
      default:
        return node
    }
  },
  value(value, { about: { kind } }) {
    switch (kind) {
      case 'boolean':
        return parameter(Number(value))
      case 'integer':
        return parameter(Number(value))
      case 'bigint':
        return sql`cast(${parameter(value)} as integer)`
      case 'bytes':
        return parameter(Buffer.from(String(value), 'base64url'))
      default:
        return parameter(value)
    }
  },
  indexed: () => undefined,
  startsWith(column, prefix) {
    const length = parameter(Array.from(String(prefix)).length)
    const collation = column.about.caseInsensitive === true ? sql`nocase` : sql`binary`
    return sql`substr(${column.node}, 1, ${length}) = ${parameter(prefix)} collate ${collation}`
  },
  contains({ node }, element) {
    const found = sql`exists (select 1 from json_each(${node}) as element where ${elementIs(element)})`
    return sql`iif(${node} is null, null, json_type(${node}) = 'array' and ${found})`
  },
  problem,
}

/** Its value of true is 1. */
function elementIs(element: ConditionValue): SqlNode {
  const value = JSON.parse(String(element)) as string | number | boolean
  if (typeof value === 'boolean') return value ? sql`element.type = 'true'` : sql`element.type = 'false'`
  const type =
    typeof value === 'string' ? sql`element.type = 'text'` : sql`element.type in ('integer', 'real')`
  return sql`${type} and element.value = ${parameter(value)}`
}

function problem(
  { name, isQualified, about: { kind } }: QueryColumn,
  comparison: string,
): string | undefined {
  if (kind === 'decimal')
    return 'no decimals, which SQLite does not have: a column of numbers is of the kind integer'
  if (kind === 'json' && comparison !== 'contains' && comparison !== 'isNull')
    return 'no documents, but what they contain'
  const isHidden = comparison === 'contains' && HIDDEN.includes(name.toLowerCase())
  return isHidden && !isQualified
    ? `no column named '${name}' without its table: give the option table`
    : undefined
}
