import { callable, checkOptions, flag, optionTable, refuseCall, required } from '@keelson/core/options'
import type { Dialect } from '../adapter/index.ts'
import type { DatabaseSql } from '../sql/index.ts'

/** The database within a migration. It has no repositories: a table value says what the table is today, and not what it was then. */
export interface MigrationDatabase {
  /** Runs statements written by hand, in the transaction of the file. Values of columns come as the driver gives them. */
  readonly sql: DatabaseSql
  /** `postgresql`, `mysql`, `mariadb` or `sqlite`. */
  readonly system: Dialect['system']
  /** Aborts when the run is to end. */
  readonly signal: AbortSignal
}

/** A migration that is code. */
export interface MigrationDefinition {
  /** Goes on to the next state. What it begins, it awaits. */
  up(db: MigrationDatabase): Promise<void>
  /** Goes back to the state before. */
  readonly down?: ((db: MigrationDatabase) => Promise<void>) | undefined
  /** Whether all of it is one transaction; on MySQL and MariaDB DDL never is. Default `true`. */
  readonly transaction?: boolean | undefined
  /**
   * Whether it may begin anew after it ended in the middle, since it does nothing twice: the filling of a column in parts. Then it does so by
   * itself, also after a lock that was not to be had in time. It needs `transaction: false`. Default `false`.
   */
  readonly resumable?: boolean | undefined
}

const kMigration = Symbol.for('keelson.migration')

/** A migration, made by {@link migration}. */
export interface Migration extends MigrationDefinition {
  /** For the framework alone; may change with any version. */
  readonly '~internal': true
}

const RESUMABLE = {
  message: 'It is resumable, and a transaction, of which nothing is left when it ends in the middle.',
  remedy: 'Write transaction: false beside it, or omit resumable.',
}

const MIGRATION_OPTIONS = optionTable<MigrationDefinition>({
  up: required(callable('Goes on to the next state.')),
  down: callable('Goes back to the state before.'),
  transaction: flag('Whether all of it is one transaction.', { default: true }),
  resumable: flag('Whether it may begin anew after it ended in the middle.', { default: false }),
})

/**
 * Makes a migration of code: the default export of a file of the folder of migrations, for what SQL alone cannot say.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for unknown members and invalid values
 * @example
 * const fill = migration({
 *   up: async ({ sql }) => {
 *     for (const { id, name } of await sql<{ id: string; name: string }>`select id, name from customers where slug is null`)
 *       await sql`update customers set slug = ${name.toLowerCase()} where id = ${id}`
 *   },
 * })
 */
export function migration(definition: MigrationDefinition): Migration {
  checkOptions(MIGRATION_OPTIONS, definition, { name: 'migration', below: migration })
  const { resumable = false, transaction = true } = definition
  refuseCall(resumable && transaction ? [RESUMABLE] : [], { name: 'migration', below: migration })
  return Object.freeze({ ...definition, '~internal': true as const, [kMigration]: true })
}

/** Whether a value was made by {@link migration}, in any copy of the package. */
export function isMigration(value: unknown): value is Migration {
  return typeof value === 'object' && value !== null && kMigration in value
}
