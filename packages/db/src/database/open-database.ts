import type { AppMode, Clock, Logger, Random } from '@keelson/core'
import { checkOptions, ofKind, optionTable, text, withMethods } from '@keelson/core/options'
import { systemClock, systemRandom } from '@keelson/core/ports'
import type { Adapter } from '../adapter/index.ts'
import { factsOf, type AnyTables } from '../table/index.ts'
import type { OwnedDatabase } from './contract.ts'
import { LiveDatabase } from './live-database.ts'
import { checkAdapter, checkMigrations, OPENED_OPTIONS, settingsOf, type DatabaseOptions } from './options.ts'

/** Options of {@link openDatabase}. */
export interface OpenDatabaseOptions extends Omit<DatabaseOptions, 'keyValueStore'> {
  /** Name in messages and diagnostics. Default `db`. */
  readonly name?: string | undefined
  /** Says the time of keys and of `now()`. Default: the system's. */
  readonly clock?: Clock | undefined
  /** Makes keys. Default: the system's. */
  readonly random?: Random | undefined
  /** For slow queries and failures after a commit. Default: none. */
  readonly log?: Logger | undefined
}

const OPEN_OPTIONS = optionTable<OpenDatabaseOptions>({
  ...OPENED_OPTIONS.properties,
  name: text('Name in messages and diagnostics.', { minLength: 1, default: 'db' }),
  clock: ofKind(
    withMethods('a Clock', ['now', 'monotonic', 'setTimeout']),
    'Says the time of keys and of `now()`. Default: that of the system.',
  ),
  random: ofKind(withMethods('a Random', ['bytes', 'int']), 'Makes keys. Default: that of the system.'),
  log: ofKind(
    withMethods('a Logger', ['info', 'warn', 'error']),
    'For slow queries and failures after a commit. Default: none.',
  ),
})

/**
 * Opens a database in a script or a test, without an app.
 *
 * @returns the database; `await using` closes it
 * @throws {SetupError} `ERR_DB_CONNECTION` where it cannot be reached, with host, user and database
 * @example
 * const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
 * await using db = await openDatabase(sqlite(':memory:'), tables)
 * await createTables(db)
 * await db.notes.insert({ text: 'first' })
 * await db.notes.count() // => 1
 */
export async function openDatabase<TS extends AnyTables>(
  adapter: Adapter,
  tables: TS,
  options: OpenDatabaseOptions = {},
): Promise<OwnedDatabase<TS>> {
  checkAdapter(adapter, 'openDatabase', openDatabase)
  checkOptions(OPEN_OPTIONS, options, { name: 'openDatabase', below: openDatabase })
  const { name = 'db', clock = systemClock, random = systemRandom, log, ...rest } = options
  const settings = settingsOf(rest, 'openDatabase', openDatabase)
  checkMigrations(settings, adapter, { name: 'openDatabase', below: openDatabase })
  const live = new LiveDatabase({ name, adapter, tables: factsOf(tables), settings, isOwned: true })
  await live.open({ mode: modeOfProcess(), clock, random, logger: log })
  return live.handle as OwnedDatabase<TS>
}

function modeOfProcess(): AppMode {
  const env = process.env['NODE_ENV']
  return env === undefined || env === '' || env === 'development' || env === 'test'
    ? 'development'
    : 'production'
}
