import { describeValue } from '../errors/index.ts'
import { COLUMN_KINDS, expectedOf, isColumnKind, toCanonical } from './column-value.ts'
import { ConditionError } from './condition-error.ts'
import { NEVER, toNode } from './condition-node.ts'
import type {
  ColumnKind,
  Comparison,
  Condition,
  ConditionColumns,
  ConditionTerms,
  ConditionValue,
} from './contract.ts'

const ORDER: readonly Comparison[] = ['below', 'atMost', 'above', 'atLeast']

/** The comparisons of columns of a kind. */
export function comparisonsOf(kind: ColumnKind): readonly (Comparison | 'isIn' | 'isNull')[] {
  if (kind === 'json' || kind === 'boolean') return ['isNull', 'is', 'isNot', 'isIn']
  const ordered = ['isNull', 'is', 'isNot', 'isIn', ...ORDER] as const
  return kind === 'text' ? [...ordered, 'startsWith'] : ordered
}

/**
 * Makes the comparisons of each column, with which rules and repositories write conditions. They check values and make them
 * canonical, so that every store and {@link verdict} compare them alike; only `isNull()` asks for null.
 *
 * @param columns - the columns of a table by name
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a column of an unknown kind; the comparisons, for values of another kind
 * @example
 * const order = conditionsOn({ customerId: { kind: 'uuid' }, total: { kind: 'decimal' } })
 * order.total.atLeast('10.50') // => { op: 'atLeast', column: 'total', value: '10.5' }
 */
export function conditionsOn<const TColumns extends ConditionColumns>(
  columns: TColumns,
): ConditionTerms<TColumns> {
  const terms = Object.entries(columns).map(([name, column]) => [name, termOf(name, column?.kind)])
  // A column may have a name that objects inherit.
  return Object.freeze(
    Object.assign(Object.create(null), Object.fromEntries(terms)),
  ) as ConditionTerms<TColumns>
}

type Make = (value: unknown) => Condition

function termOf(column: string, kind: unknown): Readonly<Record<string, Make>> {
  if (!isColumnKind(kind))
    throw new ConditionError(
      `The kind of the column '${column}' is ${describeValue(kind, true)}; it must be one of: ${COLUMN_KINDS.join(', ')}.`,
    )
  const makers = comparisonsOf(kind).map((op) => [op, makerOf(op, column, kind)] as const)
  return Object.freeze(Object.fromEntries(makers))
}

function makerOf(op: Comparison | 'isIn' | 'isNull', column: string, kind: ColumnKind): Make {
  if (op === 'isNull') return () => toNode({ op, column })
  if (op !== 'isIn') return (value) => toNode({ op, column, value: valueOf(value, op, { column, kind }) })
  return (values) => {
    if (!Array.isArray(values))
      throw new ConditionError(`${column}.isIn() takes a list, not ${describeValue(values)}.`)
    if (values.length === 0) return NEVER
    const list = values.map((value) => valueOf(value, op, { column, kind }))
    return toNode({ op, column, values: Object.freeze(list) })
  }
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
  const canonical = toCanonical(kind, value)
  if (canonical !== undefined) return canonical
  const remedy = value === null ? ' For null write isNull().' : ''
  throw new ConditionError(`${column}.${op}() takes ${expectedOf(kind)}, not ${kindOfValue(value)}.${remedy}`)
}

/** Describes a value without showing it: it may be a secret. */
function kindOfValue(value: unknown): string {
  return typeof value === 'object' || value === undefined ? describeValue(value) : `this ${typeof value}`
}
