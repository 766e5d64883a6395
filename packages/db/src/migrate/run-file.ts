// Runs one file, one way: as a transaction, or in steps where that cannot be.
import type { Direction, MigrationFile, MigrationRun } from './contract.ts'
import type { Job, RunParts } from './job.ts'
import { isUnfinished, startOf } from './resume.ts'
import { runAsTransaction } from './run-as-transaction.ts'
import { runInSteps } from './run-in-steps.ts'

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
  const isOne =
    job.isTransactional && parts.connection.dialect.has.transactionalDdl && !(await isPartlyDone(job, parts))
  const isDone = isOne ? await runAsTransaction(job, parts) : await runInSteps(job, parts)
  if (!isDone) return undefined
  const run: MigrationRun = { file: file.file, direction, durationMs: performance.now() - started }
  parts.onEvent({ kind: 'done', ...run })
  return run
}

/**
 * Whether statements of it are done that no transaction takes back: it was begun in steps, whatever its head says now.
 *
 * @throws {MigrationError} where that is not known
 */
async function isPartlyDone(job: Job, { history, resumeAfter }: RunParts): Promise<boolean> {
  const row = await history.find(job.file.name)
  return isUnfinished(row) && startOf(row, job, resumeAfter) > 0
}

async function jobOf(file: MigrationFile, direction: Direction): Promise<Job> {
  const { content } = file
  if (content.kind === 'sql') {
    const { isTransactional, hasForeignKeys, up, down = [] } = content
    const work = direction === 'up' ? up : down
    return { file, direction, work, isTransactional, hasForeignKeys, isResumable: false }
  }
  const loaded = await content.load()
  const { transaction: isTransactional = true, resumable: isResumable = false } = loaded
  // A way back is there: what is to be taken back was asked for it.
  const work = direction === 'up' ? loaded.up : loaded.down!
  return { file, direction, work, isTransactional, hasForeignKeys: true, isResumable }
}
