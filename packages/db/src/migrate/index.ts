export type {
  HeldConnection,
  MigrationEvent,
  MigrationRun,
  MigrationSettings,
  MigrationsOptions,
  MigrationStatus,
  MigrationTarget,
} from './contract.ts'
export { addChecksums, CHECKSUMS, removeChecksums, type FileChecksum } from './checksums.ts'
export { createFile, type FileKind } from './create-file.ts'
export type { EmptiedDatabase } from './empty-database.ts'
export { ignores } from './ignored-names.ts'
export { importDefault } from './import-default.ts'
export {
  applyPending,
  readStatus,
  resetDatabase,
  takeBack,
  verifyApplied,
  wasMigratedInProduction,
  type MigrationPlace,
} from './migrate.ts'
export { migration, type Migration, type MigrationDatabase, type MigrationDefinition } from './migration.ts'
export {
  migrate,
  migrationStatus,
  rollback,
  type MigrateOptions,
  type MigrationStatusOptions,
  type MigrationOwner,
  type RollbackMigrationsOptions,
} from './of-database.ts'
export { migrationPaths, readFileText, readFolderState, sha256 } from './read-folder.ts'
export { readRegular } from './read-regular.ts'
export { readSql } from './read-sql.ts'
export { connectTo, type RunOptions } from './runner.ts'
export type { ScratchRules } from './within-scratch.ts'
