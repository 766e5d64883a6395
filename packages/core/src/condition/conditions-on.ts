import { describeValue } from '../errors/index.ts'
import { COLUMN_KINDS, expectedOf, isColumnKind, toCanonical } from './column-value.ts'
import { areComparable, columnOfTerm, describeColumn, toTerm, type TermColumn } from './column-term.ts'
import { ConditionError } from './condition-error.ts'
import { NEVER, toNode } from './condition-node.ts'
import type {
  ColumnComparison,
  ColumnKind,
  Comparison,
  Condition,
  ConditionColumns,
  ConditionNode,
  ConditionValue,
} from './contract.ts'
import { ELEMENT, toElementText } from './json-text.ts'
import type { ConditionTerms } from './term-contract.ts'

/** A comparison as data. */
export type ComparisonNode = Extract<ConditionNode, { readonly column: string }>

const EQUAL: readonly ColumnComparison[] = ['is', 'isNot']
const ORDER: readonly ColumnComparison[] = ['below', 'atMost', 'above', 'atLeast']

/** The comparisons that a column of a kind has with others of it. */
export function columnComparisonsOf(kind: ColumnKind): readonly ColumnComparison[] {
  return kind === 'json' || kind === 'boolean' ? EQUAL : [...EQUAL, ...ORDER]
}

/** The comparisons of columns of a kind. */
export function comparisonsOf(kind: ColumnKind): readonly (Comparison | 'isIn' | 'isNull')[] {
  const all = ['isNull', ...columnComparisonsOf(kind), 'isIn'] as const
  if (kind === 'text') return [...all, 'startsWith']
  return kind === 'json' ? [...all, 'contains'] : all
}

/**
 * Makes the comparisons of each column, with which rules and repositories write conditions. They check values and make them
 * canonical, so that every store and {@link verdict} compare them alike; only `isNull()` asks for null.
 *
 * @param columns - the columns of a table by name
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a column of an unknown kind; the comparisons, for values of another kind,
 *   and columns of another kind or of other `columns`
 * @example
 * const order = conditionsOn({ customerId: { kind: 'uuid' }, total: { kind: 'decimal' }, paid: { kind: 'decimal' } })
 * order.total.atLeast('10.50') // => { op: 'atLeast', column: 'total', value: '10.5' }
 * order.total.above(order.paid) // => { op: 'above', column: 'total', other: 'paid' }
 */
export function conditionsOn<const TColumns extends ConditionColumns>(
  columns: TColumns,
): ConditionTerms<TColumns> {
  return termsWith(columns, toNode)
}

type Make = (value: unknown) => Condition
type Finish = (node: ComparisonNode) => Condition

/** Makes the comparisons of each column; `finish` makes what they give of the comparison as data. */
export function termsWith<const TColumns extends ConditionColumns>(
  columns: TColumns,
  finish: Finish,
): ConditionTerms<TColumns> {
  const terms = Object.keys(columns).map((name) => [name, termOf(name, columns, finish)])
  // A column may have a name that objects inherit.
  return Object.freeze(Object.assign(Object.create(null), Object.fromEntries(terms))) as never
}

function termOf(name: string, columns: ConditionColumns, finish: Finish): Readonly<Record<string, Make>> {
  const about = columns[name]
  const kind: unknown = about?.kind
  if (about === undefined || !isColumnKind(kind))
    throw new ConditionError(
      `The kind of the column '${name}' is ${describeValue(kind, true)}; it must be one of: ${COLUMN_KINDS.join(', ')}.`,
    )
  const column = { columns, name, about }
  const makers = comparisonsOf(kind).map((op) => [op, makerOf(op, column, finish)] as const)
  return toTerm(Object.fromEntries(makers), column)
}

function makerOf(op: Comparison | 'isIn' | 'isNull', column: TermColumn, finish: Finish): Make {
  const { name, about } = column
  const values = { column: name, kind: about.kind }
  if (op === 'isNull') return () => finish({ op, column: name })
  if (op === 'isIn') return (list) => toList(list, values, finish)
  if (op === 'startsWith' || op === 'contains')
    return (value) => finish({ op, column: name, value: valueOf(value, op, values) })
  return (value) => {
    const other = columnOfTerm(value)
    if (other === undefined) return finish({ op, column: name, value: valueOf(value, op, values) })
    assertComparable(`${name}.${op}()`, column, other)
    return finish({ op, column: name, other: other.name })
  }
}

function toList(
  given: unknown,
  values: { readonly column: string; readonly kind: ColumnKind },
  finish: Finish,
): Condition {
  const { column } = values
  if (!Array.isArray(given))
    throw new ConditionError(`${column}.isIn() takes a list, not ${describeValue(given)}.`)
  if (given.length === 0) return NEVER
  const list = given.map((value) => valueOf(value, 'isIn', values))
  return finish({ op: 'isIn', column, values: Object.freeze(list) })
}

function assertComparable(call: string, { columns, name, about }: TermColumn, other: TermColumn): void {
  if (columns !== other.columns)
    throw new ConditionError(
      `${call} takes a column of the same table; '${other.name}' is of other columns: take both from one conditionsOn().`,
    )
  if (!areComparable(about, other.about))
    throw new ConditionError(
      `${call} takes a column of its kind: '${name}' is ${describeColumn(about)}, '${other.name}' is ${describeColumn(other.about)}.`,
    )
}

/**
 * The canonical value that a column is compared with.
 *
 * @throws {ConditionError} for a value of another kind
 */
export function valueOf(
  value: unknown,
  op: string,
  { column, kind }: { readonly column: string; readonly kind: ColumnKind },
): ConditionValue {
  const canonical = op === 'contains' ? toElementText(value) : toCanonical(kind, value)
  if (canonical !== undefined) return canonical
  const remedy = value === null && op !== 'contains' ? ' For null write isNull().' : ''
  const expected = op === 'contains' ? ELEMENT : expectedOf(kind)
  throw new ConditionError(`${column}.${op}() takes ${expected}, not ${kindOfValue(value)}.${remedy}`)
}

/** Describes a value without showing it: it may be a secret. */
function kindOfValue(value: unknown): string {
  return typeof value === 'object' || value === undefined ? describeValue(value) : `this ${typeof value}`
}
