// One comparison as SQL that holds exactly where its verdict does.
import {
  ConditionError,
  toCanonical,
  type ColumnComparison,
  type ConditionNode,
  type ConditionValue,
} from '@keelson/core/conditions'
import type { ExactSql, QueryColumn, SqlNode, WhereDialect } from './contract.ts'
import { joined, sql } from './sql-node.ts'

type Comparison = Extract<ConditionNode, { readonly column: string }>

const SIGNS: Readonly<Record<ColumnComparison, (left: SqlNode, right: SqlNode) => SqlNode>> = {
  is: (left, right) => sql`${left} = ${right}`,
  isNot: (left, right) => sql`${left} <> ${right}`,
  below: (left, right) => sql`${left} < ${right}`,
  atMost: (left, right) => sql`${left} <= ${right}`,
  above: (left, right) => sql`${left} > ${right}`,
  atLeast: (left, right) => sql`${left} >= ${right}`,
}

/** Where the comparison stands. */
export interface Place {
  columnOf(name: string): QueryColumn
  readonly exact: ExactSql
  readonly dialect: WhereDialect
}

/**
 * @throws {ConditionError} for what the database cannot compare exactly
 */
export function comparisonSql(node: Comparison, place: Place): SqlNode {
  const column = place.columnOf(node.column)
  if (node.op === 'isNull') return sql`${column.node} is null`
  const values = valuesOf(node)
  refuseProblems(column, node.op, { place, values })
  if ('other' in node) return compareColumns(node.op, [column, place.columnOf(node.other)], place)
  // Neither it nor its `not` holds, and no server casts it.
  const fit = values.filter((value) => fits(value, node.op, column))
  if (fit.length === 0) return node.op === 'isIn' && values.length === 0 ? sql`1 = 0` : sql`null`
  if (node.op === 'isIn') {
    const found = inList(fit, column, place.exact)
    return fit.length === values.length ? found : sql`(${found} or null)`
  }
  if (node.op === 'startsWith') return place.exact.startsWith(column, node.value)
  if (node.op === 'contains') return place.exact.contains(column, node.value)
  return compareValue(node.op, node.value, { column, exact: place.exact })
}

function valuesOf(node: Comparison): readonly ConditionValue[] {
  if ('values' in node) return node.values
  return 'value' in node ? [node.value] : []
}

function compareValue(
  op: ColumnComparison,
  value: ConditionValue,
  { column, exact }: { readonly column: QueryColumn; readonly exact: ExactSql },
): SqlNode {
  const compared = SIGNS[op](exact.column(column), exact.value(value, column))
  const indexed = op === 'is' ? exact.indexed(column, value) : undefined
  return indexed === undefined ? compared : sql`(${indexed.column} = ${indexed.value} and ${compared})`
}

function inList(values: readonly ConditionValue[], column: QueryColumn, exact: ExactSql): SqlNode {
  const list = joined(
    values.map((value) => exact.value(value, column)),
    ', ',
  )
  const found = sql`${exact.column(column)} in ${list}`
  const indexed = values.flatMap((value) => exact.indexed(column, value) ?? [])
  const [first] = indexed
  if (first === undefined || indexed.length < values.length) return found
  const rough = joined(
    indexed.map((one) => one.value),
    ', ',
  )
  return sql`(${first.column} in ${rough} and ${found})`
}

function compareColumns(
  op: ColumnComparison,
  [column, other]: readonly [QueryColumn, QueryColumn],
  { exact }: Place,
): SqlNode {
  assertComparable(column, other)
  return SIGNS[op](exact.column(column), exact.column(other))
}

/** @throws {ConditionError} for columns of two kinds */
function assertComparable({ name, about }: QueryColumn, other: QueryColumn): void {
  const isFolded = about.caseInsensitive === true
  if (about.kind !== other.about.kind || isFolded !== (other.about.caseInsensitive === true))
    throw new ConditionError(
      `The condition compares '${name}' with '${other.name}', which is of another kind.`,
    )
}

/** Whether a value is one of its column's kind. */
function fits(value: ConditionValue, op: Comparison['op'], { about: { kind } }: QueryColumn): boolean {
  if (op === 'contains') return kind === 'json'
  if (kind === 'json') return op === 'is' || op === 'isNot' || op === 'isIn'
  if (op === 'startsWith' && kind !== 'text') return false
  // A column of numbers may have fractions, which conditions hold as decimals.
  const isFraction = kind === 'integer' && typeof value === 'string' && value.includes('.')
  return toCanonical(isFraction ? 'decimal' : kind, value) !== undefined
}

function refuseProblems(
  column: QueryColumn,
  op: string,
  { place, values }: { readonly place: Place; readonly values: readonly ConditionValue[] },
): void {
  const [problem] = [undefined, ...values].flatMap((value) => place.exact.problem(column, op, value) ?? [])
  if (problem === undefined) return
  throw new ConditionError(
    `The condition asks for '${column.name}', and toWhere() for ${place.dialect} compares ${problem}.`,
  )
}
