// Resources of a type without a table: the kinds of their columns follow from the values that rules compare them with.
import {
  conditionsOn,
  type ColumnKind,
  type ConditionColumns,
  type ConditionNode,
} from '@keelson/core/conditions'
import { guardedTerm, type OnUnfit, type Terms } from './terms.ts'

type Make = (value: unknown) => never

/** Makes the terms of whatever columns a rule names. */
export function rowTerms(tell: OnUnfit): Terms {
  const known = new Map<string, Terms[string]>()
  return new Proxy(Object.freeze({}) as Terms, {
    get(_, column) {
      if (typeof column !== 'string') return undefined
      let term = known.get(column)
      if (term === undefined) known.set(column, (term = rowTerm(column, tell)))
      return term
    },
  })
}

/** Each comparison is that of the column as the kind of its value has it. */
function rowTerm(column: string, tell: OnUnfit): Terms[string] {
  const byKind = (kind: ColumnKind) =>
    guardedTerm(conditionsOn({ [column]: { kind } })[column] as never, { column, kind, tell })
  const kinds = { text: byKind('text'), integer: byKind('integer'), boolean: byKind('boolean') }
  const make =
    (comparison: string): Make =>
    (value) => {
      const of: unknown = Array.isArray(value) ? value[0] : value
      const kind = kindOfValue(of)
      return kinds[kind][comparison]!(value) as never
    }
  return Object.freeze({
    ...Object.fromEntries(Object.keys(kinds.text).map((comparison) => [comparison, make(comparison)])),
    isNull: kinds.text['isNull']!,
  })
}

function kindOfValue(value: unknown): 'text' | 'integer' | 'boolean' {
  if (typeof value === 'number') return 'integer'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

/**
 * The columns of a condition on a type, for its verdict on a record; `undefined` where the record has a value of another type than the
 * condition compares it with: then it admits nobody.
 */
export function columnsFor(
  node: ConditionNode,
  record: Readonly<Record<string, unknown>>,
): ConditionColumns | undefined {
  const columns: Record<string, { kind: ColumnKind }> = {}
  return collect(node, columns, record) ? columns : undefined
}

function collect(
  node: ConditionNode,
  into: Record<string, { kind: ColumnKind }>,
  record: Readonly<Record<string, unknown>>,
): boolean {
  if (node.op === 'all' || node.op === 'any') return node.of.every((one) => collect(one, into, record))
  if (node.op === 'not') return collect(node.of, into, record)
  if (!('column' in node)) return true
  const value = record[node.column]
  const compared = comparedWith(node, record)
  into[node.column] ??= { kind: kindOfValue(value ?? compared) }
  if ('other' in node) into[node.other] ??= { kind: kindOfValue(compared ?? value) }
  return isMissing(value) || isMissing(compared) || typeof value === typeof compared
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined
}

function comparedWith(
  node: Extract<ConditionNode, { readonly column: string }>,
  record: Readonly<Record<string, unknown>>,
): unknown {
  if ('other' in node) return record[node.other]
  if (node.op === 'isNull') return record[node.column]
  return node.op === 'isIn' ? node.values[0] : node.value
}
