import { isError } from '@keelson/contract'
import { extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { FrameworkError } from '@keelson/core'
import { AppFailure } from './cli-errors.ts'

/** Longest time that a module may take to load, ms: one that awaits a server may never end. */
const IMPORT_MS = 30_000

/**
 * Imports the module of an app.
 *
 * @throws {AppFailure} when it throws, cannot be compiled, or does not finish
 * @throws {SetupError} of its configuration or its set-up, unchanged
 */
export async function importApp(
  file: string,
  timeoutMs = IMPORT_MS,
): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await within(import(pathToFileURL(file).href), file, timeoutMs)) as Readonly<
      Record<string, unknown>
    >
  } catch (error) {
    if (FrameworkError.is(error) || error instanceof AppFailure) throw error
    throw new AppFailure(`${file} cannot be imported. ${remedyOf(error, file)}${textOf(error)}`, {
      cause: error,
    })
  }
}

/** Settles as a promise does; rejects when that has not settled after a time, or when the event loop is empty. */
function within<T>(loading: Promise<T>, file: string, timeoutMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void =>
      reject(
        new AppFailure(
          `${file} does not finish loading: it, or a module that it imports, awaits at its top level what never settles. Await it in the start of a plugin.`,
        ),
      )
    const timer = setTimeout(giveUp, timeoutMs).unref()
    process.once('beforeExit', giveUp)
    void loading.then(resolve, reject).finally(() => {
      clearTimeout(timer)
      process.off('beforeExit', giveUp)
    })
  })
}

const COMPILED = 'Node strips types, and does not compile: name the compiled module, --app dist/app.js.'

/** Explanations of Node's error codes for the user of the command. */
function remedyOf(error: unknown, file: string): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') return `${COMPILED}\n`
  // Node's type stripping leaves decorators, which its parser does not know.
  if (error instanceof SyntaxError && /^\.[cm]?ts$/.test(extname(file)))
    return `If its syntax is valid: ${COMPILED}\n`
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION')
    return `Node ${process.version} cannot run such a file: use Node 22.21 or above, or name the compiled module, --app dist/app.js.\n`
  return ''
}

/** An error with its causes, without the frames of Node and of the command. */
function textOf(error: unknown): string {
  if (!isError(error)) return `It throws ${inspect(error)}.`
  const text = (error.stack ?? String(error)).split('\n').filter((line) => !isOwnFrame(line))
  return [...text, ...(error.cause === undefined ? [] : [`Caused by: ${textOf(error.cause)}`])].join('\n')
}

const OWN_DIR = new URL('.', import.meta.url).href

function isOwnFrame(line: string): boolean {
  return /^\s+at .*(?:node:internal|[\\/]commander[\\/])/.test(line) || line.includes(OWN_DIR)
}
