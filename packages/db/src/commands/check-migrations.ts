// What is wrong with the migrations of a database: found by files, and by a comparison in scratch databases.
import { join } from 'node:path'
import { FrameworkError, SetupError, type Inspection, type SetupProblem } from '@keelson/core'
import type { Adapter } from '../adapter/index.ts'
import { MigrationError } from '../errors.ts'
import { CHECKSUMS, readFolderState } from '../migrate/index.ts'
import type { MigratedDatabase } from './choose-database.ts'
import { compareMigrations, scratchAdapter } from './compare-migrations.ts'

/** Result of {@link checkMigrations}. */
export interface MigrationsCheck {
  /** What is wrong with the files. */
  readonly problems: readonly SetupProblem[]
  /** What the files do not make of the tables, in words. */
  readonly differences: readonly string[]
  /** Why the two could not be compared: no server, or no right to make a database there. */
  readonly unreachable: readonly SetupProblem[]
}

/** How far a check goes. */
export interface CheckOptions {
  readonly isOffline: boolean
  readonly signal: AbortSignal
  /** Is told what of the files was not run, a sentence each. */
  tell(sentence: string): void
}

/**
 * Checks the files of a database, and whether they make its tables. The database itself is not looked at.
 *
 * @throws {MigrationError} `ERR_DB_MIGRATION` for a file that fails
 */
export async function checkMigrations(
  database: MigratedDatabase,
  options: CheckOptions,
): Promise<MigrationsCheck> {
  const { folder } = database.migrations
  const { files, withoutChecksum, problems: found } = await readFolderState(folder)
  const problems = [...found, ...withoutChecksum.map(({ file }) => notedNowhere(folder, file))]
  const isEmpty = files.length === 0 && database.tables.tables.size === 0
  // Files that are not in order do not run.
  if (options.isOffline || isEmpty || found.length > 0) return { ...NOTHING, problems }
  const comparison = await compared(database, options)
  return { ...comparison, problems: [...problems, ...comparison.problems] }
}

const NOTHING: MigrationsCheck = { problems: [], differences: [], unreachable: [] }

async function compared(
  database: MigratedDatabase,
  { signal, tell }: CheckOptions,
): Promise<MigrationsCheck> {
  try {
    const draft = await compareMigrations(database, { signal, drops: 'all', tell })
    return { ...NOTHING, differences: draft?.told ?? [] }
  } catch (error) {
    signal.throwIfAborted()
    const unreachable = unreachableBy(error, scratchAdapter(database))
    if (unreachable.length > 0) return { ...NOTHING, unreachable }
    if (SetupError.is(error) && error.problems.every(({ code }) => code === 'ERR_DB_MIGRATION_FILE'))
      return { ...NOTHING, problems: error.problems }
    throw error
  }
}

/** What kept a server from being asked; nothing where it is the answer. */
function unreachableBy(error: unknown, { place, failureOf }: Adapter): readonly SetupProblem[] {
  if (SetupError.is(error))
    return error.problems.every(({ code }) => UNREACHABLE.has(code)) ? error.problems : []
  const cause = FrameworkError.is(error) ? error.cause : error
  if (cause === undefined || failureOf(cause).kind !== 'connection') return []
  const message = `The connection was lost: ${failureOf(cause).message.replace(/\.$/, '')}.`
  return [{ code: 'ERR_DB_CONNECTION', place, message, remedy: 'Try again, and look at the server.' }]
}

const UNREACHABLE: ReadonlySet<string> = new Set(['ERR_DB_CONNECTION', 'ERR_DB_DATABASE'])

function notedNowhere(folder: string, file: string): SetupProblem {
  return {
    code: 'ERR_DB_MIGRATION_FILE',
    place: join(folder, file),
    message: `It is not in ${CHECKSUMS}, so that nobody would see if it were altered.`,
    remedy: `Run keelson db migrate, or keelson db check --write, and commit ${join(folder, CHECKSUMS)}.`,
  }
}

/** The check of a database as a part of `keelson check`. */
export async function inspectMigrations(
  database: MigratedDatabase,
  options: Omit<CheckOptions, 'tell'>,
): Promise<Inspection> {
  const { name } = database
  const omitted = options.isOffline
    ? [`Whether the migrations of ${name} make its tables: it takes a server.`]
    : []
  const place = `database ${name}`
  const { problems, differences, unreachable } = await checkMigrations(database, {
    ...options,
    tell: (sentence) => void omitted.push(sentence),
  }).catch((error: unknown) => failedFile(place, error))
  return {
    problems: [
      ...problems,
      ...differences.map((difference) => ({
        code: 'ERR_DB_MIGRATION_DIFFERS',
        place,
        message: `No migration makes what the tables say: ${difference}.`,
        remedy: 'Run keelson db diff, which writes what is missing.',
      })),
      ...unreachable.map((one) => ({
        ...one,
        place,
        message: `Its migrations cannot be compared with its tables. ${one.place}: ${one.message}`,
        remedy: `${one.remedy} To omit that, run keelson check --offline.`,
      })),
    ],
    omitted,
  }
}

function failedFile(place: string, error: unknown): MigrationsCheck {
  if (!MigrationError.is(error)) throw error
  const { code, message } = error
  const remedy = 'Mend the file, or give the server what it needs.'
  return { ...NOTHING, problems: [{ code, place, message, remedy }] }
}
