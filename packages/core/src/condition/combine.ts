import { describeValue } from '../errors/index.ts'
import { ConditionError } from './condition-error.ts'
import {
  ALWAYS,
  assertCondition,
  assertMembers,
  isCondition,
  NEVER,
  toNode,
  UNKNOWN,
} from './condition-node.ts'
import type { Condition, ConditionNode } from './contract.ts'

/**
 * A condition that holds where at least one of these holds. `true` makes it always hold, `false` is ignored. Without
 * arguments it never holds.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for an argument that is not a condition or a boolean (`undefined` too), more
 *   than 10,000 members, and more than 100 levels
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
 * A condition that holds where all of these hold. `false` makes it never hold, `true` is ignored. Without arguments it
 * always holds.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for an argument that is not a condition or a boolean (`undefined` too), more
 *   than 10,000 members, and more than 100 levels
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
 * A condition that holds where this one does not. Where this one is unknown, like a comparison with null, neither holds.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for an argument that is not a condition or a boolean
 * @example
 * const order = conditionsOn({ status: { kind: 'text' } })
 * const unfinished = not(order.status.isIn(['closed', 'cancelled']))
 */
export function not<TColumns>(condition: boolean | Condition<TColumns>): Condition<TColumns> {
  const node = negated(toOperand('not', condition))
  return watch?.made === undefined ? node : watch.made(node)
}

function negated(node: ConditionNode): ConditionNode {
  if (node === ALWAYS) return NEVER
  if (node === NEVER) return ALWAYS
  if (node.op === 'unknown') return node
  return node.op === 'not' ? node.of : toNode({ op: 'not', of: node })
}

/** What watches the lists and the `not` of a rule. */
export interface RuleWatch {
  /** What `all()` and `any()` without members are. */
  empty(op: 'all' | 'any'): Condition
  /** What is joined in place of a member. Default: the member. */
  operand?(member: unknown, op: 'all' | 'any' | 'not'): unknown
  /** What a list or a `not` gives in place of what it has made. Default: that. */
  made?(condition: Condition): Condition
}
let watch: RuleWatch | undefined

/**
 * Runs a rule whose lists are watched. In code that is written `all()` means every record; in a rule it may be a list that came out empty, and
 * would then admit everybody.
 *
 * @param rule - is synchronous
 * @example
 * const given = watchRule(() => all(), { empty: () => UNKNOWN })
 * given.op // => 'unknown'
 */
export function watchRule<T>(rule: () => T, by: RuleWatch): T {
  const before = watch
  watch = by
  try {
    return rule()
  } finally {
    watch = before
  }
}

/** Combines conditions into one. Members of the same `op` are flattened. */
export function combine(op: 'all' | 'any', conditions: readonly unknown[]): ConditionNode {
  const node = combined(op, conditions)
  return watch?.made === undefined ? node : watch.made(node)
}

function combined(op: 'all' | 'any', conditions: readonly unknown[]): ConditionNode {
  assertMembers(op, conditions.length)
  if (conditions.length === 0 && watch !== undefined) return watch.empty(op)
  // The value that decides alone, and the one that changes nothing. So it is with unknowns: `true or unknown` is true.
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

/** Called for all operands, so that an invalid one is found whatever the others are. */
function toOperand(name: 'all' | 'any' | 'not', member: unknown): ConditionNode {
  const value = watch?.operand === undefined ? member : watch.operand(member, name)
  if (typeof value === 'boolean') return value ? ALWAYS : NEVER
  if (!isCondition(value))
    throw new ConditionError(`${name}() takes conditions and booleans, not ${describeValue(value)}.`)
  assertCondition(value, name)
  // Another copy of this package has other objects.
  if (value.op === 'always') return ALWAYS
  if (value.op === 'unknown') return UNKNOWN
  return value.op === 'never' ? NEVER : value
}
