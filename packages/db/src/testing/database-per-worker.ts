import { callable, checkOptions, nested, optionTable, required, text } from '@keelson/core/options'
import {
  ageOf,
  databasesOf,
  datedName,
  type Adapter,
  type Connection,
  type Databases,
} from '../adapter/index.ts'
import type { Database } from '../database/index.ts'
import type { MigrationsOptions } from '../migrate/index.ts'
import { FOLDER_OPTION, folderOf } from '../migrate/options.ts'
import type { AnyTables } from '../table/index.ts'
import { fillDatabase } from './fill-database.ts'
import { TEMPLATE_PREFIX, TemplateMaker, UNFINISHED_PREFIX } from './template-maker.ts'

const PREFIX = 'keelson_worker_'
/** Between its making and the connection that holds it. */
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

/** Options of {@link databasePerWorker}. */
export interface WorkerDatabaseOptions<TS extends AnyTables> {
  /** The files that make the tables, those of the app; it finds them applied. Default: the tables are made as they are declared. */
  readonly migrations?: Pick<MigrationsOptions, 'folder'> | undefined
  /** Puts the rows into it with which each test file begins. */
  readonly prepare?: ((db: Database<TS>) => Promise<unknown>) | undefined
  /**
   * Says which rows `prepare` makes: another text has them made anew. Default: the source text of `prepare`, which does not show what that
   * reads from elsewhere.
   */
  readonly key?: string | undefined
}

const MIGRATIONS = optionTable<Pick<MigrationsOptions, 'folder'>>({ folder: required(FOLDER_OPTION) })
const OPTIONS = optionTable<WorkerDatabaseOptions<AnyTables>>({
  migrations: nested(
    MIGRATIONS,
    'The files that make the tables. Default: they are made as they are declared.',
  ),
  prepare: callable('Puts the rows into it with which each test file begins.'),
  key: text('Says which rows prepare makes. Default: the source text of prepare.', { minLength: 1 }),
})

/**
 * A database for a test file of its own, so that files run side by side: it is made when it is opened first, has the tables, by `migrations` where
 * the app has some, and what `prepare` puts into it, and is dropped when it is closed. What a killed run has left is dropped by a later one.
 *
 * PostgreSQL copies it from a template, which is made once for each set of tables; MySQL and MariaDB make the tables each time; SQLite and PGlite have
 * it as a file in the folder for temporary files, copied from one. On a server the user needs the right to make databases, and a
 * connection beside the pool stays open for as long as the database is.
 *
 * @param adapter - to any database where it is to be made; that one is not touched
 * @returns an adapter, to be opened by one app or one `openDatabase` at a time
 * @throws {SetupError} `ERR_DB_DATABASE`: from here for an adapter that makes no databases; when it is opened, where the user may not make
 *   one, or a migration or `prepare` fails
 * @example
 * const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
 * const adapter = databasePerWorker(sqlite(':memory:'), tables, { prepare: (db) => db.notes.insert({ text: 'first' }) })
 * await using db = await openDatabase(adapter, tables)
 * await db.notes.count() // => 1
 */
export function databasePerWorker<TS extends AnyTables>(
  adapter: Adapter,
  tables: TS,
  options: WorkerDatabaseOptions<TS> = {},
): Adapter {
  checkOptions(OPTIONS, options, { name: 'databasePerWorker', below: databasePerWorker })
  const { prepare, key: rows = String(prepare), migrations } = options
  const folder = migrations && folderOf(migrations.folder)
  const databases = databasesOf(adapter)
  const fill = (made: Adapter): Promise<void> => fillDatabase(made, tables, { folder, prepare })
  const key = async (): Promise<string> => {
    if (folder === undefined) return rows
    // Tests without migrations do not load what runs them.
    const { readFolderState } = await import('../migrate/index.ts')
    return JSON.stringify([rows, (await readFolderState(folder)).files])
  }
  const sample = databases.at(PREFIX)
  const template = new TemplateMaker({ databases, tables, fill, key })
  const worker = new WorkerDatabase(databases, sample, (name) => template.copyTo(name))
  return {
    ...sample,
    place: adapter.place,
    tablesMadeBy: folder === undefined ? 'declarations' : 'migrations',
    pool: { ...sample.pool, connectTimeoutMs: Math.max(sample.pool.connectTimeoutMs, MINUTE_MS) },
    dialect: () => worker.inner.dialect(),
    failureOf: (error) => worker.inner.failureOf(error),
    connect: (lane, signal) => worker.connect(lane, signal),
    close: () => worker.close(),
  }
}

interface Made {
  readonly name: string
  readonly adapter: Adapter
  /** Tells other processes that it is in use; undefined where no server would tell them. */
  readonly holder: Connection | undefined
}

/** The database from its first connection to the end of all. */
class WorkerDatabase {
  readonly #databases: Databases
  readonly #sample: Adapter
  readonly #fill: (name: string) => Promise<void>
  #making: Promise<Made> | undefined
  #made: Made | undefined

  constructor(databases: Databases, sample: Adapter, fill: (name: string) => Promise<void>) {
    this.#databases = databases
    this.#sample = sample
    this.#fill = fill
  }

  get inner(): Adapter {
    return this.#made?.adapter ?? this.#sample
  }

  async connect(...args: Parameters<Adapter['connect']>): Promise<Connection> {
    this.#making ??= this.#make().catch((error: unknown) => {
      this.#making = undefined
      throw error
    })
    const { adapter } = (this.#made = await this.#making)
    return adapter.connect(...args)
  }

  async close(): Promise<void> {
    const made = await this.#making?.catch(() => undefined)
    this.#making = this.#made = undefined
    if (made === undefined) return
    await made.holder?.close()
    await this.#databases.drop(made.name)
  }

  async #make(): Promise<Made> {
    await dropLeftovers(this.#databases)
    const name = `${datedName(PREFIX)}_${workerId()}`
    const adapter = this.#databases.at(name)
    try {
      await this.#fill(name)
      const { lanes, pool } = adapter
      const signal = AbortSignal.timeout(pool.connectTimeoutMs)
      return { name, adapter, holder: lanes === 'equal' ? await adapter.connect('any', signal) : undefined }
    } catch (error) {
      await this.#databases.drop(name).catch(() => undefined)
      throw error
    }
  }
}

function workerId(): string {
  const { VITEST_POOL_ID, JEST_WORKER_ID } = process.env
  return (VITEST_POOL_ID ?? JEST_WORKER_ID ?? String(process.pid)).replaceAll(/\W/g, '').slice(0, 10)
}

/** What runs that were killed have left. Others may drop it at the same time; what stays is dropped by the next run. */
async function dropLeftovers(databases: Databases): Promise<void> {
  for (const { name, isInUse } of await databases.list('keelson_')) {
    const age = ageOf(name, PREFIX) ?? 0
    const isLeft =
      age > DAY_MS ||
      (age > MINUTE_MS && !isInUse) ||
      (ageOf(name, UNFINISHED_PREFIX) ?? 0) > DAY_MS ||
      // Also without a change of the tables a template is made anew from time to time.
      (templateAge(name) ?? 0) > WEEK_MS
    if (isLeft) await databases.drop(name).catch(() => undefined)
  }
}

/** The hash stands between the prefix and the time. */
function templateAge(name: string): number | undefined {
  const prefix = new RegExp(`^${TEMPLATE_PREFIX}[0-9a-f]+_`).exec(name)?.[0]
  return prefix === undefined ? undefined : ageOf(name, prefix)
}
