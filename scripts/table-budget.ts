// Without this file the types of tables grow slow unseen: counts the type instantiations of 100 and 200 tables with their
// routes and calls, and of what `with`, `db.select`, `db.prepare` and `database()` add.
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
/** The first two prepared queries, with what of Kysely's types is looked at once. */
const LIMIT_PREPARED = 6000
/** `database()` with its token, for two tables. */
const LIMIT_PLUGIN = 500

/** Counts the instantiations of a program of so many tables. */
export type CountTables = (tables: number, uses: TableUses) => number

/** Measures what tables cost the compiler. */
export function tableBudget(count: CountTables): { readonly problems: string[]; readonly measured: string } {
  const all = count(ALL, { routes: true })
  const growth = all / count(HALF, { routes: true })
  const bare = count(ALL, {})
  const perWith = Math.round((count(ALL, { with: true }) - bare) / ALL)
  const perSelect = Math.round((count(ALL, { select: true }) - bare) / ALL)
  const prepared = count(2, { prepare: true }) - count(2, {})
  const plugin = count(2, { plugin: true }) - count(2, {})
  const figures: readonly (readonly [what: string, figure: number, limit: number])[] = [
    [`instantiations of ${ALL} tables with routes and calls`, all, LIMIT_ALL],
    [`times the instantiations of ${HALF} tables`, Math.round(growth * 100) / 100, LIMIT_GROWTH],
    ['instantiations a call with two relations', perWith, LIMIT_PER_WITH],
    ['instantiations a query of db.select', perSelect, LIMIT_PER_SELECT],
    ['instantiations two prepared queries', prepared, LIMIT_PREPARED],
    ['instantiations the plugin of a database', plugin, LIMIT_PLUGIN],
  ]
  return {
    problems: figures
      .filter(([, figure, limit]) => figure > limit)
      .map(([what, figure, limit]) => `Tables: ${figure} ${what}; the limit is ${limit}.`),
    measured: figures.map(([what, figure, limit]) => `${figure} ${what} (limit ${limit})`).join(', '),
  }
}
