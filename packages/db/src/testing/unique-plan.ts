// How the rows of a table differ in each of its unique keys.
import type { ColumnFacts, IndexFacts, TableFacts } from '../table/index.ts'
import { valuesOf } from './column-values.ts'

/** Which value of a column the row of a number has: that of `number / divisor`. */
export interface UniquePart {
  readonly divisor: number
  /** The name of the key that it makes unique; undefined where others repeat it. */
  readonly key: string
  /** Rows up to which the key has no two alike. */
  readonly rows: number
}

/** The columns that make keys unique, by property. */
export type UniquePlan = ReadonlyMap<string, UniquePart>

/** Above it one column is enough for all rows. */
const MANY = 1_000_000

const known = new WeakMap<TableFacts, UniquePlan>()

/** Decided once for each table. */
export function uniquePlanOf(facts: TableFacts): UniquePlan {
  const found = known.get(facts)
  if (found !== undefined) return found
  const plan = new Map<string, UniquePart>()
  for (const key of keysOf(facts)) addKey(key, facts, plan)
  known.set(facts, plan)
  return plan
}

type Key = Pick<IndexFacts, 'name' | 'columns'>

/** Those of fewer columns first: what they make unique is so in the others. */
function keysOf({ primary, indexes }: TableFacts): readonly Key[] {
  const key = { name: 'its key', columns: primary.map(({ property }) => property) }
  return [key, ...indexes.filter(({ isUnique }) => isUnique)].sort(
    (a, b) => a.columns.length - b.columns.length,
  )
}

function addKey({ name, columns }: Key, facts: TableFacts, plan: Map<string, UniquePart>): void {
  const own = columns.map((property) => facts.byProperty.get(property)!)
  if (own.some((column) => isUnlike(column, facts) || plan.get(column.property)?.divisor === 1)) return
  const free = own.filter((column) => column.made !== 'version' && !plan.has(column.property))
  // What a table leaves to its default stays so where another column serves.
  free.sort((a, b) => Number(a.made !== undefined) - Number(b.made !== undefined))
  const alone = free.find((column) => valuesOf(column).count >= MANY)
  if (alone !== undefined) {
    plan.set(alone.property, { divisor: 1, key: name, rows: valuesOf(alone).count })
    return
  }
  const rows = free.reduce((product, column) => product * valuesOf(column).count, 1)
  let divisor = 1
  for (const column of free) {
    plan.set(column.property, { divisor, key: name, rows })
    divisor *= valuesOf(column).count
  }
}

/** Whether no two rows have the same anyhow: keys that are made, rows of other tables, and null. */
function isUnlike(column: ColumnFacts, { references }: TableFacts): boolean {
  if (column.isNullable && column.made === undefined) return true
  return (
    column.made === 'uuid' ||
    column.made === 'identity' ||
    references.some(({ columns }) => columns.includes(column.property))
  )
}
