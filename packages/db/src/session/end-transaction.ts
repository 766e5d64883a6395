// Commits a transaction, or rolls it back, and does the work for after that.
import type { Frame } from '@keelson/core'
import type { MaybePromise, Result } from '../adapter/index.ts'
import { ConnectionError, OutcomeUnknownError, TransactionError } from '../errors.ts'
import { bounded } from './after-end.ts'
import { reasonOf } from './cancellation.ts'
import type { Holder } from './holder.ts'
import type { Level, TransactionEnd } from './level.ts'
import type { Site } from './site.ts'
import { errorOf } from './statement-failure.ts'
import type { TransactionHost } from './transaction-host.ts'

/** A transaction that is to end. */
export interface Ending {
  readonly host: TransactionHost
  readonly holder: Holder
  readonly name: string
  readonly site: Site
  readonly startedAt: number
}

/** Commits, or rolls back and throws what keeps it from that; at once where the driver answers at once and nothing waits for the end. */
export function commit(level: Level, ending: Ending, frame: Frame | undefined): Promise<void> | undefined {
  const problem =
    level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined) ?? lost(ending)
  if (problem !== undefined) return refuseCommit(level, ending, problem)
  level.over()
  const failed = (error: unknown): Promise<void> => failedCommit(level, ending, errorOf(error))
  let answer: MaybePromise<Result>
  try {
    answer = level.unit.end('commit')
  } catch (error) {
    return failed(error)
  }
  return answer instanceof Promise
    ? answer.then((result) => committed(level, ending, result), failed)
    : committed(level, ending, answer)
}

async function refuseCommit(level: Level, ending: Ending, problem: Error): Promise<never> {
  level.fail(problem)
  await rollBack(level, ending, problem)
  throw problem
}

function committed(level: Level, ending: Ending, { command }: Result): Promise<void> | undefined {
  // PostgreSQL answers the COMMIT of a failed transaction so, and with no error.
  if (command === 'ROLLBACK') return failedCommit(level, ending, rolledBackError(ending.name))
  const { host, holder } = ending
  holder.onIdle = undefined
  host.release(holder)
  host.ended({ ...ending, outcome: 'committed' })
  return afterEnd(level, host, 'committed')
}

/** A connection that was lost before COMMIT is sent: what was done on it is known to be rolled back. */
function lost({ holder, host, name }: Ending): Error | undefined {
  const { broken } = holder.connection
  if (broken === undefined) return undefined
  return new ConnectionError({
    message: `The connection to ${host.adapter.place} was lost before the transaction '${name}' could be committed: it was rolled back.`,
    cause: broken,
  })
}

async function failedCommit(level: Level, ending: Ending, reason: Error): Promise<never> {
  const { host, holder } = ending
  if (holder.connection.broken === undefined) {
    await rollBack(level, ending, reason)
    throw reason
  }
  host.discard(holder, reason)
  const unknown = new OutcomeUnknownError({
    message: `The connection to ${host.adapter.place} was lost while the transaction '${ending.name}' was being committed: its changes are all there, or none.`,
    cause: reason,
  })
  host.ended({ ...ending, outcome: 'unknown', error: unknown })
  // Neither happened for sure, so nothing that waits for one of them is done.
  await afterEnd(level, host, 'unknown')
  throw unknown
}

/** Rolls back, whatever the state of the connection; never throws. */
export async function rollBack(level: Level, ending: Ending, error: unknown): Promise<void> {
  const { host, holder } = ending
  level.fail(error)
  level.over()
  try {
    await level.unit.end('rollback')
    holder.onIdle = undefined
    host.release(holder)
  } catch (failure) {
    holder.onIdle = undefined
    // SQLite refuses where it has rolled back by itself; with the connection a database in memory would be gone.
    if (holder.connection.broken === undefined && host.dialect.system === 'sqlite') host.release(holder)
    // A server rolls back what a closed connection has not committed.
    else host.discard(holder, failure)
  }
  host.ended({ ...ending, outcome: 'rolled-back', error })
  await afterEnd(level, host, 'rolled-back')
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
