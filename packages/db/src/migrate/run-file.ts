// Runs one file, one way: as a transaction, or in steps where that cannot be.
import type { Direction, MigrationEvent, MigrationFile, MigrationRun, MigrationSettings } from './contract.ts'
import type { History } from './history.ts'
import type { Migration } from './migration.ts'
import { runAsTransaction } from './run-as-transaction.ts'
import { runInSteps } from './run-in-steps.ts'
import type { RunnerConnection } from './runner-connection.ts'
import type { RunnerLock } from './runner-lock.ts'
import type { SessionSettings } from './session-settings.ts'
import type { WrittenStatement } from '../sql/index.ts'

/** What files run with. */
export interface RunParts {
  readonly connection: RunnerConnection
  readonly history: History
  readonly lock: RunnerLock
  readonly session: SessionSettings
  readonly settings: MigrationSettings
  readonly signal: AbortSignal
  readonly onEvent: (event: MigrationEvent) => void
  /** The number of statements that are known to be done, where the history does not know it. */
  readonly resumeAfter: number | undefined
}

/** A file with the way that it runs. */
export interface Job {
  readonly file: MigrationFile
  readonly direction: Direction
  /** Its statements, or the function of its module. */
  readonly work: readonly WrittenStatement[] | NonNullable<Migration['down']>
  readonly isTransactional: boolean
  readonly hasForeignKeys: boolean
}

/**
 * Runs a file.
 *
 * @returns undefined where another runner has done it meanwhile
 * @throws {MigrationError} with file, line, statement, and what the server says
 */
export async function runFile(
  file: MigrationFile,
  direction: Direction,
  parts: RunParts,
): Promise<MigrationRun | undefined> {
  const started = performance.now()
  parts.signal.throwIfAborted()
  const job = await jobOf(file, direction)
  parts.onEvent({ kind: 'begun', file: file.file, direction })
  const isOne = job.isTransactional && parts.connection.dialect.has.transactionalDdl
  const isDone = isOne ? await runAsTransaction(job, parts) : await runInSteps(job, parts)
  if (!isDone) return undefined
  const run: MigrationRun = { file: file.file, direction, durationMs: performance.now() - started }
  parts.onEvent({ kind: 'done', ...run })
  return run
}

async function jobOf(file: MigrationFile, direction: Direction): Promise<Job> {
  const { content } = file
  if (content.kind === 'sql') {
    const { isTransactional, hasForeignKeys, up, down = [] } = content
    return { file, direction, work: direction === 'up' ? up : down, isTransactional, hasForeignKeys }
  }
  const loaded = await content.load()
  const { transaction: isTransactional = true } = loaded
  // A way back is there: what is to be taken back was asked for it.
  const work = direction === 'up' ? loaded.up : loaded.down!
  return { file, direction, work, isTransactional, hasForeignKeys: true }
}
