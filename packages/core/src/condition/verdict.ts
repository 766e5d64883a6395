// On the request path of rules that check a record.
import { compareValues, expectedOf, isColumnKind, toCanonical } from './column-value.ts'
import { ConditionError } from './condition-error.ts'
import { assertCondition } from './condition-node.ts'
import { compareFolded, startsFolded } from './folded-text.ts'
import type {
  Comparison,
  Condition,
  ConditionColumn,
  ConditionColumns,
  ConditionNode,
  ConditionValue,
} from './contract.ts'

/** A record of a repository: values by column, null where there is no value. */
export type ConditionRecord = Readonly<Record<string, unknown>>

interface Asked {
  readonly record: ConditionRecord
  readonly columns: ConditionColumns
}

/**
 * Whether a condition holds for a record, as a `where` in a database would. A comparison with null is unknown, `not` of an
 * unknown is unknown, and an unknown does not hold.
 *
 * @param record - with all columns of the condition; values as {@link ColumnKind} says, canonical or not
 * @throws {ConditionError} `ERR_CORE_CONDITION` for a column that `columns` or the record lacks, and a value of another kind
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
    case 'isNull':
      return isNull(node.column, asked)
    case 'isIn':
      return isIn(node.column, node.values, asked)
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

/** A document is not read for it. */
function isNull(name: string, asked: Asked): boolean {
  const isJson = Object.hasOwn(asked.columns, name) && asked.columns[name]?.kind === 'json'
  if (isJson && asked.record[name] !== undefined) return asked.record[name] === null
  return read(name, asked).value === null
}

function isIn(column: string, values: readonly ConditionValue[], asked: Asked): boolean | undefined {
  const { value, about } = read(column, asked)
  // With an empty list nothing is compared.
  if (values.length === 0) return false
  return value === null ? undefined : values.some((one) => order(about, value, one) === 0)
}

function compare(
  node: { readonly op: Comparison; readonly column: string; readonly value: ConditionValue },
  asked: Asked,
): boolean | undefined {
  const { value, about } = read(node.column, asked)
  if (value === null) return undefined
  if (node.op === 'startsWith') return starts(about, String(value), String(node.value))
  const place = order(about, value, node.value)
  switch (node.op) {
    case 'is':
      return place === 0
    case 'isNot':
      return place !== 0
    case 'below':
      return place < 0
    case 'atMost':
      return place <= 0
    case 'above':
      return place > 0
    case 'atLeast':
      return place >= 0
    default:
      // From a newer copy of this package: to guess could let a call pass.
      throw new ConditionError('The condition has a comparison that this version does not know.')
  }
}

function isFolded({ kind, caseInsensitive }: ConditionColumn): boolean {
  return kind === 'text' && caseInsensitive === true
}

function order(about: ConditionColumn, a: ConditionValue, b: ConditionValue): number {
  return isFolded(about) ? compareFolded(String(a), String(b)) : compareValues(about.kind, a, b)
}

function starts(about: ConditionColumn, text: string, prefix: string): boolean {
  return isFolded(about) ? startsFolded(text, prefix) : text.startsWith(prefix)
}

/** The canonical value of a column, or null. */
function read(
  name: string,
  { record, columns }: Asked,
): { readonly value: ConditionValue | null; readonly about: ConditionColumn } {
  const about = Object.hasOwn(columns, name) ? columns[name] : undefined
  if (about === undefined || !isColumnKind(about.kind))
    throw new ConditionError(`The condition asks for '${name}', which is not a column.`)
  const { kind } = about
  const value = record[name]
  if (value === null) return { value, about }
  if (value === undefined)
    throw new ConditionError(`The record has no '${name}', which the condition asks for.`)
  const canonical = toCanonical(kind, value)
  if (canonical === undefined) throw new ConditionError(`The record's '${name}' is not ${expectedOf(kind)}.`)
  return { value: canonical, about }
}
