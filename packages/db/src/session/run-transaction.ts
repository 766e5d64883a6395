// Begins, runs, and ends transactions and savepoints.
import { currentFrame, type Frame, type Random } from '@keelson/core'
import {
  createTransactionScope,
  runInTransaction,
  type OwnedTransactionScope,
  type TransactionScope,
} from '@keelson/core/frames'
import { andThen, type Adapter, type Dialect, type MaybePromise, type Result } from '../adapter/index.ts'
import {
  ConnectionError,
  OutcomeUnknownError,
  TransactionConflictError,
  TransactionError,
} from '../errors.ts'
import type { TransactionOptions } from './contract.ts'
import { isStalePlan } from './driver-errors.ts'
import { bounded } from './after-end.ts'
import { Level } from './level.ts'
import type { Site } from './site.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { reasonOf, StatementFailure, type QueryObserver } from './run-statement.ts'
import { waitToRetry } from './retry-wait.ts'
import { Unit } from './unit.ts'
import type { TablesFacts } from '../table/index.ts'

const DEFAULT_RETRIES = 2

/** What a transaction needs of its database. */
export interface TransactionHost {
  readonly name: string
  /** Owner of the scopes: what `currentTransaction(owner)` finds them by. */
  readonly owner: object
  readonly adapter: Adapter
  readonly dialect: Dialect
  readonly observer: QueryObserver
  readonly tables: TablesFacts | undefined
  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder>
  release(holder: Holder): void
  discard(holder: Holder, error: unknown): void
  /** Closes the connections that nobody uses at present. */
  closeIdle(): void
  /** Learns of work after an end that failed; it changes nothing of the end. */
  onAfterError(error: unknown, scope: TransactionScope): void
  ended(summary: TransactionSummary): void
  readonly random: Random
}

/** An outermost transaction that is over. */
export interface TransactionSummary {
  readonly name: string
  readonly site: Site
  readonly startedAt: number
  readonly outcome: 'committed' | 'rolled-back' | 'unknown'
  readonly error?: unknown
}

type Work<T> = () => T | PromiseLike<T>

/** Conflicts after the last retry: a transaction around does not multiply those. */
const exhausted = new WeakSet<object>()

/** Runs work in a new outermost transaction, and again after a conflict. */
export async function runOutermost<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site }: { readonly options: TransactionOptions; readonly site: Site },
): Promise<T> {
  const retries = options.retries ?? DEFAULT_RETRIES
  const frame = currentFrame()
  let stalePlans = 0
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(host, work, { options, site, frame })
    } catch (error) {
      // Each connection of the pool may tell so once after tables were changed.
      if (retries > 0 && isStalePlan(error) && stalePlans++ < host.adapter.pool.poolSize) attempt--
      if (!TransactionConflictError.is(error) || exhausted.has(error)) throw error
      if (attempt >= retries) {
        exhausted.add(error)
        throw error
      }
      await waitToRetry(attempt, { random: host.random, frame })
    }
  }
}

export interface Attempt {
  readonly options: TransactionOptions
  readonly site: Site
  readonly frame: Frame | undefined
}

async function runOnce<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site, frame }: Attempt,
): Promise<T> {
  const startedAt = performance.now()
  const begun = beginOutermost(host, { options, site, frame })
  const { level, holder, name } = begun instanceof Promise ? await begun : begun
  const ending: Ending = { host, holder, name, site, startedAt }
  let result: T
  try {
    result = await runInTransaction(level, work)
  } catch (error) {
    await rollBack(level, ending, error)
    // A conflict that the work has wrapped or replaced is still one: the server has said so.
    throw TransactionConflictError.is(level.failure?.error) ? level.failure.error : error
  }
  const ended = commit(level, ending, frame)
  if (ended !== undefined) await ended
  return result
}

/** A transaction that has begun on the server. */
export interface Beginning {
  readonly level: Level
  readonly holder: Holder
  readonly name: string
}

/**
 * Takes a connection and begins a transaction on it, at once where the driver answers at once; once more on a new one, where that had
 * died unnoticed while nobody used it.
 */
export function beginOutermost(host: TransactionHost, attempt: Attempt): MaybePromise<Beginning> {
  let begun: MaybePromise<Beginning>
  try {
    begun = begin(host, attempt)
  } catch (error) {
    return beginAgain(host, attempt, error)
  }
  return begun instanceof Promise ? begun.catch((error: unknown) => beginAgain(host, attempt, error)) : begun
}

async function beginAgain(host: TransactionHost, attempt: Attempt, error: unknown): Promise<Beginning> {
  if (!(error instanceof LostAtBegin)) throw error
  // What killed one has killed those beside it. Nothing was done yet, so that this is right whatever reached the server.
  host.closeIdle()
  try {
    return await begin(host, attempt)
  } catch (again) {
    throw again instanceof LostAtBegin ? again.error : again
  }
}

/** The connection was lost before the transaction had begun. */
class LostAtBegin extends Error {
  readonly error: Error

  constructor(error: Error) {
    super(error.message)
    this.error = error
  }
}

function begin(host: TransactionHost, attempt: Attempt): MaybePromise<Beginning> {
  const { options, site, frame } = attempt
  const name = options.name ?? host.name
  const asker: Asker = { label: `transaction '${name}'`, site, frame }
  return andThen(host.acquire(options.readOnly === true, asker), (holder) =>
    beginOn(host, { holder, name }, attempt),
  )
}

function beginOn(
  host: TransactionHost,
  { holder, name }: { readonly holder: Holder; readonly name: string },
  { options: { isolation, readOnly = false }, site }: Attempt,
): MaybePromise<Beginning> {
  const running = { adapter: host.adapter, observer: host.observer, tables: host.tables }
  const unit = new Unit(holder, { running, isReadOnly: readOnly, isolation, name, site })
  const makeScope = (): OwnedTransactionScope => newScope(host, name)
  const facts = { name, owner: host.owner, unit, makeScope, site }
  const level = new Level({ ...facts, around: undefined, savepoint: undefined })
  unit.innermost = level
  holder.onIdle = () => void abandon(level, name, host.adapter.lanes)
  const failed = (error: unknown): never => {
    const reason = reasonFor(error)
    host.discard(holder, reason)
    throw ConnectionError.is(reason) ? new LostAtBegin(reason) : reason
  }
  let begun: MaybePromise<unknown>
  try {
    begun = controlEach(host.dialect.begin({ isolation, isReadOnly: readOnly }), unit)
  } catch (error) {
    return failed(error)
  }
  const beginning = { level, holder, name }
  return begun instanceof Promise ? begun.then(() => beginning, failed) : beginning
}

function controlEach([text = '', ...rest]: readonly string[], unit: Unit): MaybePromise<unknown> {
  const first = unit.control(text)
  return rest.length === 0 ? first : andThen(first, () => controlEach(rest, unit))
}

/** The error of a statement of the transaction itself. */
function reasonFor(error: unknown): Error {
  return error instanceof StatementFailure ? error.error : (error as Error)
}

/** The scope of a transaction of a database. */
export function newScope(host: TransactionHost, name: string): OwnedTransactionScope {
  return createTransactionScope({
    name,
    owner: host.owner,
    onError: (error, after) => host.onAfterError(error, after),
  })
}

export interface Ending {
  readonly host: TransactionHost
  readonly holder: Holder
  readonly name: string
  readonly site: Site
  readonly startedAt: number
}

/** Commits, or rolls back and throws what keeps it from that; at once where the driver answers at once and nothing waits for the end. */
function commit(level: Level, ending: Ending, frame: Frame | undefined): Promise<void> | undefined {
  const problem =
    level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined) ?? lost(ending)
  if (problem !== undefined) return refuseCommit(level, ending, problem)
  level.over()
  const failed = (error: unknown): Promise<void> => failedCommit(level, ending, reasonFor(error))
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
  // Neither happened for sure, so nothing that waits for one is done.
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
function afterEnd(
  level: Level,
  host: TransactionHost,
  end: 'committed' | 'rolled-back',
): Promise<void> | undefined {
  const work = level.ended(end)
  if (work === undefined || level.hasWork) return work && bounded(work, host, level.scope)
  return work.catch((error: unknown) => host.onAfterError(error, level.scope))
}

/** Ends on the server what its code has left open for too long. */
async function abandon(level: Level, name: string, lanes: Adapter['lanes']): Promise<void> {
  const error = idleError(name, lanes)
  level.fail(error)
  level.unit.innermost?.fail(error, true)
  try {
    await level.unit.control('rollback')
  } catch {
    // The end of the transaction finds the connection as it is, and lets it go.
  }
}

/** Only servers take another limit as an option. */
function idleError(name: string, lanes: Adapter['lanes']): Error {
  const option = lanes === 'equal' ? ', or raise idleInTransactionTimeoutMs' : ''
  return new TransactionError({
    message: `The transaction '${name}' was rolled back, since nothing was run in it for too long. Do slow work before or after it${option}.`,
  })
}

function rolledBackError(name: string): Error {
  return new TransactionError({
    message: `The database rolled the transaction '${name}' back instead of committing it: a statement within it had failed.`,
  })
}
