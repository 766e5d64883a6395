// A condition as SQL that holds for the rows for which its verdict in JavaScript is true.
import type { ColumnComparison, ConditionNode, ConditionValue } from '@keelson/core/conditions'
import type { DriverValue } from '../adapter/index.ts'
import { QueryError } from '../errors.ts'
import { startsWith } from './starts-with-sql.ts'
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
    case 'startsWith':
      return startsWith(columnOf(node.column, place.table), String(node.value), place)
    case 'contains':
      return contains(columnOf(node.column, place.table), node.value, place)
    default: {
      const column = columnOf(node.column, place.table)
      return 'other' in node
        ? compareColumns(node.op, [column, columnOf(node.other, place.table)], place.table)
        : compareValue(column, node, place)
    }
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

function compareValue(
  column: SqlColumn,
  { op, value }: { readonly op: ColumnComparison; readonly value: ConditionValue },
  place: Place,
): string {
  const { kind } = column.facts
  if (kind === 'json') return jsonSql(column, { isEqual: op === 'is', values: [value] }, place)
  // A text that is only to be less or more need not be one that the column takes: `email.above('m')`.
  const isPlace = kind === 'text' && op !== 'is' && op !== 'isNot'
  // Whole milliseconds, so that what is cut off a value changes nothing, and an index finds it.
  const compared = op === 'below' || op === 'atLeast' ? column.name : column.compared
  return `${compared} ${SIGNS[op]} ${place.out.put(column, isPlace ? value : column.facts.canonical(value))}`
}

function compareColumns(
  op: ColumnComparison,
  [{ facts: one }, { facts: other }]: readonly [SqlColumn, SqlColumn],
  { dialect, facts }: TableSql,
): string {
  if (one.kind !== other.kind || one.isCaseInsensitive !== other.isCaseInsensitive)
    throw new QueryError({
      message: `The where compares '${one.property}' with '${other.property}', which is of another kind in the table '${facts.name}'.`,
    })
  const [left, right] = [dialect.comparedAs(one, other), dialect.comparedAs(other, one)]
  if (one.kind !== 'json') return `${left} ${SIGNS[op]} ${right}`
  return `${op === 'is' ? '' : 'not '}(${dialect.jsonEquals(left, right)})`
}

/** An element is none of the values that the column takes. */
function contains(column: SqlColumn, element: ConditionValue, { table, out }: Place): string {
  return table.dialect.jsonContains(column.name, out.put(column, JSON.parse(String(element))))
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
  if (dialect.system === 'postgresql') return `${column.compared} = any(${out.add(arrayText(encoded))})`
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
