import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError, type SetupProblem } from '@keelson/core'
import type { Dialect } from '../adapter/index.ts'
import type { MigrationFile } from './contract.ts'
import { readFileNames, type FileName } from './file-names.ts'
import { loadModule } from './load-module.ts'
import { readSql } from './read-sql.ts'

/** How many files are read at once. */
const AT_ONCE = 32

/** Title of what is thrown before anything runs. */
export const CANNOT_RUN = 'The migrations cannot run'

/** The names in a folder. @throws {SetupError} `ERR_DB_MIGRATION_FILE` where it is missing, or is not a folder */
export async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    throw unreadable(folder, error)
  }
}

/** The paths of the files of migrations; none where the folder is not there yet. */
export async function migrationPaths(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unreadable(folder, error)
  })
  return readFileNames(files).names.map(({ file }) => join(folder, file))
}

/**
 * Reads and checks the files of a folder.
 *
 * @throws {SetupError} `ERR_DB_MIGRATION_FILE` with every problem: two files of one number, a gap, an empty file, a statement that is refused
 */
export async function readFolder(
  folder: string,
  system: Dialect['system'],
): Promise<readonly MigrationFile[]> {
  const { names, problems } = readFileNames(await listFolder(folder))
  const found: SetupProblem[] = [...problems]
  const files: MigrationFile[] = []
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE)
    for (const read of await Promise.all(some.map((name) => readMigration(name, folder, system)))) {
      found.push(...read.problems)
      if (read.file !== undefined) files.push(read.file)
    }
  }
  if (found.length === 0) return files
  throw new SetupError(
    found.map((one) => ({ ...one, place: join(folder, one.place) })),
    undefined,
    CANNOT_RUN,
  )
}

interface ReadFile {
  readonly file: MigrationFile | undefined
  readonly problems: readonly SetupProblem[]
}

async function readMigration(name: FileName, folder: string, system: Dialect['system']): Promise<ReadFile> {
  const path = join(folder, name.file)
  let text: string
  try {
    text = decode(await readFile(path))
  } catch (error) {
    return { file: undefined, problems: [unreadableFile(name.file, error)] }
  }
  const checksum = sha256(text)
  const common = { name: name.name, number: name.number, file: name.file, path, checksum }
  if (name.ending !== 'sql') {
    const load = (): ReturnType<typeof loadModule> => loadModule(path, checksum)
    if (text.trim() === '') return { file: undefined, problems: [empty(name.file)] }
    return { file: { ...common, content: { kind: 'module', load } }, problems: [] }
  }
  const { content, problems } = readSql(text, { file: name.file, system })
  return { file: content === undefined ? undefined : { ...common, content }, problems }
}

/** Of each line end and editor the same text. @throws for what is not UTF-8 */
function decode(bytes: Uint8Array): string {
  // The decoder drops a byte order mark.
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n')
}

/** In hexadecimal digits. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function empty(place: string): SetupProblem {
  return {
    code: 'ERR_DB_MIGRATION_FILE',
    place,
    message: 'The file is empty.',
    remedy: 'Write its migration, or delete it.',
  }
}

function unreadableFile(place: string, error: unknown): SetupProblem {
  const isText = (error as { readonly code?: unknown }).code === 'ERR_ENCODING_INVALID_ENCODED_DATA'
  return {
    code: 'ERR_DB_MIGRATION_FILE',
    place,
    message: isText
      ? 'The file is not text in UTF-8.'
      : `The file cannot be read: ${(error as Error).message}.`,
    remedy: isText ? 'Save it as UTF-8.' : 'Give the process the right to read it.',
  }
}

function unreadable(folder: string, error: unknown): SetupError {
  const { code, message } = error as { readonly code?: unknown; readonly message: string }
  const [said, remedy] =
    code === 'ENOENT'
      ? [
          'There is no such folder.',
          "Make it, or give the right one: migrations: { folder: new URL('./migrations', import.meta.url) }.",
        ]
      : code === 'ENOTDIR'
        ? ['It is not a folder.', 'Give the folder of the files.']
        : [`It cannot be read: ${message}.`, 'Give the process the right to read it.']
  return new SetupError(
    [{ code: 'ERR_DB_MIGRATION_FILE', place: folder, message: said!, remedy: remedy! }],
    error,
    CANNOT_RUN,
  )
}
