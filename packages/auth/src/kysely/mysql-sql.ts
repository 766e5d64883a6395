// MySQL and MariaDB, where most collations take `a`, `A`, `á` and `a ` for equal: texts are compared as the bytes of UTF-8.
import type { ConditionValue } from '@keelson/core/conditions'
import type { ExactSql, QueryColumn, SqlNode } from './contract.ts'
import { containsOnMariadb, literal, normalized, unescaped } from './mariadb-json.ts'
import { parameter, sql } from './sql-node.ts'

/** Digits that their decimals hold, in all and behind the point. */
const MOST_DIGITS = 65
const MOST_PLACES = 30
const ASCII = /^[ -~]*$/

/** @see {@link ExactSql} */
export const MYSQL: ExactSql = {
  column({ node, about }) {
    switch (about.kind) {
      case 'text':
        return about.caseInsensitive === true ? node : bytesOf(node)
      case 'uuid':
        return sql`cast(lower(convert(${node} using utf8mb4)) as binary)`
      case 'timestamp':
        // A Date has no more.
        return sql`(${node} - interval (microsecond(${node}) % 1000) microsecond)`
      default:
        return node
    }
  },
  value(value, { about: { kind, caseInsensitive } }) {
    switch (kind) {
      case 'text':
        return caseInsensitive === true ? foldedOf(value) : bytesOf(textOf(value))
      case 'uuid':
        return bytesOf(parameter(value))
      case 'integer':
        return typeof value === 'number' ? sql`cast(${parameter(value)} as signed)` : decimal(value)
      case 'bigint':
        return sql`cast(${parameter(value)} as signed)`
      case 'decimal':
        return decimal(value)
      case 'boolean':
        return parameter(Number(value))
      case 'timestamp':
        // As the driver writes it, which is as it reads the column.
        return sql`cast(${parameter(new Date(String(value)))} as datetime(3))`
      case 'date':
        return sql`cast(${parameter(value)} as date)`
      case 'bytes':
        return parameter(Buffer.from(String(value), 'base64url'))
      default:
        return sql`cast(${textOf(value)} as json)`
    }
  },
  indexed({ node, about }, value) {
    if (about.kind !== 'text' || about.caseInsensitive === true) return undefined
    // A text that the character set of the column does not have would be an error.
    return ASCII.test(String(value)) ? { column: node, value: parameter(value) } : undefined
  },
  startsWith(column, prefix) {
    if (column.about.caseInsensitive === true) return foldedStart(column, prefix)
    const start = bytesOf(textOf(prefix))
    return sql`left(${bytesOf(column.node)}, length(${start})) = ${start}`
  },
  // A document that is a value alone is a list of it to `member of`.
  contains: ({ node }, element) =>
    sql`(json_type(${node}) = 'ARRAY' and cast(${textOf(element)} as json) member of (${node}))`,
  problem: ({ about: { kind } }, _, value) =>
    kind === 'decimal' && value !== undefined && !isHeld(String(value))
      ? `decimals of at most ${MOST_DIGITS} digits, ${MOST_PLACES} of them after the point`
      : undefined,
}

/** What differs on MariaDB: it has no type for JSON. */
export const MARIADB: ExactSql = {
  ...MYSQL,
  column: (column) =>
    column.about.kind === 'json' ? normalized(unescaped(column.node)) : MYSQL.column(column),
  value: (value, column) =>
    column.about.kind === 'json' ? normalized(textOf(value)) : MYSQL.value(value, column),
  contains: ({ node }, element) => containsOnMariadb(node, textOf(element)),
}

/**
 * A text as a parameter. A driver writes it in the character set of the connection, with `?` for what that does not have: such a text goes as
 * the digits of its bytes.
 */
function textOf(value: ConditionValue): SqlNode {
  const text = String(value)
  if (ASCII.test(text)) return parameter(text)
  return sql`convert(unhex(${parameter(Buffer.from(text).toString('hex'))}) using utf8mb4)`
}

/** A text to which the collation of the column applies: what a function gives has its own. */
function foldedOf(value: ConditionValue): SqlNode {
  const text = String(value)
  return ASCII.test(text) ? parameter(text) : literal(text)
}

/** Whatever the character set of the column. */
function bytesOf(text: SqlNode): SqlNode {
  return sql`cast(convert(${text} using utf8mb4) as binary)`
}

function foldedStart({ node }: QueryColumn, prefix: ConditionValue): SqlNode {
  return sql`left(${node}, ${parameter(Array.from(String(prefix)).length)}) = ${foldedOf(prefix)}`
}

function isHeld(value: string): boolean {
  const [whole = '', places = ''] = value.replace('-', '').split('.')
  return whole.length + places.length <= MOST_DIGITS && places.length <= MOST_PLACES
}

/** With as many places as it has: of more its type has fewer digits before the point. */
function decimal(value: ConditionValue): SqlNode {
  const [whole = '', places = ''] = String(value).replace('-', '').split('.')
  const type = `decimal(${whole.length + places.length}, ${places.length})`
  // Digits alone, counted here.
  return {
    kind: 'RawNode',
    sqlFragments: ['cast(', ` as ${type})`],
    parameters: [parameter(value)],
  } as SqlNode
}
