// A database from its declaration to its end: the handle that code has, and what opens and closes it.
import { FrameworkError, SetupError, type AppMode, type Clock, type Logger, type Random } from '@keelson/core'
import { connectProblems, isInMemory, type Adapter } from '../adapter/index.ts'
import { createTables, missingTables } from '../create-tables/index.ts'
import { DatabaseClosedError } from '../errors.ts'
import type { HeldConnection, MigrationEvent, MigrationSettings, MigrationTarget } from '../migrate/index.ts'
import { DatabaseSession, Pool, QueryWatch } from '../session/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { createHandle } from './handle.ts'
import type { DatabaseSettings } from './options.ts'
import { missingTableProblems, startProblems } from './start-problems.ts'

/** What a database is opened with. */
export interface OpenParts {
  readonly mode: AppMode
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger | undefined
  /** Ends the start. */
  readonly signal?: AbortSignal | undefined
  /** Whether it is opened for a command, which applies no migration on the way. */
  readonly isForCommand?: boolean | undefined
}

interface Opened {
  readonly pool: Pool
  readonly session: DatabaseSession
}

/** A database of an app or a script. The handle exists before it is open, so that it can be injected. */
export class LiveDatabase {
  readonly name: string
  readonly adapter: Adapter
  readonly tables: TablesFacts
  /** What keys of its app begin with in tables that other apps use too; empty outside of an app. */
  readonly prefix: string
  /** What code uses: a repository for each table, and the methods of the database. */
  readonly handle: object
  readonly #settings: DatabaseSettings
  #opened: Opened | undefined
  #mode: AppMode = 'development'
  #isClosed = false

  constructor(parts: {
    readonly name: string
    readonly adapter: Adapter
    readonly tables: TablesFacts
    readonly settings: DatabaseSettings
    readonly prefix?: string
    /** Whether the code that has the handle closes it. */
    readonly isOwned?: boolean
  }) {
    this.name = parts.name
    this.adapter = parts.adapter
    this.tables = parts.tables
    this.prefix = parts.prefix ?? ''
    this.#settings = parts.settings
    this.handle = createHandle(this, parts.isOwned === true ? () => this.close() : undefined)
  }

  /** What it was declared with. */
  get migrations(): MigrationSettings | undefined {
    return this.#settings.migrations
  }

  get migrationTarget(): MigrationTarget {
    const { name, adapter } = this
    return { name, adapter, mode: this.#mode, connect: (signal) => this.#connectApart(signal) }
  }

  /** @throws {DatabaseClosedError} before it was opened, and after its end */
  get session(): DatabaseSession {
    if (this.#opened !== undefined && !this.#isClosed) return this.#opened.session
    throw new DatabaseClosedError({
      message: this.#isClosed
        ? `The database '${this.name}' is closed. Use it while the app runs.`
        : `The database '${this.name}' is not open yet. Use it from the start of the app on: a service that injects it is made after that.`,
    })
  }

  /** @throws {SetupError} where it cannot be reached, or cannot hold the tables */
  async open({ mode, clock, random, logger, signal, isForCommand }: OpenParts): Promise<void> {
    const { name, adapter } = this
    this.#mode = mode
    const pool = new Pool(adapter, name)
    try {
      pool.release(await pool.acquire(false, { label: 'the start', site: undefined, frame: undefined }))
      signal?.throwIfAborted()
      const problems = startProblems(this.tables, adapter)
      if (problems.length > 0) throw new SetupError(problems)
    } catch (error) {
      await pool.close()
      throw toSetupError(adapter, error)
    }
    const isDevelopment = mode !== 'production'
    const watch = new QueryWatch({
      database: name,
      logger,
      slowQueryMs: this.#settings.slowQueryMs,
      counts: isDevelopment,
      maxRepeats: this.#settings.maxRepeats,
      maxQueries: this.#settings.maxQueries,
    })
    const { tables } = this
    const hasSites = this.#settings.callSites ?? isDevelopment
    this.#isClosed = false
    this.#opened = {
      pool,
      session: new DatabaseSession({ name, adapter, tables, pool, watch, clock, random, logger, hasSites }),
    }
    try {
      if (this.#settings.createTables) await createTables({ '~internal': this })
      if (this.#settings.migrations !== undefined)
        await this.#migrate(this.#settings.migrations, { signal, logger, isForCommand })
    } catch (error) {
      await this.close()
      throw error
    }
  }

  /**
   * For the end of a start, when whatever makes tables by itself has made them.
   *
   * @throws {SetupError} where the database lacks tables
   */
  async assertTables(): Promise<void> {
    const { createTables: makesAll, migrations } = this.#settings
    const isUnverified = migrations !== undefined && !migrations.verify && !migrations.migrateAtStart
    if (makesAll || isUnverified || this.tables.tables.size === 0) return
    const missing = await missingTables(this.session, this.tables)
    const problems = missingTableProblems(missing, this.adapter.place, migrations !== undefined)
    if (problems.length > 0) throw new SetupError(problems)
  }

  /** Applies what is pending, or refuses the start for it. */
  async #migrate(
    settings: MigrationSettings,
    { signal, logger, isForCommand = false }: Pick<OpenParts, 'signal' | 'logger' | 'isForCommand'>,
  ): Promise<void> {
    // One in memory is empty, and gone afterwards.
    const isApplied = settings.migrateAtStart && (!isForCommand || isInMemory(this.adapter))
    if (!isApplied && !settings.verify) return
    // A process that runs no migrations does not load what runs them.
    const { applyPending, verifyApplied } = await import('../migrate/index.ts')
    const place = { target: this.migrationTarget, settings }
    const onEvent = (event: MigrationEvent): void =>
      logger?.info({ database: this.name, ...event }, textOf(event))
    await (isApplied ? applyPending(place, { signal, onEvent }) : verifyApplied(place, { signal }))
  }

  /** A connection beside the pool; where there is one in all, that one. */
  async #connectApart(signal: AbortSignal | undefined): Promise<HeldConnection> {
    const { pool } = this.#opened ?? {}
    if (this.adapter.lanes !== 'single' || pool === undefined) {
      const { connectTo } = await import('../migrate/index.ts')
      return connectTo(this.adapter, signal)
    }
    const holder = await pool.acquire(false, { label: 'migrations', site: undefined, frame: undefined })
    return { connection: holder.connection, release: async () => pool.release(holder) }
  }

  /** Whether the database answers. @throws as {@link Pool.ping} */
  async ping(signal: AbortSignal): Promise<void> {
    await (this.#opened as Opened).pool.ping(signal)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#opened?.pool.close()
    await this.adapter.close?.()
  }
}

/** The problems of a start that could not connect, or what was thrown for another reason. */
function toSetupError(adapter: Adapter, error: unknown): Error {
  if (SetupError.is(error) || !FrameworkError.is(error)) return error as Error
  const cause = error.cause ?? error
  return new SetupError(connectProblems(adapter, cause), cause)
}

function textOf(event: MigrationEvent): string {
  switch (event.kind) {
    case 'waiting':
      return `migrations wait for ${event.by}`
    case 'retrying':
      return `migration ${event.file} waits for a lock`
    case 'assumed':
      return `migration ${event.file} is taken for applied`
    case 'begun':
      return `migration ${event.file} begins`
    case 'done':
      return `migration ${event.file} is applied`
  }
}
