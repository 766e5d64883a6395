import { describeValue } from '../errors/index.ts'
import { ConditionError } from './condition-error.ts'
import { ALWAYS, assertCondition, assertMembers, isCondition, NEVER, toNode } from './condition-node.ts'
import type { Condition, ConditionNode } from './contract.ts'

/**
 * A condition that holds where one of these does. A boolean is folded in: `true` makes it one that always holds. Of none it
 * never does.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for what is neither a condition nor a boolean, `undefined` for one, for more than
 *   10,000 members, and where more than 100 stand in one another
 * @example
 * import { any, conditionsOn } from '@keelson/core/conditions'
 *
 * const order = conditionsOn({ customerId: { kind: 'uuid' }, status: { kind: 'text' } })
 * const visible = any(user.isSupport, order.customerId.is(user.id))
 */
export function any<TColumns>(
  ...conditions: readonly (boolean | Condition<TColumns>)[]
): Condition<TColumns> {
  return combine('any', conditions)
}

/**
 * A condition that holds where all of these do. A boolean is folded in: `false` makes it one that never holds. Of none it
 * always does.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for what is neither a condition nor a boolean, `undefined` for one, for more than
 *   10,000 members, and where more than 100 stand in one another
 * @example
 * const order = conditionsOn({ total: { kind: 'decimal' }, status: { kind: 'text' } })
 * const large = all(order.status.is('open'), order.total.atLeast('1000'))
 */
export function all<TColumns>(
  ...conditions: readonly (boolean | Condition<TColumns>)[]
): Condition<TColumns> {
  return combine('all', conditions)
}

/**
 * A condition that holds where this one does not. Where this one is unknown, as a comparison with null is, so is that one:
 * neither holds.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for what is neither a condition nor a boolean
 * @example
 * const order = conditionsOn({ status: { kind: 'text' } })
 * const unfinished = not(order.status.isIn(['closed', 'cancelled']))
 */
export function not<TColumns>(condition: boolean | Condition<TColumns>): Condition<TColumns> {
  const node = toOperand('not', condition)
  if (node === ALWAYS) return NEVER
  if (node === NEVER) return ALWAYS
  return node.op === 'not' ? node.of : toNode({ op: 'not', of: node })
}

/** Joins the members of a list. A list in one of its kind is taken apart. */
export function combine(op: 'all' | 'any', conditions: readonly unknown[]): ConditionNode {
  assertMembers(op, conditions.length)
  // What decides alone, and what changes nothing. Also with unknowns: `true or unknown` is true.
  const [decisive, idle] = op === 'any' ? [ALWAYS, NEVER] : [NEVER, ALWAYS]
  const of: ConditionNode[] = []
  let isDecided = false
  for (const condition of conditions) {
    const node = toOperand(op, condition)
    if (node === decisive) isDecided = true
    else if (node.op === op) of.push(...node.of)
    else if (node !== idle) of.push(node)
  }
  if (isDecided) return decisive
  assertMembers(op, of.length)
  if (of.length < 2) return of[0] ?? idle
  return toNode({ op, of: Object.freeze(of) })
}

/** All operands are looked at, so that a wrong one is found whatever the others are. */
function toOperand(name: string, value: unknown): ConditionNode {
  if (typeof value === 'boolean') return value ? ALWAYS : NEVER
  if (!isCondition(value))
    throw new ConditionError(`${name}() takes conditions and booleans, not ${describeValue(value)}.`)
  assertCondition(value, name)
  // Those of another copy of this package are other objects.
  if (value.op === 'always') return ALWAYS
  return value.op === 'never' ? NEVER : value
}
