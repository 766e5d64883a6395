// A condition as SQL that holds for the rows for which its verdict in JavaScript is true.
import type { ColumnComparison, ConditionNode, ConditionValue } from '@keelson/core/conditions'
import { QueryError } from '../errors.ts'
import { unknownColumn } from '../table/index.ts'
import { compareValue, comparedWithAny, isInList, SIGNS } from './comparison-sql.ts'
import { startsWith } from './starts-with-sql.ts'
import type { ConditionTable, Place, SqlColumn } from './condition-table.ts'

/**
 * Writes a condition, and adds its values to the parameters. They need not be values that the columns take: it is true for the rows
 * for which it holds, and a rule asks callers for them.
 *
 * @throws {QueryError} for a column that the table does not have, and a value of another kind
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
      return startsWith(
        comparedWithAny(columnOf(node.column, place.table), place.table),
        String(node.value),
        place,
      )
    case 'contains':
      return contains(columnOf(node.column, place.table), node.value, place)
    default:
      return compare(node, place)
  }
}

type ComparisonNode = Extract<ConditionNode, { readonly op: ColumnComparison }>

function compare(node: ComparisonNode, place: Place): string {
  const column = columnOf(node.column, place.table)
  if ('other' in node)
    return compareColumns(node.op, [column, columnOf(node.other, place.table)], place.table)
  return column.facts.kind === 'json'
    ? jsonSql(column, { isEqual: node.op === 'is', values: [node.value] }, place)
    : compareValue(column, node, place)
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

function compareColumns(
  op: ColumnComparison,
  [{ facts: one, name }, { facts: other, name: otherName }]: readonly [SqlColumn, SqlColumn],
  { dialect, facts }: ConditionTable,
): string {
  if (one.kind !== other.kind || one.isCaseInsensitive !== other.isCaseInsensitive)
    throw new QueryError({
      message: `The where compares '${one.property}' with '${other.property}', which is of another kind in the table '${facts.name}'. Compare columns of one kind.`,
    })
  const left = dialect.comparedAs(one, other, name)
  const right = dialect.comparedAs(other, one, otherName)
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
    const placeholder = out.put(column, JSON.parse(String(value)))
    return table.dialect.jsonEquals(column.name, placeholder)
  })
  return `${isEqual ? '' : 'not '}(${joined(equal, ' or ')})`
}

function columnOf(name: string, { byProperty, facts }: ConditionTable): SqlColumn {
  const column = byProperty.get(name)
  if (column === undefined) throw unknownColumn('where', name, facts)
  return column
}

function isIn(column: SqlColumn, values: readonly ConditionValue[], place: Place): string {
  return column.facts.kind === 'json'
    ? jsonSql(column, { isEqual: true, values }, place)
    : isInList(column, values, place)
}
