import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SetupError, type SetupProblem } from '@keelson/core'
import type { Dialect } from '../adapter/index.ts'
import { CHECKSUMS, checksumProblems, readChecksums, type Checksums, type FileChecksum } from './checksums.ts'
import type { MigrationFile } from './contract.ts'
import { readFileNames, type FileName } from './file-names.ts'
import { loadModule } from './load-module.ts'
import { NotAFile, readRegular } from './read-regular.ts'
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
  return readFileNames(await listIfThere(folder)).names.map(({ file }) => join(folder, file))
}

async function listIfThere(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw unreadable(folder, error)
  })
}

/** A folder without what its files say. */
export interface FolderState {
  /** In their order. */
  readonly files: readonly FileChecksum[]
  /** Those without a line in `checksums`. */
  readonly withoutChecksum: readonly FileChecksum[]
  readonly problems: readonly SetupProblem[]
}

/** Names and checksums of the files of a folder, for which no system need be known; of one that is not there yet, none. */
export async function readFolderState(folder: string): Promise<FolderState> {
  const { files, checksums, problems } = await readTexts(folder, await listIfThere(folder))
  return {
    files,
    withoutChecksum: files.filter(({ file }) => !checksums.byFile.has(file)),
    problems: placed(problems, folder),
  }
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
  const { files, problems } = await readTexts(folder, await listFolder(folder))
  const read = files.map((file) => toMigration(file, system))
  const found = [...problems, ...read.flatMap((one) => one.problems)]
  if (found.length > 0) throw new SetupError(placed(found, folder), undefined, CANNOT_RUN)
  return read.flatMap(({ file }) => file ?? [])
}

function placed(problems: readonly SetupProblem[], folder: string): SetupProblem[] {
  return problems.map((one) => ({ ...one, place: join(folder, one.place) }))
}

interface FileText extends FileName, FileChecksum {
  readonly path: string
  readonly text: string
}

interface FolderTexts {
  readonly files: readonly FileText[]
  readonly checksums: Checksums
  readonly problems: readonly SetupProblem[]
}

async function readTexts(folder: string, listed: readonly string[]): Promise<FolderTexts> {
  const { names, problems } = readFileNames(listed)
  const found: SetupProblem[] = [...problems]
  const files: FileText[] = []
  for (let at = 0; at < names.length; at += AT_ONCE)
    for (const read of await Promise.all(
      names.slice(at, at + AT_ONCE).map((name) => readText(name, folder)),
    )) {
      if ('message' in read) found.push(read)
      else files.push(read)
    }
  const checksums = await readChecksums(folder).catch((error: unknown) => ({
    byFile: new Map<string, string>(),
    problems: [unreadableFile(CHECKSUMS, error)],
  }))
  // A file that cannot be read is not missing.
  const compared = files.length === names.length ? checksumProblems(checksums, files) : []
  return { files, checksums, problems: [...found, ...checksums.problems, ...compared] }
}

async function readText(name: FileName, folder: string): Promise<FileText | SetupProblem> {
  const path = join(folder, name.file)
  try {
    const text = await readFileText(path)
    return { ...name, path, text, checksum: sha256(text) }
  } catch (error) {
    return unreadableFile(name.file, error)
  }
}

interface ReadFile {
  readonly file: MigrationFile | undefined
  readonly problems: readonly SetupProblem[]
}

function toMigration({ text, ending, ...common }: FileText, system: Dialect['system']): ReadFile {
  if (ending !== 'sql') {
    const load = (): ReturnType<typeof loadModule> => loadModule(common.path, common.checksum)
    if (text.trim() === '') return { file: undefined, problems: [empty(common.file)] }
    return { file: { ...common, content: { kind: 'module', load } }, problems: [] }
  }
  const { content, problems } = readSql(text, { file: common.file, system })
  return { file: content === undefined ? undefined : { ...common, content }, problems }
}

/** Reads a file: of each line end and editor the same text. @throws for what is not UTF-8 */
export async function readFileText(path: string): Promise<string> {
  // The decoder drops a byte order mark.
  return new TextDecoder('utf-8', { fatal: true }).decode(await readRegular(path)).replaceAll('\r\n', '\n')
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
  if (error instanceof NotAFile)
    return {
      code: 'ERR_DB_MIGRATION_FILE',
      place,
      message: error.message,
      remedy: 'Move it to another folder.',
    }
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
          "Make the first file and the folder by keelson db diff … or keelson db create …, or give the right one: migrations: { folder: new URL('./migrations', import.meta.url) }.",
        ]
      : code === 'ENOTDIR'
        ? ['It is not a folder.', 'Give the folder of the files.']
        : [`It cannot be read: ${message}.`, 'Give the process the right to read it.']
  // The sentence says all that the error of Node does.
  return new SetupError(
    [{ code: 'ERR_DB_MIGRATION_FILE', place: folder, message: said!, remedy: remedy! }],
    undefined,
    CANNOT_RUN,
  )
}
