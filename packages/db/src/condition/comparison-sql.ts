// A column compared with values, which need not be such as it takes: those of a rule are whatever its caller is.
import { expectedOf, toCanonical, type ColumnComparison, type ConditionValue } from '@keelson/core/conditions'
import { QueryError } from '../errors.ts'
import { decimalPlace } from './decimal-place.ts'
import { inList } from './in-list.ts'
import type { ConditionTable, Place, SqlColumn } from './condition-table.ts'

/** The signs of comparisons. */
export const SIGNS = { is: '=', isNot: '<>', below: '<', atMost: '<=', above: '>', atLeast: '>=' } as const

/** A comparison of a column with a value of its kind, JSON not included. */
export function compareValue(
  column: SqlColumn,
  { op, value }: { readonly op: ColumnComparison; readonly value: ConditionValue },
  place: Place,
): string {
  const canonical = ofKind(column, value)
  if (column.facts.kind === 'decimal') return compareDecimal(column, { op, value: String(canonical) }, place)
  const { name, compared } =
    isOrder(op) || isUnlisted(column, canonical) ? comparedWithAny(column, place.table) : column
  // Whole milliseconds, so that what is cut off a value changes nothing, and an index finds it.
  const left = op === 'below' || op === 'atLeast' ? name : compared
  return `${left} ${SIGNS[op]} ${place.out.put(column, canonical)}${castOf([canonical], column, place.table)}`
}

/** Whether a column is one of a list of values of its kind, JSON not included. */
export function isInList(column: SqlColumn, values: readonly ConditionValue[], place: Place): string {
  const { facts } = column
  const canonical = values.map((value) => ofKind(column, value))
  const possible =
    facts.kind === 'decimal'
      ? canonical.filter((value) => decimalPlace(String(value), facts.limits).isHeld)
      : canonical
  if (possible.length === 0 && values.length > 0) return neverOf(column)
  const isCast = canonical.some((value) => isUnlisted(column, value))
  const cast = castOf(canonical, column, place.table)
  return inList(isCast ? comparedWithAny(column, place.table) : column, possible, {
    ...place,
    listType: cast === '' ? '' : `${cast}[]`,
  })
}

/** A column as it is compared with any text: an enum knows its own values alone, and has their order. */
export function comparedWithAny(column: SqlColumn, { dialect }: ConditionTable): SqlColumn {
  const { kind, sqlType, limits } = column.facts
  if (kind !== 'text' || sqlType === undefined || limits.values === undefined) return column
  const name = dialect.comparedAs(column.facts, column.facts, column.name)
  return { ...column, name, compared: name }
}

function isUnlisted({ facts: { limits } }: SqlColumn, value: ConditionValue): boolean {
  return limits.values !== undefined && !limits.values.includes(value as string)
}

function isOrder(op: ColumnComparison): boolean {
  return op !== 'is' && op !== 'isNot'
}

/** @throws {QueryError} for a value of another kind, from a condition on other columns */
function ofKind({ facts: { kind, property } }: SqlColumn, value: ConditionValue): ConditionValue {
  const canonical = toCanonical(kind, value)
  if (canonical !== undefined) return canonical
  throw new QueryError({
    message: `The where compares '${property}' with a value that is not ${expectedOf(kind)}. Make its condition with the columns of this table.`,
  })
}

const INT32_MAX = 2 ** 31 - 1

/** PostgreSQL refuses a whole number beyond the type of the column that it is compared with. */
function castOf(
  values: readonly ConditionValue[],
  { facts: { kind, limits, sqlType } }: SqlColumn,
  { dialect }: ConditionTable,
): string {
  if (dialect.system !== 'postgresql' || (kind !== 'integer' && kind !== 'bigint')) return ''
  const isWide =
    sqlType !== undefined ||
    (limits.bits === 32 && values.some((value) => Math.abs(Number(value)) > INT32_MAX))
  return isWide ? '::bigint' : ''
}

/** Compares with what lies between the values of the column, and beyond them. */
function compareDecimal(
  column: SqlColumn,
  { op, value }: { readonly op: ColumnComparison; readonly value: string },
  { out }: Place,
): string {
  const { name } = column
  const place = decimalPlace(value, column.facts.limits)
  if (place.isHeld) return `${name} ${SIGNS[op]} ${out.put(column, value)}`
  if (op === 'is') return neverOf(column)
  if (op === 'isNot') return alwaysOf(column)
  const isBelow = op === 'below' || op === 'atMost'
  if (place.floor === undefined) return isBelow === place.isAbove ? alwaysOf(column) : neverOf(column)
  return `${name} ${isBelow ? '<=' : '>'} ${out.put(column, place.floor)}`
}

/** False, and null for a row without a value. */
function neverOf({ name }: SqlColumn): string {
  return `${name} <> ${name}`
}

function alwaysOf({ name }: SqlColumn): string {
  return `${name} = ${name}`
}
