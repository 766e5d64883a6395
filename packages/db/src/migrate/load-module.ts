import { MigrationError } from '../errors.ts'
import { importDefault } from './import-default.ts'
import { isMigration, type Migration } from './migration.ts'

/**
 * Imports a migration.
 *
 * @param checksum - of its text
 * @throws {MigrationError} when it throws, does not finish, or exports something else
 */
export async function loadModule(path: string, checksum: string): Promise<Migration> {
  let loaded: unknown
  try {
    loaded = await importDefault(path, checksum)
  } catch (error) {
    const { message, cause } = error as Error
    throw new MigrationError({ message: `${path}: ${message}`, cause })
  }
  if (isMigration(loaded)) return loaded
  throw new MigrationError({
    message: `${path}: the file does not export a migration. Write export default migration({ up: async ({ sql }) => … }), with migration from @keelson/db/migrations.`,
  })
}
