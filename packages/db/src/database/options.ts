import {
  flag,
  integer,
  milliseconds,
  nested,
  ofKind,
  optionTable,
  refuseCall,
  required,
  text,
  withMethods,
} from '@keelson/core/options'
import type { Adapter } from '../adapter/index.ts'
import type { MigrationSettings, MigrationsOptions } from '../migrate/index.ts'
import { FOLDER_OPTION, folderOf, MIGRATIONS_OPTIONS, migrationSettings } from '../migrate/options.ts'

/** How many queries a request may take before it is told, in development and test. */
export interface QueryLimits {
  /** How often one statement may run in a request before the log says so: rows loaded one by one. Default 10. */
  readonly maxRepeats?: number | undefined
  /** Queries of a request; one more is a {@link QueryBudgetError}. Default: any number. */
  readonly max?: number | undefined
}

/** Options of the seeds of a database. */
export interface SeedsOptions {
  /** Folder of the files: a URL, or a path that is relative to the working directory of the process. */
  readonly folder: string | URL
}

/** Where the store of an app is. */
export interface StoreOfAppOptions {
  /** What its keys begin with. Apps that are to share what they keep say the same. Default: `keelson:shop:` of an app with the name `shop`. */
  readonly prefix?: string | undefined
  /** Another database for its table. SQLite and PGlite need one, `sqlite('shop-store.db')`: theirs has one writer. Default: the database itself. */
  readonly adapter?: Adapter | undefined
}

/** Options of {@link database}; {@link openDatabase} has all but `keyValueStore`. */
export interface DatabaseOptions {
  /** Statements that take longer are logged at `warn`, with their text and place; never their values. Default 500. */
  readonly slowQueryMs?: number | undefined
  /** Limits that hold in development and test alone. */
  readonly queries?: QueryLimits | undefined
  /** Makes the tables that are not there yet at start, as {@link createTables} does: for examples and tests. Default `false`. */
  readonly createTables?: boolean | undefined
  /** Migrations: files that change the tables. A start is refused while some are pending, unless they are applied by it. */
  readonly migrations?: MigrationsOptions | undefined
  /** Seeds: files that fill the tables, run by `keelson db seed`. A start runs none. */
  readonly seeds?: SeedsOptions | undefined
  /** Whether messages name the line that ran a statement, which costs a tenth of a transaction. Default: not in production. */
  readonly callSites?: boolean | undefined
  /**
   * Makes `db.keyValueStore(…)` the store of the app, `KEY_VALUE_STORE`: sessions, limits and locks are kept in the database, and what they write stays
   * when the transaction around is rolled back. Default: the store of the app is elsewhere.
   */
  readonly keyValueStore?: StoreOfAppOptions | undefined
}

const LIMITS = optionTable<QueryLimits>({
  maxRepeats: integer('How often one statement may run in a request before the log says so.', {
    minimum: 1,
    default: 10,
  }),
  max: integer('Queries of a request; one more is an error. Default: any number.', { minimum: 1 }),
})

const SEEDS_OPTIONS = optionTable<SeedsOptions>({ folder: required(FOLDER_OPTION) })

const STORE_OPTIONS = optionTable<StoreOfAppOptions>({
  adapter: ofKind(withMethods('an adapter', ['connect', 'dialect']), 'Another database for its table.'),
  prefix: text('What its keys begin with.'),
})

/** Options of an open database. */
type OpenedOptions = Omit<DatabaseOptions, 'keyValueStore'>

/** Those that both have. */
export const OPENED_OPTIONS = optionTable<OpenedOptions>({
  slowQueryMs: milliseconds('Statements that take longer are logged.', { default: 500 }),
  queries: nested(LIMITS, 'Limits in development and test.'),
  createTables: flag('Makes the tables that are not there yet at start.', { default: false }),
  migrations: nested(MIGRATIONS_OPTIONS, 'Migrations: files that change the tables.'),
  seeds: nested(SEEDS_OPTIONS, 'Seeds: files that fill the tables.'),
  callSites: flag('Whether messages name the line that ran a statement. Default: not in production.'),
})

/** Those of `database`. */
export const DATABASE_OPTIONS = optionTable<DatabaseOptions>({
  ...OPENED_OPTIONS.properties,
  keyValueStore: nested(STORE_OPTIONS, 'Makes a store in the database that of the app.'),
})

/** Options with their defaults. */
export interface DatabaseSettings {
  readonly slowQueryMs: number
  readonly maxRepeats: number
  readonly maxQueries: number
  readonly createTables: boolean
  readonly migrations: MigrationSettings | undefined
  /** Path of the folder. */
  readonly seeds: string | undefined
  readonly callSites: boolean | undefined
}

/**
 * Checked options with their defaults.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for options that exclude each other
 */
export function settingsOf(
  options: DatabaseOptions,
  name: string,
  below: (...args: never[]) => unknown,
): DatabaseSettings {
  const { slowQueryMs = 500, queries = {}, createTables = false, migrations, seeds, callSites } = options
  const both = {
    message: 'Both createTables and migrations are given.',
    remedy: 'Omit createTables: the migrations make the tables.',
  }
  refuseCall(createTables && migrations !== undefined ? [both] : [], { name, below })
  const { maxRepeats = 10, max = Infinity } = queries
  return {
    slowQueryMs,
    maxRepeats,
    maxQueries: max,
    createTables,
    migrations: migrations && migrationSettings(migrations),
    seeds: seeds && folderOf(seeds.folder),
    callSites,
  }
}

/** @throws {SetupError} `ERR_CORE_OPTION` for files that do not make the tables of a database for tests, or run elsewhere */
export function checkMigrations(
  { migrations }: DatabaseSettings,
  { tablesMadeBy }: Adapter,
  at: { readonly name: string; readonly below: (...args: never[]) => unknown },
): void {
  const areRead = migrations !== undefined && (migrations.verify || migrations.migrateAtStart)
  if (!areRead || tablesMadeBy === undefined) return
  if (tablesMadeBy === 'declarations') refuseCall([MADE_OTHERWISE], at)
  if (migrations.adapter !== undefined) refuseCall([RUN_ELSEWHERE], at)
}

const MADE_OTHERWISE = {
  message: 'migrations: databasePerWorker makes the tables of this database, as they are declared.',
  remedy: 'Have the files make them: databasePerWorker(adapter, tables, { migrations: { folder } }).',
}
const RUN_ELSEWHERE = {
  message: 'migrations.adapter: it is to another database than the one that databasePerWorker makes.',
  remedy: 'Omit it in tests: the files are applied before the database is opened.',
}

/** @throws {SetupError} `ERR_CORE_OPTION` for a store beside the one writer of its database */
export function checkStore(
  { keyValueStore }: DatabaseOptions,
  adapter: Adapter,
  below: (...args: never[]) => unknown,
): void {
  if (keyValueStore === undefined || keyValueStore.adapter !== undefined || adapter.lanes === 'equal') return
  const message = `keyValueStore: ${adapter.name} has one writer, which a transaction holds while the store would write beside it.`
  const remedy = "Give it a file of its own: keyValueStore: { adapter: sqlite('shop-store.db') }."
  refuseCall([{ message, remedy }], { name: 'database', below })
}

/** @throws {SetupError} `ERR_CORE_OPTION` for tables without an adapter before them */
export function checkAdapter(adapter: Adapter, name: string, below: (...args: never[]) => unknown): void {
  const isAdapter = typeof (adapter as Partial<Adapter> | undefined)?.dialect === 'function'
  refuseCall(
    isAdapter
      ? []
      : [
          {
            message: 'It is given no adapter for the database before its tables.',
            remedy: "Write sqlite('shop.db'), postgres(url) or mysql(url) there.",
          },
        ],
    { name, below },
  )
}
