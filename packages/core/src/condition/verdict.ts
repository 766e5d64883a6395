// On the request path of rules that check a record.
import { compare, type Asked } from './comparison-verdict.ts'
import { assertCondition } from './condition-node.ts'
import type { Condition, ConditionColumns, ConditionNode } from './contract.ts'

/** A record of a repository: values by column, null where there is no value. */
export type ConditionRecord = Readonly<Record<string, unknown>>

/**
 * Whether a condition holds for a record, as a `where` in a database would. A comparison with null is unknown, `not` of an
 * unknown is unknown, and an unknown does not hold.
 *
 * @param record - with all columns of the condition; values as {@link ColumnKind} says, canonical or not
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a column that `columns` or the record lacks, a value of another kind, and two
 *   columns that cannot be compared
 * @example
 * const columns = { total: { kind: 'decimal' }, closedAt: { kind: 'timestamp', nullable: true } } as const
 * const order = conditionsOn(columns)
 * verdict(order.total.is('1.1'), { total: '1.10', closedAt: null }, columns) // => true
 * verdict(not(order.closedAt.is('2026-11-29T12:00:00Z')), { total: '1.10', closedAt: null }, columns) // => false
 */
export function verdict<TColumns extends ConditionColumns>(
  condition: Condition<TColumns>,
  record: ConditionRecord,
  columns: TColumns,
): boolean {
  assertCondition(condition, 'The first argument of verdict()')
  return evaluate(condition, { record, columns }) === true
}

/** `undefined` for unknown. */
function evaluate(node: ConditionNode, asked: Asked): boolean | undefined {
  switch (node.op) {
    case 'always':
      return true
    case 'never':
      return false
    case 'unknown':
      return undefined
    case 'all':
      return ofMany(node.of, false, asked)
    case 'any':
      return ofMany(node.of, true, asked)
    case 'not': {
      const inner = evaluate(node.of, asked)
      return inner === undefined ? undefined : !inner
    }
    default:
      return compare(node, asked)
  }
}

/** A decisive member decides, otherwise an unknown one. All are evaluated, so that an invalid record is found. */
function ofMany(nodes: readonly ConditionNode[], decisive: boolean, asked: Asked): boolean | undefined {
  let isDecided = false
  let isUnknown = false
  for (const node of nodes) {
    const one = evaluate(node, asked)
    if (one === decisive) isDecided = true
    else if (one === undefined) isUnknown = true
  }
  if (isDecided) return decisive
  return isUnknown ? undefined : !decisive
}
