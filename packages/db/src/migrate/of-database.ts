// Migrations of a database that is open, for tests and scripts.
import { SetupError } from '@keelson/core'
import { callable, checkOptions, integer, ofKind, optionTable, SIGNAL } from '@keelson/core/options'
import type {
  MigrationEvent,
  MigrationRun,
  MigrationSettings,
  MigrationStatus,
  MigrationTarget,
} from './contract.ts'
import { applyPending, readStatus, takeBack, type MigrationPlace } from './migrate.ts'
import { CANNOT_RUN } from './read-folder.ts'
import { FOLDER_OPTION, folderOf, migrationSettings } from './options.ts'

/** A database whose migrations can run: what `database` binds and `openDatabase` gives. */
export interface MigrationOwner {
  /** For the framework alone; may change with any version. */
  readonly '~internal': {
    readonly migrationTarget: MigrationTarget
    readonly migrations: MigrationSettings | undefined
  }
}

/** Options of {@link migrationStatus}. */
export interface MigrationStatusOptions {
  /** Folder of the files. Default: that of the `migrations` of the database. */
  readonly folder?: string | URL | undefined
  /** Ends the run: the statement is cancelled, and its file rolled back where it is a transaction. */
  readonly signal?: AbortSignal | undefined
}

/** Options of {@link migrate}; limits are those that the database was opened with. */
export interface MigrateOptions extends MigrationStatusOptions {
  /** Called with what happens. */
  readonly onEvent?: ((event: MigrationEvent) => void) | undefined
  /** How many statements are done of the file that ended in the middle, where the history does not know it: see the message. */
  readonly resumeAfter?: number | undefined
}

/** Options of {@link rollback}. */
export interface RollbackMigrationsOptions extends MigrateOptions {
  /** How many files, from the last one on. Default 1. */
  readonly steps?: number | undefined
}

const STATUS = {
  folder: FOLDER_OPTION,
  signal: ofKind(SIGNAL, 'Ends the run.'),
}
const MIGRATE = {
  ...STATUS,
  onEvent: callable('Called with what happens.'),
  resumeAfter: integer('How many statements are done of the file that ended in the middle.'),
}
const STATUS_OPTIONS = optionTable<MigrationStatusOptions>(STATUS)
const MIGRATE_OPTIONS = optionTable<MigrateOptions>(MIGRATE)
const ROLLBACK_OPTIONS = optionTable<RollbackMigrationsOptions>({
  ...MIGRATE,
  steps: integer('How many files, from the last one on.', { minimum: 1, default: 1 }),
})

/**
 * Applies the files that are pending, in order. One runner is at work at a time; another waits for it.
 *
 * @returns the files that this call applied
 * @throws {SetupError} `ERR_DB_MIGRATION_FILE` and `ERR_DB_MIGRATION_HISTORY`, before anything runs
 * @throws {MigrationError} `ERR_DB_MIGRATION` for a file that failed; `MigrationLockError` when another runner does not end in time
 * @example
 * const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
 * await using db = await openDatabase(sqlite(':memory:'), tables)
 * await migrate(db, { folder: new URL('./migrations', import.meta.url) })
 */
export async function migrate(
  db: MigrationOwner,
  options: MigrateOptions = {},
): Promise<readonly MigrationRun[]> {
  checkOptions(MIGRATE_OPTIONS, options, { name: 'migrate', below: migrate })
  return applyPending(placeOf(db, options, 'migrate'), options)
}

/**
 * Takes applied files back, the last first.
 *
 * @returns the files that were taken back
 * @throws {MigrationError} `ERR_DB_MIGRATION` for a file without a way back, before anything runs, and for one that failed
 * @example
 * declare const db: MigrationOwner
 * await rollback(db, { folder: 'migrations', steps: 2 })
 */
export async function rollback(
  db: MigrationOwner,
  options: RollbackMigrationsOptions = {},
): Promise<readonly MigrationRun[]> {
  checkOptions(ROLLBACK_OPTIONS, options, { name: 'rollback', below: rollback })
  return takeBack(placeOf(db, options, 'rollback'), options)
}

/**
 * Says which files are applied and which are pending; it changes nothing.
 *
 * @throws {SetupError} `ERR_DB_MIGRATION_FILE` for files that cannot be read
 * @example
 * declare const db: MigrationOwner
 * const { pending } = await migrationStatus(db, { folder: 'migrations' })
 */
export async function migrationStatus(
  db: MigrationOwner,
  options: MigrationStatusOptions = {},
): Promise<MigrationStatus> {
  checkOptions(STATUS_OPTIONS, options, { name: 'migrationStatus', below: migrationStatus })
  return readStatus(placeOf(db, options, 'migrationStatus'), options)
}

function placeOf(db: MigrationOwner, { folder }: MigrationStatusOptions, name: string): MigrationPlace {
  const { migrationTarget: target, migrations } = db['~internal']
  if (folder !== undefined)
    return { target, settings: { ...migrationSettings({ folder }), ...migrations, folder: folderOf(folder) } }
  if (migrations !== undefined) return { target, settings: migrations }
  throw new SetupError(
    [
      {
        code: 'ERR_CORE_OPTION',
        place: `${name}()`,
        message: 'No folder is given, and the database was opened without migrations.',
        remedy: `Write ${name}(db, { folder: new URL('./migrations', import.meta.url) }).`,
      },
    ],
    undefined,
    CANNOT_RUN,
  )
}
