// Limits of columns whose types do not hold them, by the CHECKs that our own columns have.
import type { ColumnLimits } from '../table/index.ts'
import type { ColumnReading } from './change.ts'
import type { ColumnDescription, TableDescription } from './description.ts'
import { readCheck, type CheckedColumn } from './read-check.ts'

/** What the CHECKs of a table say of a column: the one that tells its kind, else the first that says something of it alone. */
export function checkedColumn(
  { name }: ColumnDescription,
  table: Pick<TableDescription, 'checks'> | undefined,
  words: { readonly hasBackslashes: boolean },
): CheckedColumn | undefined {
  const { checks = [] } = table ?? {}
  const found = checks.flatMap(({ expression }) => readCheck(expression, name, words) ?? [])
  return found.find(tellsKind) ?? found[0]
}

function tellsKind({ parts, isFlag, isJson, shape }: CheckedColumn): boolean {
  return parts !== undefined || isFlag === true || isJson === true || shape !== undefined
}

/** How a column is read by its type, with the limits that a CHECK says. */
export function withCheckedLimits(reading: ColumnReading, checked: CheckedColumn | undefined): ColumnReading {
  if (checked === undefined) return reading
  const limits = limitsOf(reading, checked)
  return limits === undefined ? reading : { ...reading, limits }
}

function limitsOf({ kind, limits }: ColumnReading, checked: CheckedColumn): ColumnLimits | undefined {
  const { least, most, values, minLength, maxLength } = checked
  if (kind === 'text' && values !== undefined) return { values }
  if (kind === 'text' || kind === 'bytes')
    return {
      ...limits,
      ...(minLength !== undefined && { minLength }),
      ...(maxLength !== undefined && { maxLength }),
    }
  if (kind === 'integer') return { ...limits, ...numberBounds(checked) }
  if (kind !== 'bigint' && kind !== 'decimal') return undefined
  return {
    ...limits,
    ...(least !== undefined && { minimum: boundOf(least) }),
    ...(most !== undefined && { maximum: boundOf(most) }),
  }
}

function numberBounds({ least, most }: CheckedColumn): ColumnLimits {
  const [minimum, maximum] = [Number(least), Number(most)]
  return {
    ...(Number.isSafeInteger(minimum) && { minimum }),
    ...(Number.isSafeInteger(maximum) && { maximum }),
  }
}

/** A bound as code says it: a number where that is exact. */
export function boundOf(text: string): number | string {
  const short = text.replace(/\.0+$/, '')
  return Number.isSafeInteger(Number(short)) ? Number(short) : text
}

const LEAST_32 = -(2 ** 31)
const MOST_32 = 2 ** 31 - 1

/**
 * An integer by both of its bounds, of which those of its bits are not declared ones; undefined where one is missing, as that of a 64-bit
 * integer is.
 */
export function integerByBounds({ least, most }: CheckedColumn): ColumnLimits | undefined {
  const [minimum, maximum] = [Number(least ?? NaN), Number(most ?? NaN)]
  if (!Number.isSafeInteger(minimum) || !Number.isSafeInteger(maximum)) return undefined
  const has32Bits = minimum >= LEAST_32 && maximum <= MOST_32
  const [first, last] = has32Bits ? [LEAST_32, MOST_32] : [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]
  return {
    bits: has32Bits ? 32 : 53,
    ...(minimum !== first && { minimum }),
    ...(maximum !== last && { maximum }),
  }
}
