// On the request path of rules that check a record: whether one comparison holds; `undefined` for unknown.
import { areComparable } from './column-term.ts'
import { compareValues, expectedOf, isColumnKind, toCanonical } from './column-value.ts'
import { ConditionError } from './condition-error.ts'
import type { ComparisonNode } from './conditions-on.ts'
import type { ColumnComparison, ConditionColumn, ConditionColumns, ConditionValue } from './contract.ts'
import { compareFolded, isFolded, startsFolded } from './folded-text.ts'
import { parseJsonText } from './json-text.ts'
import { unknownColumn } from './unknown-column.ts'

/** The record that is judged, and its columns. */
export interface Asked {
  readonly record: Readonly<Record<string, unknown>>
  readonly columns: ConditionColumns
}

/** Whether a comparison holds for a record. */
export function compare(node: ComparisonNode, asked: Asked): boolean | undefined {
  switch (node.op) {
    case 'isNull':
      return isNull(node.column, asked)
    case 'isIn':
      return isIn(node.column, node.values, asked)
    case 'startsWith':
      return startsWith(node.column, node.value, asked)
    case 'contains':
      return contains(node.column, node.value, asked)
    default:
      return 'other' in node ? compareColumns(node, asked) : compareValue(node, asked)
  }
}

/** A document is not read for it. */
function isNull(name: string, asked: Asked): boolean {
  const column = columnOf(name, asked)
  return (column.kind === 'json' ? givenOf(name, asked) : canonicalOf(name, column, asked)) === null
}

/** Compares a column with a value. */
function compareValue(
  node: { readonly op: ColumnComparison; readonly column: string; readonly value: ConditionValue },
  asked: Asked,
): boolean | undefined {
  const column = columnOf(node.column, asked)
  // What is identical to a canonical value is canonical; but the text of a document is not the document.
  if (asked.record[node.column] === node.value && column.kind !== 'json') return holds(node.op, 0)
  const value = canonicalOf(node.column, column, asked)
  return value === null ? undefined : holds(node.op, order(column, value, node.value))
}

/** Compares two columns. */
function compareColumns(
  node: { readonly op: ColumnComparison; readonly column: string; readonly other: string },
  asked: Asked,
): boolean | undefined {
  const column = columnOf(node.column, asked)
  const other = columnOf(node.other, asked)
  if (!areComparable(column, other))
    throw new ConditionError(
      `The condition compares '${node.column}' with '${node.other}', which is of another kind.`,
    )
  const value = canonicalOf(node.column, column, asked)
  const otherValue = canonicalOf(node.other, other, asked)
  return value === null || otherValue === null ? undefined : holds(node.op, order(column, value, otherValue))
}

/** Whether a column is one of a list. */
function isIn(name: string, values: readonly ConditionValue[], asked: Asked): boolean | undefined {
  const column = columnOf(name, asked)
  const value = canonicalOf(name, column, asked)
  // With an empty list nothing is compared.
  if (values.length === 0) return false
  if (value === null) return undefined
  return isFolded(column) ? values.some((one) => order(column, value, one) === 0) : values.includes(value)
}

/** Whether a text begins with another. */
function startsWith(name: string, prefix: ConditionValue, asked: Asked): boolean | undefined {
  const column = columnOf(name, asked)
  const value = canonicalOf(name, column, asked)
  if (value === null) return undefined
  const [text, start] = [String(value), String(prefix)]
  return isFolded(column) ? startsFolded(text, start) : text.startsWith(start)
}

/** Whether a document is an array with an element. The rest of it is not read. */
function contains(name: string, element: ConditionValue, asked: Asked): boolean | undefined {
  columnOf(name, asked)
  const document = givenOf(name, asked)
  if (document === null) return undefined
  return Array.isArray(document) && document.includes(parseJsonText(String(element)))
}

function holds(op: ColumnComparison, place: number): boolean {
  switch (op) {
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

function order(column: ConditionColumn, a: ConditionValue, b: ConditionValue): number {
  return isFolded(column) ? compareFolded(String(a), String(b)) : compareValues(column.kind, a, b)
}

function columnOf(name: string, { columns }: Asked): ConditionColumn {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined
  if (column === undefined || !isColumnKind(column.kind))
    throw unknownColumn('The condition asks for', name, columns)
  return column
}

/** The value of a column as the record has it. */
function givenOf(name: string, { record }: Asked): unknown {
  const value = record[name]
  if (value === undefined)
    throw new ConditionError(
      `The record has no '${name}', which the condition asks for. Load it: a rule is asked of whole records.`,
    )
  return value
}

/** The canonical value of a column, or null. */
function canonicalOf(name: string, { kind }: ConditionColumn, asked: Asked): ConditionValue | null {
  const value = givenOf(name, asked)
  if (value === null) return null
  const canonical = toCanonical(kind, value)
  if (canonical === undefined) throw new ConditionError(`The record's '${name}' is not ${expectedOf(kind)}.`)
  return canonical
}
