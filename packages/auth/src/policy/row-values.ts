// On the request path of rules: the comparisons of columns of which only a type is known.
import {
  any,
  conditionsOn,
  ConditionError,
  toCanonical,
  UNKNOWN,
  type Condition,
} from '@keelson/core/conditions'
import type { RowComparison, RowComparisons } from './row-terms.ts'
import type { RecordOf, Terms } from './terms.ts'

type Kind = 'text' | 'integer' | 'decimal' | 'boolean'

const HOLDS = any<unknown>(true)
const HOLDS_NOT = any<unknown>(false)

/** Writes conditions; of a column that is compared with a fraction they say that it is a decimal. */
export const ROW_CONDITIONS: RowComparisons = {
  isNull: (column) => termOf(column, 'text')['isNull']!(undefined),
  isIn(column, values) {
    const parts = [...new Set(values.map(kindOf))].map((kind) => {
      const own = values.filter((value) => kindOf(value) === kind)
      return termOf(column, kind!)['isIn']!(own.map((value) => written(value, kind!)))
    })
    return any(false, ...parts)
  },
  compare(comparison, column, value) {
    const kind = kindOf(value)
    return kind && termOf(column, kind)[comparison]!(written(value, kind))
  },
  compareColumns(comparison, column, other) {
    const terms = conditionsOn({ [column]: { kind: 'text' }, [other]: { kind: 'text' } }) as unknown as Terms
    return terms[column]![comparison]!(terms[other])
  },
}

/** Judges a record. Values of two types are not compared: neither does that hold, nor its `not`. */
export function rowVerdicts(recordOf: RecordOf): RowComparisons {
  const heldIn = (column: string): unknown => {
    const held = recordOf()[column]
    if (held !== undefined) return held
    throw new ConditionError(`The record has no '${column}', which a rule asks for.`)
  }
  return {
    isNull: (column) => (heldIn(column) === null ? HOLDS : HOLDS_NOT),
    isIn(column, values) {
      const held = heldIn(column)
      if (values.length === 0) return HOLDS_NOT
      if (held === null) return UNKNOWN
      if (values.includes(held)) return HOLDS
      return values.every((value) => areAlike(held, value)) ? HOLDS_NOT : UNKNOWN
    },
    compare: (comparison, column, value) => judged(comparison, heldIn(column), value),
    compareColumns(comparison, column, other) {
      const [held, compared] = [heldIn(column), heldIn(other)]
      return compared === null ? UNKNOWN : judged(comparison, held, compared)
    },
  }
}

function judged(comparison: RowComparison, held: unknown, value: unknown): Condition | undefined {
  if (held === null) return kindOf(value) && UNKNOWN
  if (!areAlike(held, value) || (typeof value !== 'number' && !isEquality(comparison))) return undefined
  return holds(comparison, held as number, value as number) ? HOLDS : HOLDS_NOT
}

function holds(comparison: RowComparison, held: number, value: number): boolean {
  switch (comparison) {
    case 'is':
      return held === value
    case 'isNot':
      return held !== value
    case 'below':
      return held < value
    case 'atMost':
      return held <= value
    case 'above':
      return held > value
    case 'atLeast':
      return held >= value
  }
}

/** Nobody knows how the texts of a type are ordered. */
function isEquality(comparison: RowComparison): boolean {
  return comparison === 'is' || comparison === 'isNot'
}

function areAlike(held: unknown, value: unknown): boolean {
  return typeof held === typeof value && kindOf(value) !== undefined
}

/** Whether a value is one that a column of a type may have. */
export function isRowValue(value: unknown): boolean {
  return kindOf(value) !== undefined
}

function kindOf(value: unknown): Kind | undefined {
  switch (typeof value) {
    case 'string':
      return toCanonical('text', value) === undefined ? undefined : 'text'
    case 'boolean':
      return 'boolean'
    case 'number':
      if (Number.isSafeInteger(value)) return 'integer'
      // Where its digits are its text: not those of `1e21`.
      return toCanonical('decimal', String(value)) === undefined ? undefined : 'decimal'
    default:
      return undefined
  }
}

function written(value: unknown, kind: Kind): unknown {
  return kind === 'decimal' ? String(value) : value
}

function termOf(column: string, kind: Kind): Terms[string] {
  return conditionsOn({ [column]: { kind } })[column] as never
}
