// A file as one transaction, with its row of the history: all of it is done, or nothing.
import { setTimeout as wait } from 'node:timers/promises'
import { MigrationError, OutcomeUnknownError } from '../errors.ts'
import { failureAt, ServerFailure } from './failure.ts'
import { ForeignKeyCheck } from './foreign-key-check.ts'
import { isDone } from './resume.ts'
import type { Job, RunParts } from './job.ts'
import { runScript } from './run-script.ts'

const LONGEST_PAUSE_MS = 16_000

/**
 * Runs it, again where a lock was not to be had in time.
 *
 * @returns false where another runner has done it meanwhile
 */
export async function runAsTransaction(job: Job, parts: RunParts): Promise<boolean> {
  const { settings, onEvent, signal } = parts
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(job, parts)
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error
      if (!error.isWorthAnother || attempt >= settings.lockRetries) throw error.toError(UNDONE)
      const pauseMs = pauseOf(attempt)
      onEvent({ kind: 'retrying', file: job.file.file, pauseMs })
      await wait(pauseMs, undefined, { signal })
    }
  }
}

const UNDONE = 'Nothing of the file is done.'

/** Grows from a second, half of it by chance: what waited behind gets its turn. */
export function pauseOf(attempt: number): number {
  const longest = Math.min(1000 * 2 ** attempt, LONGEST_PAUSE_MS)
  return Math.round(longest / 2 + (Math.random() * longest) / 2)
}

async function runOnce(job: Job, parts: RunParts): Promise<boolean> {
  const { connection, session, settings, lock } = parts
  const { file, hasForeignKeys } = job
  const startedAt = performance.now()
  await session.prepare({ lockTimeoutMs: settings.lockTimeoutMs, hasForeignKeys })
  const keys = await ForeignKeyCheck.open(job, connection)
  await lock.whenFree(() =>
    connection.run(connection.dialect.system === 'sqlite' ? 'begin immediate' : 'begin'),
  )
  try {
    await lock.assertHeld()
    const row = await parts.history.find(file.name)
    if (isDone(row, job)) {
      await connection.endTransaction('rollback')
      return false
    }
    await runWork(job, parts)
    await keys.assertKept()
    await note(job, parts, { startedAt, isNew: row === undefined })
  } catch (error) {
    await rollBack(parts)
    throw toFailure(error, job, parts)
  }
  await commit(parts, file.path)
  return true
}

async function runWork({ work, file }: Job, parts: RunParts): Promise<void> {
  const { connection } = parts
  if (typeof work === 'function') return runScript(work, file, { parts, isTransaction: true })
  for (const [at, statement] of work.entries()) {
    try {
      await connection.runStatement(statement.text)
    } catch (error) {
      throw new ServerFailure(error, connection, { file, statement, number: at + 1, count: work.length })
    }
  }
}

interface Work {
  readonly startedAt: number
  /** False where the file has a row already, of a run in steps of which nothing stayed. */
  readonly isNew: boolean
}

async function note(
  { file, direction }: Job,
  { history }: RunParts,
  { startedAt, isNew }: Work,
): Promise<void> {
  const durationMs = performance.now() - startedAt
  if (direction === 'down') await history.remove(file.name)
  else if (isNew) await history.add(file, durationMs)
  else await history.complete(file, durationMs)
}

async function rollBack({ connection }: RunParts): Promise<void> {
  if (connection.isBroken) return
  // SQLite may have ended it by itself: then this fails, and there is nothing to roll back.
  await connection.endTransaction('rollback').catch(() => undefined)
}

async function commit({ connection }: RunParts, path: string): Promise<void> {
  let command: string | undefined
  try {
    command = (await connection.endTransaction('commit')).command
  } catch (error) {
    if (!connection.isBroken) {
      await connection.endTransaction('rollback').catch(() => undefined)
      throw failureAt(path, error, UNDONE)
    }
    throw new OutcomeUnknownError({
      message: `${path}: the connection was lost while COMMIT was on its way, so the file is done, or nothing of it. Run the migrations again: the history says which.`,
      cause: error,
    })
  }
  if (command === 'ROLLBACK')
    throw new MigrationError({
      message: `${path}: the server has rolled back instead of committing. ${UNDONE}`,
    })
}

function toFailure(error: unknown, { file }: Job, { signal }: RunParts): unknown {
  if (signal.aborted) return signal.reason
  if (error instanceof ServerFailure || MigrationError.is(error)) return error
  return failureAt(file.path, error, UNDONE)
}
