// Without this file the types of tables grow slow unseen: counts the type instantiations of 100 and 200 tables with their
// routes and calls, and of what `with` and `db.select` add.
import type { TableUses } from '../bench/types/generate-tables.ts'

const HALF = 100
const ALL = 200
/** All tables, each with three routes, their calls of its repository, and a client call. */
const LIMIT_ALL = 590_000
/** How often the cost of half of the tables goes into that of all. */
const LIMIT_GROWTH = 2.1
/** A call of a repository `with` two relations. */
const LIMIT_PER_WITH = 450
/** A query of `db.select`: a join, a selection and a condition. Nearly all of it is Kysely's own. */
const LIMIT_PER_SELECT = 3700

/** Counts the instantiations of a program of so many tables. */
export type CountTables = (tables: number, uses: TableUses) => number

/** Measures what tables cost the compiler. */
export function tableBudget(count: CountTables): { readonly problems: string[]; readonly measured: string } {
  const all = count(ALL, { routes: true })
  const growth = all / count(HALF, { routes: true })
  const bare = count(ALL, {})
  const perWith = Math.round((count(ALL, { with: true }) - bare) / ALL)
  const perSelect = Math.round((count(ALL, { select: true }) - bare) / ALL)
  const figures: readonly (readonly [what: string, figure: number, limit: number])[] = [
    [`instantiations of ${ALL} tables with routes and calls`, all, LIMIT_ALL],
    [`times the instantiations of ${HALF} tables`, Math.round(growth * 100) / 100, LIMIT_GROWTH],
    ['instantiations a call with two relations', perWith, LIMIT_PER_WITH],
    ['instantiations a query of db.select', perSelect, LIMIT_PER_SELECT],
  ]
  return {
    problems: figures
      .filter(([, figure, limit]) => figure > limit)
      .map(([what, figure, limit]) => `Tables: ${figure} ${what}; the limit is ${limit}.`),
    measured: figures.map(([what, figure, limit]) => `${figure} ${what} (limit ${limit})`).join(', '),
  }
}
