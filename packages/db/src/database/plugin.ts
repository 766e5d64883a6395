import {
  bind,
  CLOCK,
  DATABASE,
  KEY_VALUE_STORE,
  plugin,
  RANDOM,
  token as newToken,
  type KeyValueStore,
  type Plugin,
  type Token,
} from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { systemClock, systemRandom } from '@keelson/core/ports'
import type { Adapter } from '../adapter/index.ts'
import type { CommandSeeds } from '../commands/index.ts'
import { factsOf, type AnyTables } from '../table/index.ts'
import { DATABASE_COMMANDS, noteDatabase } from './commands.ts'
import type { Database, OwnedDatabase } from './contract.ts'
import { deploymentProblems } from './deployment-problems.ts'
import { deploymentWarnings } from './deployment-warnings.ts'
import { LiveDatabase } from './live-database.ts'
import {
  checkAdapter,
  checkMigrations,
  checkStore,
  DATABASE_OPTIONS,
  settingsOf,
  type DatabaseOptions,
  type StoreOfAppOptions,
} from './options.ts'

/**
 * The plugin of a database: connects at start, binds the token, and {@link DATABASE} where it is the only one, tells the probes how it is, and
 * closes its connections at the end. It adds the commands `keelson db status`, `migrate`, `rollback`, `create`, `diff`, `check`, `pull`,
 * `reset` and `seed`.
 *
 * @param token - what routes and services inject: `route.inject({ db: DB })`
 * @param adapter - `sqlite('shop.db')`, `postgres(url)`, `mysql(url)`
 * @param tables - what `defineTables` made
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option; the start, where the database cannot be reached, and `ERR_DB_TABLE` where
 *   it lacks tables when all plugins and services have started
 * @example
 * const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
 * const DB = token<Database<typeof tables>>('db')
 * const app = createApp({ name: 'shop', routes: {}, plugins: [database(DB, sqlite(':memory:'), tables)] })
 */
// oxlint-disable-next-line max-params -- the fourth is rarely given, and each has a kind of its own
export function database<TS extends AnyTables>(
  // Inferred of the tables alone: to look into the token takes the compiler 60,000 instantiations.
  token: NoInfer<Token<Database<TS>>>,
  adapter: Adapter,
  tables: TS,
  options: DatabaseOptions = {},
): Plugin {
  checkAdapter(adapter, 'database', database)
  checkOptions(DATABASE_OPTIONS, options, { name: 'database', below: database })
  const settings = settingsOf(options, 'database', database)
  checkMigrations(settings, adapter, { name: 'database', below: database })
  checkStore(options, adapter, database)
  const { keyValueStore } = options
  const name = token.description ?? 'db'
  const facts = factsOf(tables)
  const { migrations, seeds: folder } = settings
  const seeds = folder === undefined ? undefined : seedsIn(folder, { name, adapter, tables: facts, settings })
  const command = { name, adapter, tables: facts, migrations, seeds }
  const LIVE = newToken<LiveDatabase>(`${name}, connected`)
  const made = plugin({
    name: `database ${name}`,
    inject: { live: LIVE, clock: CLOCK, random: RANDOM },
    setup: (app) =>
      app.provide(
        bind(LIVE, {
          make: () => new LiveDatabase({ name, adapter, tables: facts, settings, prefix: app.prefix }),
          dispose: false,
        }),
        // What the handle says of its tables, the compiler knows.
        bind(token, { needs: [LIVE], make: (live) => live.handle as Database<TS>, dispose: false }),
        bind(DATABASE, { alias: token }),
        ...(keyValueStore === undefined
          ? []
          : [bind(KEY_VALUE_STORE, { needs: [LIVE], make: (live) => storeOf(live, keyValueStore) })]),
      ),
    start: ({ services: { live, clock, random }, mode, log, signal, isForCommand }) =>
      live.open({ mode, clock, random, logger: log, signal, isForCommand }),
    started: ({ services: { live } }) => live.assertTables(),
    inspect: async (_app, options) => {
      const warnings = deploymentWarnings({ name, tables: facts, settings }, options)
      const problems = deploymentProblems({ name, adapter, settings }, options)
      if (migrations === undefined) return { problems, warnings, omitted: [] }
      const { inspectMigrations } = await import('../commands/index.ts')
      const found = await inspectMigrations({ ...command, migrations }, options)
      return { ...found, problems: [...problems, ...found.problems], warnings }
    },
    health: async ({ live }, signal) => {
      await live.ping(signal)
      return { status: 'up' }
    },
    stop: ({ live }) => live.close(),
    commands: DATABASE_COMMANDS,
  })
  noteDatabase(made, command)
  return made
}

/** The handle has it whatever its tables are. */
function storeOf({ handle }: LiveDatabase, options: StoreOfAppOptions): KeyValueStore {
  return (handle as Database<{}>).keyValueStore(options)
}

/** The seeds of a database; to run them it is opened beside the app, which does not start for that. */
function seedsIn(folder: string, parts: ConstructorParameters<typeof LiveDatabase>[0]): CommandSeeds {
  return {
    folder,
    open: async (mode, signal) => {
      const live = new LiveDatabase({ ...parts, isOwned: true })
      const own = { clock: systemClock, random: systemRandom, logger: undefined }
      await live.open({ ...own, mode, signal, isForCommand: true })
      return live.handle as OwnedDatabase<{}>
    },
  }
}
