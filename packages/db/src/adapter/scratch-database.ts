import type { Adapter, Databases } from './contract.ts'
import { ageOf, datedName } from './dated-name.ts'
import { databaseProblem } from './server-databases.ts'

const PREFIX = 'keelson_scratch_'
const DAY_MS = 86_400_000

/**
 * Does work in an empty database of its own, where the adapter's own is, and drops it in any case. Those that a process left which ended before
 * it could do so are dropped by the next use, once they are a day old.
 *
 * @param work - is given an adapter to it; what it opens with that it closes
 * @param options.isLikeOwn - whether text that says no collation has that of the adapter's own database; default false: by bytes
 * @returns what the work returns
 * @throws what the work throws; {@link SetupError} `ERR_DB_DATABASE` where the user may not make a database, or the adapter makes none
 * @example
 * const made = await withScratchDatabase(sqlite(':memory:'), async (scratch) => {
 *   await using db = await openDatabase(scratch, defineTables({}))
 *   return (await db.sql`select 1 as one`)[0]
 * })
 */
export async function withScratchDatabase<T>(
  adapter: Adapter,
  work: (scratch: Adapter) => Promise<T>,
  options: { readonly isLikeOwn?: boolean } = {},
): Promise<T> {
  const databases = databasesOf(adapter)
  await dropOld(databases)
  const name = datedName(PREFIX)
  await databases.create(name, options)
  let out: T
  try {
    out = await work(databases.at(name))
  } catch (error) {
    // What went wrong first says more; what is left is dropped later.
    await databases.drop(name).catch(() => undefined)
    throw error
  }
  await databases.drop(name)
  return out
}

/** What makes databases. @throws {SetupError} `ERR_DB_DATABASE` for an adapter that has nothing of it */
export function databasesOf({ databases, name, place }: Adapter): Databases {
  if (databases !== undefined) return databases
  throw databaseProblem(place, {
    message: `The adapter ${name} does not make databases.`,
    remedy: 'Use an adapter of this package, or give yours the member databases.',
  })
}

/** Another process may drop them at the same time, and what is not dropped now is so the next time. */
async function dropOld(databases: Databases): Promise<void> {
  for (const { name } of await databases.list(PREFIX))
    if ((ageOf(name, PREFIX) ?? 0) > DAY_MS) await databases.drop(name).catch(() => undefined)
}
