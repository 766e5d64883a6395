// Which rows come after a place in an order: the condition of a page.
import type { Parameters, Place } from '../condition/index.ts'
import type { OrderTerm } from './order.ts'

/** A column of the order, with its value at the place: canonical, or null. */
interface Step extends OrderTerm {
  readonly value: unknown
}

/**
 * Whether rows without a value of the first column come after a place, and after all others. A condition with `or … is null` makes no
 * range of an index on PostgreSQL and SQLite: these rows are read by a statement of their own.
 */
export function hasNullsBehind(terms: readonly OrderTerm[], values: readonly unknown[]): boolean {
  const [first] = terms
  return first !== undefined && first.isDescending && first.column.facts.isNullable && values[0] !== null
}

/**
 * Writes the condition that holds for the rows after a place, but those of {@link hasNullsBehind}; `1 = 0` where there cannot be one.
 *
 * Row values are used where an index finds them; MySQL and MariaDB read the whole index for them, so there, and where directions differ
 * or values may be null, the condition is written out, with the range of the first column in front: that range is what the index finds.
 */
export function afterSql(
  terms: readonly OrderTerm[],
  values: readonly unknown[],
  { table, out }: Place,
): string {
  const steps = terms.map((term, at): Step => ({ ...term, value: values[at] ?? null }))
  const [first] = steps
  if (first === undefined) return '1 = 0'
  if (steps.length === 1) return strictly(first, out) ?? '1 = 0'
  const isOneWay = terms.every(({ isDescending }) => isDescending === first.isDescending)
  const isNullable = terms.some(({ column }) => column.facts.isNullable)
  if (table.dialect.has.rowValues && isOneWay && !isNullable) return rowValues(steps, out)
  return expanded(first, steps, out)
}

function rowValues(steps: readonly Step[], out: Parameters): string {
  const names = steps.map(({ column }) => column.name).join(', ')
  const places = steps.map(({ column, value }) => out.put(column, value)).join(', ')
  return `(${names}) ${steps[0]?.isDescending === true ? '<' : '>'} (${places})`
}

function expanded(first: Step, steps: readonly Step[], out: Parameters): string {
  const range = from(first, out)
  const cases: string[] = []
  for (const [at, step] of steps.entries()) {
    if (isLast(step)) continue
    const equal = steps.slice(0, at).map((before) => equals(before, out))
    cases.push([...equal, at === 0 ? strictly(step, out) : beyond(step, out)].join(' and '))
  }
  if (cases.length === 0) return '1 = 0'
  const any = cases.map((one) => `(${one})`).join(' or ')
  return range === undefined ? `(${any})` : `${range} and (${any})`
}

/** Whether nothing comes after it: null is the smallest value. */
function isLast({ isDescending, value }: Step): boolean {
  return isDescending && value === null
}

function beyond(step: Step, out: Parameters): string | undefined {
  const text = strictly(step, out)
  const hasNulls = step.isDescending && step.column.facts.isNullable && text !== undefined
  return hasNulls ? `(${text} or ${step.column.name} is null)` : text
}

/** Without the rows that have no value, where these come behind. */
function strictly(step: Step, out: Parameters): string | undefined {
  const { column, isDescending, value } = step
  if (isLast(step)) return undefined
  if (value === null) return `${column.name} is not null`
  return `${column.name} ${isDescending ? '<' : '>'} ${out.put(column, value)}`
}

function equals({ column, value }: Step, out: Parameters): string {
  return value === null ? `${column.name} is null` : `${column.name} = ${out.put(column, value)}`
}

/** The range of the first column; undefined for all of it. */
function from({ column, isDescending, value }: Step, out: Parameters): string | undefined {
  if (value === null) return isDescending ? `${column.name} is null` : undefined
  return `${column.name} ${isDescending ? '<=' : '>='} ${out.put(column, value)}`
}
