/**
 * Migrations: files of SQL or code that change the tables of a database, in order.
 *
 * @module
 */
export {
  migrate,
  migration,
  migrationStatus,
  rollback,
  type MigrateOptions,
  type MigrationStatusOptions,
  type Migration,
  type MigrationDatabase,
  type MigrationDefinition,
  type MigrationEvent,
  type MigrationOwner,
  type MigrationRun,
  type MigrationSettings,
  type MigrationStatus,
  type MigrationTarget,
  type RollbackMigrationsOptions,
} from '../migrate/index.ts'
