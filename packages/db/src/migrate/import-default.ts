import { pathToFileURL } from 'node:url'
import { systemClock, waitUntil } from '@keelson/core/ports'

/** The longest time that a module may take to load, ms: one that awaits a server may never end. */
const IMPORT_MS = 30_000

/**
 * Imports the default export of a file, which Node strips of its types.
 *
 * @param checksum - of its text: a file that was changed since is loaded anew
 * @throws when it throws, or does not finish, with a sentence that follows its path
 */
export async function importDefault(path: string, checksum: string): Promise<unknown> {
  const url = pathToFileURL(path)
  url.search = `checksum=${checksum.slice(0, 16)}`
  const loaded = (await inTime(import(url.href))) as { readonly default?: unknown }
  return loaded.default
}

async function inTime<T>(loading: Promise<T>): Promise<T> {
  const late = (): Error =>
    new Error(`it does not finish loading within ${IMPORT_MS} ms: await nothing at its top level`)
  try {
    return await waitUntil(() => loading, { limit: { clock: systemClock, limitMs: IMPORT_MS, late } })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const remedy = isSyntax(error)
      ? ' Node strips its types, and does not compile: write no enum, namespace or decorator.'
      : ''
    throw new Error(`the file cannot be imported: ${message.replace(/\.$/, '')}.${remedy}`, { cause: error })
  }
}

/** Whether Node did not understand it. */
function isSyntax(error: unknown): boolean {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return error instanceof SyntaxError || String(code).endsWith('_TYPESCRIPT_SYNTAX')
}
