import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  either,
  flag,
  integer,
  listOf,
  milliseconds,
  ofKind,
  optionTable,
  required,
  text,
  withMethods,
} from '@keelson/core/options'
import type { MigrationSettings, MigrationsOptions } from './contract.ts'

/** A folder, as an option. */
export const FOLDER_OPTION = either(
  text('Folder of the files.', { minLength: 1 }),
  ofKind(
    { what: 'a file URL', test: (value) => value instanceof URL && value.protocol === 'file:' },
    'The same.',
  ),
)

/** The table of {@link MigrationsOptions}, as one option among others. */
export const MIGRATIONS_OPTIONS = optionTable<MigrationsOptions>({
  folder: required(FOLDER_OPTION),
  verify: flag('Whether a start is refused while files are pending, altered, missing or unknown.', {
    default: true,
  }),
  migrateAtStart: flag('Applies what is pending at start.', { default: false }),
  ignore: listOf(
    text('A table, or a column as table.column, with * for any end.', { minLength: 1 }),
    'Tables and columns that a comparison leaves.',
  ),
  allowNewer: flag('Whether a database may have files that this version does not know.', { default: false }),
  adapter: ofKind(
    withMethods('an adapter', ['connect', 'dialect', 'failureOf']),
    'Runs the files, in place of the adapter of the database.',
  ),
  scratch: ofKind(
    withMethods('an adapter', ['connect', 'dialect', 'failureOf']),
    'Makes the scratch databases of comparisons.',
  ),
  runnerTimeoutMs: milliseconds('The longest wait for another runner to end, ms.', {
    minimum: 1,
    default: 60_000,
  }),
  lockTimeoutMs: milliseconds('The longest wait of a statement for a lock of a table, ms.', {
    minimum: 1,
    default: 5000,
  }),
  lockRetries: integer('How often a file runs again after such a wait.', { maximum: 100, default: 5 }),
  statementTimeoutMs: milliseconds('The longest statement, ms.', { minimum: 1, default: 3_600_000 }),
})

/** Reads options, that were checked, with their defaults. */
export function migrationSettings(options: MigrationsOptions): MigrationSettings {
  return {
    folder: folderOf(options.folder),
    verify: options.verify ?? true,
    migrateAtStart: options.migrateAtStart ?? false,
    allowNewer: options.allowNewer ?? false,
    ignore: options.ignore ?? [],
    adapter: options.adapter,
    scratch: options.scratch,
    runnerTimeoutMs: options.runnerTimeoutMs ?? 60_000,
    lockTimeoutMs: options.lockTimeoutMs ?? 5000,
    lockRetries: options.lockRetries ?? 5,
    statementTimeoutMs: options.statementTimeoutMs ?? 3_600_000,
  }
}

/** The path of a folder; a relative one from the working directory on. */
export function folderOf(folder: string | URL): string {
  return folder instanceof URL ? fileURLToPath(folder) : resolve(folder)
}
