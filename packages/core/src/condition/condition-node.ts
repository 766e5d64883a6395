// What makes a tree of data a condition: a mark that no JSON can bring.
import { describeValue } from '../errors/index.ts'
import { ConditionError } from './condition-error.ts'
import type { Condition, ConditionNode } from './contract.ts'

/** Version of the format; stands on each node, and before its text. */
export const FORMAT_VERSION = 1

// Of all copies of this package in a process.
const kCondition = Symbol.for('keelson.condition')

/** Freezes a node and marks it as a condition. */
export function toNode(node: ConditionNode): ConditionNode {
  Object.defineProperty(node, kCondition, { value: FORMAT_VERSION })
  return Object.freeze(node)
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

/** @throws {ConditionError} for what is no condition */
export function assertCondition(value: unknown, what: string): asserts value is ConditionNode {
  if (!isCondition(value))
    throw new ConditionError(`${what} must be a condition, not ${describeValue(value)}.`)
}

export const ALWAYS: ConditionNode = toNode({ op: 'always' })
export const NEVER: ConditionNode = toNode({ op: 'never' })
