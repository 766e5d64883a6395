// Resources of a type without a table: rules may name whatever columns, whose kinds follow from the values that they are compared with.
import { any, UNKNOWN, type Condition } from '@keelson/core/conditions'
import { isRowValue } from './row-values.ts'
import { told, whatOf, type ComparisonWatch, type Make, type Terms } from './terms.ts'

/** How the comparisons are made: as conditions, or as verdicts on a record. They give `undefined` for a value that does not fit. */
export interface RowComparisons {
  isNull(column: string): Condition
  /** With values that all fit; they may be of several types. */
  isIn(column: string, values: readonly unknown[]): Condition
  compare(comparison: RowComparison, column: string, value: unknown): Condition | undefined
  compareColumns(comparison: RowComparison, column: string, other: string): Condition | undefined
}

const EQUALITIES = ['is', 'isNot'] as const
const ORDERS = ['below', 'atMost', 'above', 'atLeast'] as const

/** How a column of a type is compared with a value or another column. */
export type RowComparison = (typeof EQUALITIES)[number] | (typeof ORDERS)[number]

/** Makes the terms of whatever columns a rule names. */
export function rowTerms(comparisons: RowComparisons, watch: ComparisonWatch): Terms {
  const known = new Map<string, Terms[string]>()
  const names = new WeakMap<object, string>()
  return new Proxy(Object.freeze({}) as Terms, {
    get(_, column) {
      if (typeof column !== 'string') return undefined
      let term = known.get(column)
      if (term === undefined) {
        known.set(column, (term = rowTerm(column, { comparisons, watch, names })))
        names.set(term, column)
      }
      return term
    },
  })
}

interface About {
  readonly comparisons: RowComparisons
  readonly watch: ComparisonWatch
  /** Columns of terms, by which a comparison knows another column. */
  readonly names: WeakMap<object, string>
}

function rowTerm(column: string, { comparisons, watch, names }: About): Terms[string] {
  const unfit = (comparison: string, value: unknown): Condition => {
    watch.tell({ column, comparison, what: whatOf(value) })
    return UNKNOWN
  }
  const make = (comparison: RowComparison, isOrder: boolean): Make => {
    return (value) => {
      const other = typeof value === 'object' && value !== null ? names.get(value) : undefined
      if (other !== undefined)
        return comparisons.compareColumns(comparison, column, other) ?? unfit(comparison, value)
      // Nobody knows how the texts of a type are ordered.
      if (isOrder && typeof value !== 'number') return unfit(comparison, value)
      return comparisons.compare(comparison, column, value) ?? unfit(comparison, value)
    }
  }
  const isIn: Make = (values) => {
    if (!Array.isArray(values)) return unfit('isIn', values)
    const fit = values.filter(isRowValue)
    if (fit.length === values.length) return comparisons.isIn(column, values)
    const other: unknown = values.find((value) => !isRowValue(value))
    return any(comparisons.isIn(column, fit), unfit('isIn', other))
  }
  const makers: readonly (readonly [string, Make])[] = [
    ['isNull', () => comparisons.isNull(column)],
    ['isIn', isIn],
    ...EQUALITIES.map((comparison) => [comparison, make(comparison, false)] as const),
    ...ORDERS.map((comparison) => [comparison, make(comparison, true)] as const),
  ]
  return Object.freeze(Object.fromEntries(makers.map(([name, one]) => [name, told(one, watch)])))
}
