// What makes a tree of data a condition: a mark that no JSON can bring.
import { describeValue } from '../errors/index.ts'
import { ConditionError } from './condition-error.ts'
import type { Condition, ConditionNode } from './contract.ts'

/** Version of the format; stands on each node, and before its text. */
export const FORMAT_VERSION = 1

// Of all copies of this package in a process.
const kCondition = Symbol.for('keelson.condition')

/** How many lists and `not` stand in one another below a node; not there for 0. */
const kDepth = Symbol.for('keelson.conditionDepth')

/** Deeper than anybody writes by hand, and far from what the stack bears. */
const MAX_DEPTH = 100

/** More than a database takes in one statement, and far from what memory bears. */
const MAX_MEMBERS = 10_000

/**
 * Freezes a node and marks it as a condition.
 *
 * @throws {ConditionError} for one that is nested too deep
 */
export function toNode(node: ConditionNode): ConditionNode {
  Object.defineProperty(node, kCondition, { value: FORMAT_VERSION })
  const depth = depthBelow(node)
  if (depth > 0) Object.defineProperty(node, kDepth, { value: depth })
  return Object.freeze(node)
}

function depthBelow(node: ConditionNode): number {
  if (node.op === 'not') return assertDepth(1 + depthOf(node.of))
  if (node.op !== 'all' && node.op !== 'any') return 0
  return assertDepth(node.of.reduce((most, one) => Math.max(most, 1 + depthOf(one)), 0))
}

function depthOf(node: ConditionNode): number {
  return (node as { readonly [kDepth]?: number })[kDepth] ?? 0
}

/** @throws {ConditionError} for what is too deep */
export function assertDepth(depth: number): number {
  if (depth > MAX_DEPTH) throw new ConditionError(`The condition is nested deeper than ${MAX_DEPTH}.`)
  return depth
}

/** @throws {ConditionError} for a list that is too long */
export function assertMembers(op: string, count: number): void {
  if (count > MAX_MEMBERS)
    throw new ConditionError(
      `${op}() of ${count} conditions; it takes ${MAX_MEMBERS} at most. Ask for many values of one column by isIn([…]).`,
    )
}

/**
 * Whether a value is a condition, and not merely an object of that shape, which a caller may have sent.
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

/** @throws {ConditionError} for what is not a condition */
export function assertCondition(value: unknown, what: string): asserts value is ConditionNode {
  if (!isCondition(value))
    throw new ConditionError(`${what} must be a condition, not ${describeValue(value)}.`)
}

export const ALWAYS: ConditionNode = toNode({ op: 'always' })
export const NEVER: ConditionNode = toNode({ op: 'never' })
