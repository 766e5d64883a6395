// A tree of data is a condition by a mark that JSON cannot hold.
import { describeValue } from '../errors/index.ts'
import { ConditionError } from './condition-error.ts'
import type { Condition, ConditionNode } from './contract.ts'

/** Version of the format, on each node and at the beginning of its text. */
export const FORMAT_VERSION = 1

// Shared by all copies of this package in a process.
const kCondition = Symbol.for('keelson.condition')

/** Depth of the lists and `not` below a node. */
const kDepth = Symbol.for('keelson.conditionDepth')

/** Deeper than anybody writes by hand, and far from overflowing the stack. */
const MAX_DEPTH = 100

/** More than a database accepts in one statement, and far from filling the memory. */
const MAX_MEMBERS = 10_000

/** What nodes of each depth inherit: properties of their own would take longer to make than the rest of a node. */
const MARKS: object[] = []

function marksOf(depth: number): object {
  MARKS[depth] ??= Object.freeze(
    Object.defineProperties({}, { [kCondition]: { value: FORMAT_VERSION }, [kDepth]: { value: depth } }),
  )
  return MARKS[depth]
}

/**
 * Makes a node, frozen and marked as a condition.
 *
 * @throws {ConditionError} for one that is nested too deep
 */
export function toNode(data: ConditionNode): ConditionNode {
  return Object.freeze(Object.assign(Object.create(marksOf(depthBelow(data))), data))
}

function depthBelow(node: ConditionNode): number {
  if (node.op === 'not') return assertDepth(1 + depthOf(node.of))
  if (node.op !== 'all' && node.op !== 'any') return 0
  return assertDepth(node.of.reduce((most, one) => Math.max(most, 1 + depthOf(one)), 0))
}

function depthOf(node: ConditionNode): number {
  return (node as { readonly [kDepth]?: number })[kDepth] ?? 0
}

/** @throws {ConditionError} for a depth above the limit */
export function assertDepth(depth: number): number {
  if (depth > MAX_DEPTH) throw new ConditionError(`The condition is nested deeper than ${MAX_DEPTH}.`)
  return depth
}

/** @throws {ConditionError} for more members than the limit */
export function assertMembers(op: string, count: number): void {
  if (count > MAX_MEMBERS)
    throw new ConditionError(
      `${op}() has ${count} conditions; it takes ${MAX_MEMBERS} at most. For many values of one column write isIn([…]).`,
    )
}

/**
 * Whether a value is a condition. An object of the same shape, which a caller may have sent, is not one.
 *
 * @example
 * isCondition({ op: 'always' }) // => false
 */
export function isCondition(value: unknown): value is Condition<never> {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as { readonly [kCondition]?: unknown })[kCondition] === FORMAT_VERSION
  )
}

/** @throws {ConditionError} for a value that is not a condition */
export function assertCondition(value: unknown, what: string): asserts value is ConditionNode {
  if (!isCondition(value))
    throw new ConditionError(`${what} must be a condition, not ${describeValue(value)}.`)
}

export const ALWAYS: ConditionNode = toNode({ op: 'always' })
export const NEVER: ConditionNode = toNode({ op: 'never' })

/**
 * A condition of which nobody knows whether it holds, like a comparison with null in SQL: it admits nothing, and neither does its
 * `not`. For rules that would compare with a value that is not there.
 *
 * @example
 * const order = conditionsOn({ customerId: { kind: 'uuid' } })
 * const own = user === undefined ? UNKNOWN : order.customerId.is(user.id)
 */
export const UNKNOWN: Condition = toNode({ op: 'unknown' })
