import { describeValue } from '../errors/index.ts'
import { combine } from './combine.ts'
import { isColumnKind } from './column-value.ts'
import { ConditionError } from './condition-error.ts'
import { ALWAYS, isCondition, toNode } from './condition-node.ts'
import { valueOf } from './conditions-on.ts'
import type { Condition, ConditionColumns, ConditionNode, Where } from './contract.ts'
import { unknownColumn } from './unknown-column.ts'

/**
 * Makes one condition of what a `where` takes: equalities, a condition, or a list of these, all of which must hold. In equalities null
 * asks for {@link ColumnTerm.isNull}.
 *
 * @param columns - the columns of the table by name
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a property that is not a column, a value of another kind, and `undefined`: it
 *   never means "without this condition"
 * @example
 * const columns = { status: { kind: 'text' }, closedAt: { kind: 'timestamp', nullable: true } } as const
 * toCondition({ status: 'open' }, columns) // => { op: 'is', column: 'status', value: 'open' }
 * toCondition([{ closedAt: null }], columns) // => { op: 'isNull', column: 'closedAt' }
 */
export function toCondition<const TColumns extends ConditionColumns>(
  where: Where<TColumns>,
  columns: TColumns,
): Condition<TColumns> {
  return toTree(where, columns)
}

function toTree(where: unknown, columns: ConditionColumns): ConditionNode {
  if (isCondition(where)) return where
  if (Array.isArray(where))
    return combine(
      'all',
      where.map((one) => toTree(one, columns)),
    )
  if (!isPlain(where))
    throw new ConditionError(
      `A where takes equalities, a condition or a list of these, not ${describeValue(where)}. For every record write all().`,
    )
  const entries = Object.entries(where)
  const [first] = entries
  if (first === undefined) return ALWAYS
  if (entries.length === 1) return toEquality(...first, columns)
  return combine(
    'all',
    entries.map((entry) => toEquality(...entry, columns)),
  )
}

function toEquality(name: string, value: unknown, columns: ConditionColumns): ConditionNode {
  const kind = Object.hasOwn(columns, name) ? columns[name]?.kind : undefined
  if (!isColumnKind(kind)) throw unknownColumn('The where names', name, columns)
  if (value === null) return toNode({ op: 'isNull', column: name })
  if (value === undefined)
    throw new ConditionError(
      `'${name}' is undefined in a where, which would select too much. Omit it for no condition; for null write null.`,
    )
  return toNode({ op: 'is', column: name, value: valueOf(value, 'is', { column: name, kind }) })
}

/** A class or a Map has its data elsewhere: its entries say nothing of its data. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
