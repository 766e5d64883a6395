// A term is one by a mark that JSON cannot hold, so that no value of a caller becomes a column.
import { isFolded } from './folded-text.ts'
import type { ColumnKind, ConditionColumn, ConditionColumns } from './contract.ts'
import type { ColumnTerm } from './term-contract.ts'

// Shared by all copies of this package in a process.
const kTerm = Symbol.for('keelson.conditionTerm')

/** The column that a term is of. */
export interface TermColumn {
  /** The object that the terms were made of: those of another one are of another table. */
  readonly columns: ConditionColumns
  readonly name: string
  readonly about: ConditionColumn
}

/** Marks the comparisons of a column, and freezes them. */
export function toTerm<T extends object>(comparisons: T, of: TermColumn): Readonly<T> {
  return Object.freeze(Object.defineProperty(comparisons, kTerm, { value: of }))
}

/** The column of a term; undefined for any other value. */
export function columnOfTerm(value: unknown): TermColumn | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as { readonly [kTerm]?: TermColumn })[kTerm]
}

/**
 * Whether a value is a column of {@link conditionsOn}, which a comparison takes in place of a value. No JSON is one.
 *
 * @example
 * isColumnTerm({ isNull: {} }) // => false
 */
export function isColumnTerm(value: unknown): value is ColumnTerm<ColumnKind, never> {
  return columnOfTerm(value) !== undefined
}

/** Whether values of two columns are compared alike. */
export function areComparable(one: ConditionColumn, other: ConditionColumn): boolean {
  return one.kind === other.kind && isFolded(one) === isFolded(other)
}

/**
 * A column in messages about what can be compared.
 *
 * @example
 * describeColumn({ kind: 'text', caseInsensitive: true }) // => 'text without case'
 */
export function describeColumn(about: ConditionColumn): string {
  return isFolded(about) ? `${about.kind} without case` : about.kind
}
