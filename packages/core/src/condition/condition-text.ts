import { areComparable } from './column-term.ts'
import { isCanonical, isColumnKind } from './column-value.ts'
import { combine, not } from './combine.ts'
import { ConditionError } from './condition-error.ts'
import {
  ALWAYS,
  assertCondition,
  assertDepth,
  assertMembers,
  FORMAT_VERSION,
  NEVER,
  toNode,
  UNKNOWN,
} from './condition-node.ts'
import { columnComparisonsOf, comparisonsOf } from './conditions-on.ts'
import { isElementText } from './json-text.ts'
import type {
  ColumnComparison,
  ColumnKind,
  Condition,
  ConditionColumn,
  ConditionColumns,
  ConditionNode,
  ConditionValue,
} from './contract.ts'

const PREFIX = `${FORMAT_VERSION}:`

/**
 * Writes a condition as a text that {@link parseCondition} reads. It begins with the version of its format.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a value that is not a condition
 * @example
 * toConditionText(conditionsOn({ status: { kind: 'text' } }).status.is('open')) // => '1:{"op":"is","column":"status","value":"open"}'
 */
export function toConditionText(condition: Condition<never>): string {
  assertCondition(condition, 'The argument of toConditionText()')
  return PREFIX + JSON.stringify(condition)
}

/**
 * Reads a condition from a text that {@link toConditionText} wrote, and checks it against the columns. A caller that can
 * write such a text can select any record: do not accept it from callers, or sign it.
 *
 * @throws {ConditionError} `ERR_CORE_CONDITION` for another version, a text that is not a condition, an unknown column or
 *   comparison, columns that cannot be compared, a value that is not canonical, more than 10,000 members in a list, and more than 100 levels
 */
export function parseCondition<const TColumns extends ConditionColumns>(
  text: string,
  columns: TColumns,
): Condition<TColumns> {
  if (typeof text !== 'string' || !text.startsWith(PREFIX))
    throw new ConditionError(`The text is not a condition of version ${FORMAT_VERSION}.`)
  let tree: unknown
  try {
    tree = JSON.parse(text.slice(PREFIX.length))
  } catch (error) {
    throw new ConditionError('The text of the condition is not JSON.', { cause: error })
  }
  return read(tree, columns, 0)
}

interface Found {
  readonly op?: unknown
  readonly of?: unknown
  readonly column?: unknown
  readonly other?: unknown
  readonly value?: unknown
  readonly values?: unknown
}

function read(tree: unknown, columns: ConditionColumns, depth: number): ConditionNode {
  assertDepth(depth)
  if (typeof tree !== 'object' || tree === null) throw wrongNode()
  const { op, of } = tree as Found
  const below = (inner: unknown): ConditionNode => read(inner, columns, depth + 1)
  switch (op) {
    case 'always':
      return ALWAYS
    case 'never':
      return NEVER
    case 'unknown':
      return UNKNOWN
    case 'not':
      return not(below(of))
    case 'all':
    case 'any':
      if (!Array.isArray(of)) throw wrongNode()
      assertMembers(op, of.length)
      return combine(op, of.map(below))
    default:
      return readComparison(tree, columns)
  }
}

function readComparison(found: Found, columns: ConditionColumns): ConditionNode {
  const { op, column, value, values } = found
  const { kind } = columnOf(column, columns)
  if (found.other !== undefined) return readColumns(found, columns)
  const name = column as string
  if (!(comparisonsOf(kind) as readonly unknown[]).includes(op)) throw wrongComparison(name, kind)
  if (op === 'isNull') return toNode({ op, column: name })
  const list: unknown = op === 'isIn' ? values : [value]
  const isValue = (one: unknown): one is ConditionValue =>
    op === 'contains' ? isElementText(one) : isCanonical(kind, one)
  if (!Array.isArray(list) || !list.every(isValue))
    throw new ConditionError(`The condition has a value for '${name}' that is not canonical ${kind}.`)
  if (op !== 'isIn') return toNode({ op, column: name, value: list[0] } as ConditionNode)
  return list.length === 0 ? NEVER : toNode({ op, column: name, values: Object.freeze(list) })
}

function readColumns({ op, column, other }: Found, columns: ConditionColumns): ConditionNode {
  const about = columnOf(column, columns)
  const comparable = areComparable(about, columnOf(other, columns))
  const [name, otherName] = [column as string, other as string]
  if (!comparable)
    throw new ConditionError(
      `The condition compares '${name}' with '${otherName}', which is of another kind.`,
    )
  if (!(columnComparisonsOf(about.kind) as readonly unknown[]).includes(op))
    throw wrongComparison(name, about.kind)
  return toNode({ op: op as ColumnComparison, column: name, other: otherName })
}

function wrongComparison(name: string, kind: ColumnKind): ConditionError {
  return new ConditionError(`The condition compares '${name}' in a way that ${kind} does not have.`)
}

function columnOf(name: unknown, columns: ConditionColumns): ConditionColumn {
  const column = typeof name === 'string' && Object.hasOwn(columns, name) ? columns[name] : undefined
  if (column === undefined || !isColumnKind(column.kind))
    throw new ConditionError('The condition names something that is not a column.')
  return column
}

function wrongNode(): ConditionError {
  return new ConditionError('The text is JSON, but not a condition.')
}
