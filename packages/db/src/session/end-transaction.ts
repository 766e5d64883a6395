// Commits a transaction, or rolls it back, and does the work for after that.
import type { Frame } from '@keelson/core'
import type { MaybePromise, Result } from '../adapter/index.ts'
import { ConnectionError, OutcomeUnknownError, TransactionError } from '../errors.ts'
import { bounded } from './after-end.ts'
import { reasonOf } from './cancellation.ts'
import type { Holder } from './holder.ts'
import type { Level, TransactionEnd } from './level.ts'
import { errorOf } from './statement-failure.ts'
import type { TransactionHost, TransactionSummary } from './transaction-host.ts'

/** Commits, or rolls back and throws what keeps it from that; at once where the driver answers at once and nothing waits for the end. */
export function commit(
  level: Level,
  host: TransactionHost,
  frame: Frame | undefined,
): Promise<void> | undefined {
  const problem =
    level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined) ?? lost(level, host)
  if (problem !== undefined) return refuseCommit(level, host, problem)
  level.over()
  const failed = (error: unknown): Promise<void> => failedCommit(level, host, errorOf(error))
  let answer: MaybePromise<Result | undefined>
  try {
    answer = level.unit.end('commit')
  } catch (error) {
    return failed(error)
  }
  return answer instanceof Promise
    ? answer.then((result) => committed(level, host, result), failed)
    : committed(level, host, answer)
}

async function refuseCommit(level: Level, host: TransactionHost, problem: Error): Promise<never> {
  level.fail(problem)
  await rollBack(level, host, problem)
  throw problem
}

/** @param result - undefined where nothing had begun on the server */
function committed(
  level: Level,
  host: TransactionHost,
  result: Result | undefined,
): Promise<void> | undefined {
  // PostgreSQL answers the COMMIT of a failed transaction so, and with no error.
  if (result?.command === 'ROLLBACK') return failedCommit(level, host, rolledBackError(level.name))
  letGo(level, (holder) => host.release(holder))
  tell(level, host, { outcome: 'committed' })
  return afterEnd(level, host, 'committed')
}

/** A connection that was lost before COMMIT is sent: what was done on it is known to be rolled back. */
function lost({ unit, name }: Level, host: TransactionHost): Error | undefined {
  const broken = unit.holder?.connection.broken
  if (broken === undefined) return undefined
  return new ConnectionError({
    message: `The connection to ${host.adapter.place} was lost before the transaction '${name}' could be committed: it was rolled back.`,
    cause: broken,
  })
}

async function failedCommit(level: Level, host: TransactionHost, reason: Error): Promise<never> {
  if (level.unit.holder?.connection.broken === undefined) {
    await rollBack(level, host, reason)
    throw reason
  }
  letGo(level, (holder) => host.discard(holder, reason))
  const unknown = new OutcomeUnknownError({
    message: `The connection to ${host.adapter.place} was lost while the transaction '${level.name}' was being committed: its changes are all there, or none.`,
    cause: reason,
  })
  tell(level, host, { outcome: 'unknown', error: unknown })
  // Neither happened for sure, so nothing that waits for one of them is done.
  await afterEnd(level, host, 'unknown')
  throw unknown
}

/** Rolls back, whatever the state of the connection; never throws. */
export async function rollBack(level: Level, host: TransactionHost, error: unknown): Promise<void> {
  level.fail(error)
  level.over()
  try {
    await level.unit.end('rollback')
    letGo(level, (holder) => host.release(holder))
  } catch (failure) {
    letGo(level, (holder) => {
      // SQLite refuses where it has rolled back by itself; with the connection a database in memory would be gone.
      if (holder.connection.broken === undefined && host.dialect.system === 'sqlite') host.release(holder)
      // A server rolls back what a closed connection has not committed.
      else host.discard(holder, failure)
    })
  }
  tell(level, host, { outcome: 'rolled-back', error })
  await afterEnd(level, host, 'rolled-back')
}

/** Gives its connection back, if it has begun on one. */
function letGo({ unit: { holder } }: Level, giveBack: (holder: Holder) => void): void {
  if (holder === undefined) return
  holder.onIdle = undefined
  giveBack(holder)
}

/** Tells of it, if it has begun on the server. */
function tell(
  { unit: { holder }, name, site }: Level,
  host: TransactionHost,
  end: Pick<TransactionSummary, 'outcome' | 'error'>,
): void {
  if (holder !== undefined) host.ended({ name, site, startedAt: holder.since, ...end })
}

/** Waits for the work after the end, within its limit; never rejects. Most transactions have none, and need neither a timer nor a wait. */
function afterEnd(level: Level, host: TransactionHost, end: TransactionEnd): Promise<void> | undefined {
  const work = level.ended(end)
  if (work === undefined || level.hasWork) return work && bounded(work, host, level.scope)
  return work.catch((error: unknown) => host.onAfterError(error, level.scope))
}

function rolledBackError(name: string): Error {
  return new TransactionError({
    message: `The database rolled the transaction '${name}' back instead of committing it: a statement within it had failed.`,
  })
}
