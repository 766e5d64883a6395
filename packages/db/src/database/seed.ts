// Seeds of a database whose tables are known: their types, and running them in tests and scripts.
import {
  callable,
  checkArgument,
  checkOptions,
  listOf,
  optionTable,
  required,
  text,
} from '@keelson/core/options'
import { FOLDER_OPTION, folderOf } from '../migrate/options.ts'
import type { SeedRun } from '../seeds/index.ts'
import { toSeed, type Seed } from '../seeds/seed-value.ts'
import type { AnyTables } from '../table/index.ts'
import type { Database, DatabaseMethods } from './contract.ts'

/** What a seed works with, in the transaction of its file. */
export interface SeedContext<TS extends AnyTables> {
  readonly db: Database<TS>
  /**
   * Inserts the rows whose key is not there, updates those that say other values, and leaves the rest as it is. Columns that a row does not say
   * keep their values.
   *
   * @param table - its key in `defineTables`
   * @param options.on - properties of the unique key by which rows are found again; default: the primary key
   * @returns the rows as they are now, in their order
   * @throws {SeedError} `ERR_DB_SEED` for a row that does not say its key
   */
  put<K extends keyof TS & string>(
    table: K,
    rows: readonly TS[K]['~insert'][],
    options?: { readonly on?: readonly (keyof TS[K]['~row'] & string)[] | undefined },
  ): Promise<readonly TS[K]['~row'][]>
}

/**
 * Makes a seed: the default export of a file of the folder of seeds. It may run again at any time, so that it says rows by their keys, and changes
 * nothing the second time.
 *
 * @param _tables - what `defineTables` made
 * @param work - runs in a transaction of its own; again after a deadlock
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a function
 * @example
 * const tables = defineTables({ roles: table('roles', { name: text({ maxLength: 50 }).primary(), title: text() }) })
 * const roles = seed(tables, async ({ put }) => {
 *   await put('roles', [
 *     { name: 'admin', title: 'Administrator' },
 *     { name: 'buyer', title: 'Buyer' },
 *   ])
 * })
 */
export function seed<TS extends AnyTables>(
  _tables: TS,
  work: (context: SeedContext<TS>) => Promise<void>,
): Seed {
  checkArgument(callable('Puts the rows.'), work, { name: 'seed', argument: 'work', below: seed })
  return toSeed(work)
}

/** Options of {@link runSeeds}. */
export interface RunSeedsOptions {
  /** Folder of the files: a URL, or a path that is relative to the working directory of the process. */
  readonly folder: string | URL
  /** Names of the files that run, with or without their endings. Default: all. */
  readonly names?: readonly string[] | undefined
}

const RUN_OPTIONS = optionTable<RunSeedsOptions>({
  folder: required(FOLDER_OPTION),
  names: listOf(text('A name.', { minLength: 1 }), 'Names of the files that run.'),
})

/**
 * Runs the seeds of a folder, in the order of their names, each in a transaction: for tests and scripts. `keelson db seed` does the same.
 *
 * @returns what has become of the rows of each file
 * @throws {SeedError} `ERR_DB_SEED` for a file that is not a seed, before any runs, and for one that failed: those before it are done
 * @example
 * declare const db: DatabaseMethods
 * await runSeeds(db, { folder: new URL('./seeds', import.meta.url) })
 */
export async function runSeeds(db: DatabaseMethods, options: RunSeedsOptions): Promise<readonly SeedRun[]> {
  checkOptions(RUN_OPTIONS, options, { name: 'runSeeds', below: runSeeds })
  const { runFiles } = await import('../seeds/index.ts')
  return runFiles(db, {
    folder: folderOf(options.folder),
    names: options.names ?? [],
    onRun: () => undefined,
  })
}
