// A file that cannot be one transaction: each statement is noted before and after, so that the next run goes on where this one ended.
import { setTimeout as wait } from 'node:timers/promises'
import type { WrittenStatement } from '../sql/index.ts'
import type { HistoryRow } from './contract.ts'
import { failureAt, ServerFailure } from './failure.ts'
import { ForeignKeyCheck } from './foreign-key-check.ts'
import { commandOf, hashOf, isDone, isUnfinished, startOf } from './resume.ts'
import { pauseOf } from './run-as-transaction.ts'
import type { Job, RunParts } from './job.ts'
import { RowStatements } from './row-statements.ts'
import { HalfDone, runScript } from './run-script.ts'

/** Runs it. @returns false where another runner has done it meanwhile */
export async function runInSteps(job: Job, parts: RunParts): Promise<boolean> {
  const { session, history, lock, connection, settings } = parts
  const startedAt = performance.now()
  // Of a transaction the wait for locks is bounded; `create index concurrently` waits for others by its nature.
  const lockTimeoutMs = connection.dialect.system === 'postgresql' ? undefined : settings.lockTimeoutMs
  await session.prepare({ lockTimeoutMs, hasForeignKeys: job.hasForeignKeys })
  const keys = await ForeignKeyCheck.open(job, connection)
  await lock.assertHeld()
  const row = await history.find(job.file.name)
  if (isDone(row, job)) return false
  try {
    const rows = new RowStatements(connection)
    const start = await begin(row, job, { ...parts, rows })
    if (typeof job.work === 'function') await runWhole({ ...job, work: job.work }, start, parts)
    else await runEach({ ...job, work: job.work }, start, { ...parts, rows })
    await keys.assertKept()
    await end(job, parts, startedAt)
    return true
  } catch (error) {
    throw failureAt(job.file.path, error, '')
  }
}

/** Where a file begins or goes on. */
interface Start {
  /** How many statements are done already. */
  readonly done: number
  /** Whether it is noted that the next one is begun. */
  readonly isNoted: boolean
}

/** What statements run with, one by one. */
interface StepParts extends RunParts {
  readonly rows: RowStatements
}

async function begin(row: HistoryRow | undefined, job: Job, parts: StepParts): Promise<Start> {
  if (isUnfinished(row)) return { done: startOf(row, job, parts.resumeAfter), isNoted: false }
  const { work } = job
  const isNoted = typeof work === 'function' || (work.length > 0 && !(await parts.rows.has(work[0]!)))
  await parts.history.begin(job.file, job.direction, isNoted ? 1 : undefined)
  return { done: 0, isNoted }
}

async function end({ file, direction }: Job, { history }: RunParts, startedAt: number): Promise<void> {
  if (direction === 'up') await history.complete(file, performance.now() - startedAt)
  else await history.remove(file.name)
}

/** Notes how far a file is. */
function note(
  { file, work }: Job,
  { history }: RunParts,
  done: { readonly count: number; readonly begun?: number },
): Promise<void> {
  return history.note(file.name, {
    statementsDone: done.count,
    doneHash: hashOf(work, done.count),
    statementBegun: done.begun,
  })
}

type Statements = Job & { readonly work: readonly WrittenStatement[] }

async function runEach(job: Statements, { done, isNoted }: Start, parts: StepParts): Promise<void> {
  for (let at = done; at < job.work.length; at++)
    await runStatement(job, { at, isNoted: isNoted && at === done }, parts)
}

/** A statement of a file. */
interface Step {
  readonly at: number
  /** Whether it is noted that it is begun. */
  readonly isNoted: boolean
}

/** Runs a statement, on MySQL and MariaDB again where a lock was not to be had in time: that undoes the statement alone. */
async function runStatement(job: Statements, { at, isNoted }: Step, parts: StepParts): Promise<void> {
  const { settings, onEvent, signal, connection } = parts
  for (let attempt = 0; ; attempt++) {
    try {
      return await ((await parts.rows.has(job.work[at]!))
        ? runData(job, at, parts)
        : runAlone(job, { at, isNoted: isNoted && attempt === 0 }, parts))
    } catch (error) {
      if (!(error instanceof ServerFailure)) throw error
      const mayRetry = connection.dialect.system !== 'postgresql' && error.isWorthAnother
      if (!mayRetry || attempt >= settings.lockRetries) throw toError(error, job, at)
      const pauseMs = pauseOf(attempt)
      onEvent({ kind: 'retrying', file: job.file.file, pauseMs })
      await wait(pauseMs, undefined, { signal })
    }
  }
}

async function runData(job: Statements, at: number, parts: RunParts): Promise<void> {
  const { connection } = parts
  await connection.run('start transaction')
  try {
    await attempt(job, at, parts)
    await note(job, parts, { count: at + 1 })
    await connection.endTransaction('commit')
  } catch (error) {
    if (!connection.isBroken) await connection.endTransaction('rollback').catch(() => undefined)
    throw error
  }
}

/**
 * Its note before it says that the one before is done, too; and after it none is needed where the next note follows at once: each is a
 * commit, and takes longer than most statements.
 */
async function runAlone(job: Statements, { at, isNoted }: Step, parts: StepParts): Promise<void> {
  if (!isNoted) await note(job, parts, { count: at, begun: at + 1 })
  try {
    await attempt(job, at, parts)
  } catch (error) {
    if (!(error instanceof ServerFailure) || error.isUnknown) throw error
    // The server said that it is not done.
    await note(job, parts, { count: at })
    throw error
  }
  parts.rows.forget()
  const next = job.work[at + 1]
  if (next !== undefined && (await parts.rows.has(next))) await note(job, parts, { count: at + 1 })
}

async function attempt(
  { file, work }: Statements,
  at: number,
  { connection, signal }: RunParts,
): Promise<void> {
  const statement = work[at]!
  try {
    await connection.runStatement(statement.text)
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error
    throw new ServerFailure(error, connection, { file, statement, number: at + 1, count: work.length })
  }
}

function toError(error: ServerFailure, { file, work, direction }: Statements, at: number): Error {
  if (error.isUnknown) return error.toError('')
  const done =
    at === 0
      ? 'No statement is done'
      : at === 1
        ? 'Statement 1 is done, and stays'
        : `Statements 1 to ${at} are done, and stay`
  return error.toError(
    `${done}: the file is not one transaction. Mend statement ${at + 1} of ${file.file}, and run ${commandOf(direction)} again: it goes on there.${work.length > at + 1 ? ' Those after it may be changed too.' : ''}`,
  )
}

type Script = Job & { readonly work: Exclude<Job['work'], readonly unknown[]> }

/** Of a function nobody knows the statements: it is one. */
async function runWhole(job: Script, { done, isNoted }: Start, parts: RunParts): Promise<void> {
  if (done > 0) return
  const { settings, onEvent, signal } = parts
  if (!isNoted) await note(job, parts, { count: 0, begun: 1 })
  for (let attempt = 0; ; attempt++) {
    try {
      await runScript(job.work, job.file, { parts, isTransaction: false })
      break
    } catch (error) {
      const failure = error instanceof HalfDone ? error.failure : error
      if (!(failure instanceof ServerFailure)) throw error
      const mayRetry = job.isResumable && failure.isWorthAnother && attempt < settings.lockRetries
      if (!mayRetry) throw await toScriptError(error, failure, { job, parts })
      const pauseMs = pauseOf(attempt)
      onEvent({ kind: 'retrying', file: job.file.file, pauseMs })
      await wait(pauseMs, undefined, { signal })
    }
  }
  await note(job, parts, { count: 1 })
}

async function toScriptError(
  error: unknown,
  failure: ServerFailure,
  { job, parts }: { readonly job: Script; readonly parts: RunParts },
): Promise<Error> {
  const command = commandOf(job.direction)
  if (job.isResumable)
    return failure.toError(`What it has done before stays. Run ${command} again: it goes on.`)
  if (error instanceof HalfDone || failure.isUnknown)
    return failure.toError(
      `Statements before it are done, and stay: the file is not one transaction. Finish it by hand and run ${command} --resume-after 1, or take back by hand what is done and run ${command} --resume-after 0.`,
    )
  await note(job, parts, { count: 0 })
  return failure.toError('Nothing of it is done.')
}
