import { pathToFileURL } from 'node:url'
import { MigrationError } from '../errors.ts'
import { isMigration, type Migration } from './migration.ts'

/** The longest time that a module may take to load, ms: one that awaits a server may never end. */
const IMPORT_MS = 30_000

/**
 * Imports a file, which Node strips of its types.
 *
 * @param checksum - of its text: a file that was changed since is loaded anew
 * @throws {MigrationError} when it throws, does not finish, or exports something else
 */
export async function loadModule(path: string, checksum: string): Promise<Migration> {
  const url = pathToFileURL(path)
  url.search = `checksum=${checksum.slice(0, 16)}`
  const loaded = (await within(import(url.href), path)) as { readonly default?: unknown }
  if (isMigration(loaded.default)) return loaded.default
  throw new MigrationError({
    message: `${path}: the file does not export a migration. Write export default migration({ up: async ({ sql }) => … }), with migration from @keelson/db/migrations.`,
  })
}

async function within<T>(loading: Promise<T>, path: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`it does not finish loading within ${IMPORT_MS} ms: await nothing at its top level`))
    }, IMPORT_MS)
  })
  try {
    return await Promise.race([loading, late])
  } catch (error) {
    throw new MigrationError({
      message: `${path}: the file cannot be imported: ${error instanceof Error ? error.message : String(error)}. Node strips its types, and does not compile: write no enum, namespace or decorator.`,
      cause: error,
    })
  } finally {
    clearTimeout(timer)
  }
}
