// A condition as SQL that holds for the rows for which its verdict in JavaScript is true.
import type { Comparison, ConditionNode, ConditionValue } from '@keelson/core/conditions'
import type { DriverValue } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { encodeValue, type Parameters, type SqlColumn, type TableSql } from './table-sql.ts'

const SIGNS = { is: '=', isNot: '<>', below: '<', atMost: '<=', above: '>', atLeast: '>=' } as const

/** The statement that is written. */
export interface Place {
  readonly table: TableSql
  readonly out: Parameters
}

/**
 * Writes a condition, and adds its values to the parameters.
 *
 * @throws {QueryError} for a column that the table does not have
 * @throws {InvalidValueError} 400, for a value that its column does not take
 */
export function conditionSql(node: ConditionNode, place: Place): string {
  switch (node.op) {
    case 'always':
      return '1 = 1'
    case 'never':
      return '1 = 0'
    case 'unknown':
      return 'null'
    case 'all':
      return joined(
        node.of.map((one) => nested(one, place)),
        ' and ',
      )
    case 'any':
      return joined(
        node.of.map((one) => nested(one, place)),
        ' or ',
      )
    case 'not':
      return `not (${conditionSql(node.of, place)})`
    case 'isNull':
      return `${columnOf(node.column, place.table).name} is null`
    case 'isIn':
      return isIn(columnOf(node.column, place.table), node.values, place)
    default:
      return compare(columnOf(node.column, place.table), node, place)
  }
}

function nested(node: ConditionNode, place: Place): string {
  const text = conditionSql(node, place)
  return node.op === 'all' || node.op === 'any' ? `(${text})` : text
}

/** How many conditions stand side by side. */
const MOST_JOINED = 100

/** Conditions within one another where there are many: a row of them is as deep as it is long, and SQLite allows a depth of 1,000. */
export function joined(conditions: readonly string[], sign: ' and ' | ' or '): string {
  if (conditions.length <= MOST_JOINED) return conditions.join(sign)
  const parts: string[] = []
  for (let at = 0; at < conditions.length; at += MOST_JOINED)
    parts.push(`(${conditions.slice(at, at + MOST_JOINED).join(sign)})`)
  return joined(parts, sign)
}

function compare(
  column: SqlColumn,
  { op, value }: { readonly op: Comparison; readonly value: ConditionValue },
  place: Place,
): string {
  const { kind } = column.facts
  if (kind === 'json') return jsonSql(column, { isEqual: op === 'is', values: [value] }, place)
  if (op === 'startsWith') return startsWith(column, String(value), place)
  // A text that is only to be less or more need not be one that the column takes: `email.above('m')`.
  const isPlace = kind === 'text' && op !== 'is' && op !== 'isNot'
  return `${column.name} ${SIGNS[op]} ${place.out.put(column, isPlace ? value : column.facts.canonical(value))}`
}

/** By value, whatever the order of members; a condition has the text of its JSON. */
function jsonSql(
  column: SqlColumn,
  { isEqual, values }: { readonly isEqual: boolean; readonly values: readonly ConditionValue[] },
  { table, out }: Place,
): string {
  const equal = values.map((value) => {
    const placeholder = out.put(column, column.facts.canonical(JSON.parse(String(value))))
    return table.dialect.jsonEquals(column.name, placeholder)
  })
  return `${isEqual ? '' : 'not '}(${joined(equal, ' or ')})`
}

function columnOf(name: string, { byProperty, facts }: TableSql): SqlColumn {
  const column = byProperty.get(name)
  if (column !== undefined) return column
  throw new QueryError({
    message: `The where asks for '${name}', which the table '${facts.name}' does not have.`,
  })
}

function isIn(column: SqlColumn, values: readonly ConditionValue[], place: Place): string {
  if (column.facts.kind === 'json') return jsonSql(column, { isEqual: true, values }, place)
  return inList(
    column,
    values.map((value) => column.facts.canonical(value)),
    place,
  )
}

/**
 * Whether a column is one of a list of canonical values. PostgreSQL takes the list as one array; elsewhere lists are filled up to the
 * next power of two with their last value, so that lists of any length make few texts, which stay prepared.
 */
export function inList(
  column: SqlColumn,
  values: readonly unknown[],
  { table: { dialect }, out }: Place,
): string {
  if (values.length === 0) return '1 = 0'
  const encoded = values.map((value) => encodeValue(column, value))
  if (dialect.system === 'postgresql') return `${column.name} = any(${out.add(arrayText(encoded))})`
  const last = encoded.at(-1) ?? null
  const length = paddedLength(encoded.length, dialect.maxParameters - out.values.length)
  const places = Array.from({ length }, (_, at) => out.add(encoded[at] ?? last, column.facts))
  return `${column.name} in (${places.join(', ')})`
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

/**
 * Texts that begin alike stand side by side in the order of code points: a range, which an index finds, and which knows neither the
 * wildcards nor the cases of LIKE.
 */
function startsWith(column: SqlColumn, prefix: string, { table, out }: Place): string {
  if (column.facts.isCaseInsensitive) return foldedStart(column, prefix, { table, out })
  const from = `${column.name} >= ${out.put(column, prefix)}`
  const end = behind(prefix)
  return end === undefined ? from : `(${from} and ${column.name} < ${out.put(column, end)})`
}

/** Without case there is no such range: `[`, the next after `Z` by code points, comes before all letters. */
function foldedStart(column: SqlColumn, prefix: string, { table, out }: Place): string {
  const start = `substr(${column.name}, 1, ${out.add(Array.from(prefix).length)})`
  // A part of a text has the collation of its column, but not on SQLite.
  const collation = table.dialect.system === 'sqlite' ? ' collate nocase' : ''
  return `${start} = ${out.put(column, prefix)}${collation}`
}

/** The first text after all those that begin with this one; undefined where there is none. */
function behind(prefix: string): string | undefined {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0)
  while (points.at(-1) === 0x10ffff) points.pop()
  const last = points.pop()
  if (last === undefined) return undefined
  // Surrogates stand for no character of their own.
  return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1)
}
