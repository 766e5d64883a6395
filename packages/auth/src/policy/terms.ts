// The terms with which rules write conditions: those of core, but that a value which is not there, or of another kind, makes a
// comparison unknown, which admits nobody.
import {
  any,
  isColumnTerm,
  toCanonical,
  UNKNOWN,
  type ColumnKind,
  type Condition,
  type ConditionColumns,
} from '@keelson/core/conditions'
import type { Asking } from './asking.ts'

/** A comparison with a value that is not there, or not of its column's kind; never the value. */
export interface Unfit {
  readonly column: string
  readonly comparison: string
  readonly what: string
}

/** What is learnt of the comparisons of a rule while it is asked. */
export interface ComparisonWatch {
  readonly tell: (unfit: Unfit) => void
  /** The call of the rule that makes them; undefined outside of one. */
  asking: Asking | undefined
}

/** Makes a comparison. */
export type Make = (value: unknown) => Condition
type Term = Readonly<Record<string, Make>>

/** Terms by column. */
export type Terms = Readonly<Record<string, Term>>

/** Records that are judged: the one that there is while a rule is asked. */
export type RecordOf = () => Readonly<Record<string, unknown>>

/**
 * Guards the terms of the columns of a table. With the caller's own null a comparison would select the records of nobody, and with
 * `undefined` more than was meant.
 */
export function guardedTerms(terms: Terms, columns: ConditionColumns, watch: ComparisonWatch): Terms {
  const guarded = Object.entries(terms).map(([column, term]) => {
    const { kind } = columns[column]!
    return [column, guardedTerm(term, { column, kind, watch })]
  })
  // A column may have a name that objects inherit.
  return Object.freeze(Object.assign(Object.create(null) as object, Object.fromEntries(guarded))) as Terms
}

interface About {
  readonly column: string
  readonly kind: ColumnKind
  readonly watch: ComparisonWatch
}

/** Tells of a comparison, and of nothing that it is made of. */
export function told(make: Make, watch: ComparisonWatch): Make {
  return (value) => {
    const { asking } = watch
    if (asking === undefined) return make(value)
    watch.asking = undefined
    try {
      return asking.made(make(value))
    } finally {
      watch.asking = asking
    }
  }
}

/** It stays a term of its column, which comparisons of others take. */
function guardedTerm(term: Term, about: About): Term {
  const makers = Object.entries(term).map(([comparison, make]): [string, Make] => {
    return [comparison, told(guardOf(comparison, make, about), about.watch)]
  })
  const guards = Object.getOwnPropertyDescriptors(Object.fromEntries(makers))
  return Object.freeze(Object.create(term, guards) as Term)
}

function guardOf(comparison: string, make: Make, about: About): Make {
  if (comparison === 'isNull') return make
  return comparison === 'isIn' ? guardedList(make, about) : guarded(comparison, make, about)
}

function guarded(comparison: string, make: Make, { column, kind, watch }: About): Make {
  const fitsHere = comparison === 'contains' ? isElement : (value: unknown) => fits(kind, value)
  return (value) => {
    if (fitsHere(value)) return make(value)
    watch.tell({ column, comparison, what: whatOf(value) })
    return UNKNOWN
  }
}

function guardedList(make: Make, { column, kind, watch }: About): Make {
  return (values) => {
    if (!Array.isArray(values)) {
      watch.tell({ column, comparison: 'isIn', what: whatOf(values) })
      return UNKNOWN
    }
    const unfit = values.filter((value) => !fits(kind, value))
    if (unfit.length === 0) return make(values)
    watch.tell({ column, comparison: 'isIn', what: whatOf(unfit[0]) })
    return any(make(values.filter((value) => fits(kind, value))), UNKNOWN)
  }
}

function fits(kind: ColumnKind, value: unknown): boolean {
  if (value === undefined || value === null) return false
  return isColumnTerm(value) || toCanonical(kind, value) !== undefined
}

/** Integers beyond the safe ones are others in code than in a document. */
function isElement(value: unknown): boolean {
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return false
  return typeof value !== 'object' && value !== undefined && toCanonical('json', value) !== undefined
}

/** A value in messages, which do not show it. */
export function whatOf(value: unknown): string {
  return value === undefined || value === null ? String(value) : `a value of type ${typeof value}`
}
