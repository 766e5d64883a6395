// Begins, runs, and ends transactions and savepoints.
import { currentFrame, type Frame, type Random } from '@keelson/core'
import { createTransactionScope, runInTransaction, type TransactionScope } from '@keelson/core/frames'
import { setTimeout as wait } from 'node:timers/promises'
import type { Adapter, Dialect, MaybePromise } from '../adapter/index.ts'
import { OutcomeUnknownError, TransactionConflictError, TransactionError } from '../errors.ts'
import type { TransactionOptions } from './contract.ts'
import { Level, type Site } from './level.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { reasonOf, StatementFailure, type QueryObserver } from './run-statement.ts'
import { Unit } from './unit.ts'

/** The longest wait for the work after a commit or a rollback. */
const AFTER_END_MS = 10_000
const DEFAULT_RETRIES = 2

/** What a transaction needs of its database. */
export interface TransactionHost {
  readonly name: string
  /** Owner of the scopes: what `currentTransaction(owner)` finds them by. */
  readonly owner: object
  readonly adapter: Adapter
  readonly dialect: Dialect
  readonly observer: QueryObserver
  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder>
  release(holder: Holder): void
  discard(holder: Holder, error: unknown): void
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

/** The level of each scope that is ours. */
const levels = new WeakMap<TransactionScope, Level>()

export function levelOf(scope: TransactionScope | undefined): Level | undefined {
  return scope === undefined ? undefined : levels.get(scope)
}

/** Runs work in a new outermost transaction, and again after a conflict. */
export async function runOutermost<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site }: { readonly options: TransactionOptions; readonly site: Site },
): Promise<T> {
  const retries = options.retries ?? DEFAULT_RETRIES
  const frame = currentFrame()
  for (let attempt = 0; ; attempt++) {
    try {
      return await runOnce(host, work, { options, site, frame })
    } catch (error) {
      if (!TransactionConflictError.is(error) || attempt >= retries) throw error
      // Full jitter: those that were in each other's way do not meet again.
      await wait(1 + host.random.int(20 * 4 ** attempt))
      if (frame?.isAborted === true) throw reasonOf(frame)
    }
  }
}

interface Attempt {
  readonly options: TransactionOptions
  readonly site: Site
  readonly frame: Frame | undefined
}

async function runOnce<T>(
  host: TransactionHost,
  work: Work<T>,
  { options, site, frame }: Attempt,
): Promise<T> {
  const name = options.name ?? host.name
  const isReadOnly = options.readOnly === true
  const asker: Asker = { label: `transaction '${name}'`, site, frame }
  const holder = await host.acquire(isReadOnly, asker)
  const unit = new Unit(holder, {
    running: { adapter: host.adapter, observer: host.observer },
    isReadOnly,
    isolation: options.isolation,
  })
  const startedAt = performance.now()
  const scope = createTransactionScope({
    name,
    owner: host.owner,
    onError: (error, after) => host.onAfterError(error, after),
  })
  const level = new Level({ unit, around: undefined, scope, savepoint: undefined, site })
  unit.innermost = level
  levels.set(scope, level)
  holder.onIdle = () => void abandon(level, name)
  try {
    for (const text of host.dialect.begin({ isolation: options.isolation, isReadOnly }))
      await unit.control(text)
  } catch (error) {
    const reason = error instanceof StatementFailure ? error.error : (error as Error)
    host.discard(holder, reason)
    throw reason
  }
  const ending: Ending = { host, holder, name, site, startedAt }
  let result: T
  try {
    result = await runInTransaction(scope, work)
  } catch (error) {
    await rollBack(level, ending, error)
    // A conflict that the work has wrapped or replaced is still one: the server has said so.
    throw TransactionConflictError.is(level.failure?.error) ? level.failure.error : error
  }
  await commit(level, ending, frame)
  return result
}

interface Ending {
  readonly host: TransactionHost
  readonly holder: Holder
  readonly name: string
  readonly site: Site
  readonly startedAt: number
}

/** Commits, or rolls back and throws what keeps it from that. */
async function commit(level: Level, ending: Ending, frame: Frame | undefined): Promise<void> {
  const problem = level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined)
  if (problem !== undefined) {
    level.fail(problem)
    await rollBack(level, ending, problem)
    throw problem
  }
  level.over()
  const { host, holder } = ending
  try {
    const { command } = await level.unit.control('commit')
    // PostgreSQL answers the COMMIT of a failed transaction so, and with no error.
    if (command === 'ROLLBACK') throw rolledBackError(ending.name)
  } catch (error) {
    const reason = error instanceof StatementFailure ? error.error : (error as Error)
    return failedCommit(level, ending, reason)
  }
  holder.onIdle = undefined
  host.release(holder)
  host.ended({ ...ending, outcome: 'committed' })
  await bounded(level.scope.committed(), host, level.scope)
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
async function rollBack(level: Level, ending: Ending, error: unknown): Promise<void> {
  const { host, holder } = ending
  level.fail(error)
  level.over()
  try {
    await level.unit.control('rollback')
    holder.onIdle = undefined
    host.release(holder)
  } catch (failure) {
    // A server rolls back what a closed connection has not committed.
    host.discard(holder, failure)
  }
  host.ended({ ...ending, outcome: 'rolled-back', error })
  await bounded(level.scope.rolledBack(), host, level.scope)
}

/** Runs work in a savepoint of the transaction around. */
export async function runNested<T>(
  host: TransactionHost,
  work: Work<T>,
  {
    around,
    options,
    site,
  }: { readonly around: Level; readonly options: TransactionOptions; readonly site: Site },
): Promise<T> {
  const name = options.name ?? `${around.scope.name}, nested`
  const problem = around.problem(`transaction '${name}'`)
  if (problem !== undefined) throw problem
  const { unit } = around
  const scope = around.scope.savepoint(name)
  const savepoint = `keelson_${depthOf(around)}`
  const level = new Level({ unit, around, scope, savepoint, site })
  unit.innermost = level
  levels.set(scope, level)
  try {
    await send(level, `savepoint ${savepoint}`)
    const result = await runInTransaction(scope, work)
    await releaseSavepoint(level, currentFrame())
    await scope.committed()
    return result
  } catch (error) {
    await rollBackTo(level, error, host)
    throw error
  }
}

async function releaseSavepoint(level: Level, frame: Frame | undefined): Promise<void> {
  const problem = level.problemAtEnd() ?? (frame?.isAborted === true ? reasonOf(frame) : undefined)
  if (problem !== undefined) throw problem
  await send(level, `release savepoint ${level.savepoint}`)
  level.over()
  level.unit.innermost = level.around
}

async function rollBackTo(level: Level, error: unknown, host: TransactionHost): Promise<void> {
  const { around, unit, savepoint } = level as Level & { readonly around: Level }
  if (level.isOver) return
  level.fail(error)
  level.over()
  const isInnermost = unit.innermost === level
  // Those within it that have not ended are gone with it.
  if (!isInnermost) around.fail(error)
  unit.innermost = around
  if (around.failure === undefined)
    try {
      await unit.control(`rollback to savepoint ${savepoint}`)
      await unit.control(`release savepoint ${savepoint}`)
    } catch (failure) {
      around.fail(failure instanceof StatementFailure ? failure.error : failure, true)
    }
  await bounded(level.scope.rolledBack(), host, level.scope)
}

async function send(level: Level, text: string): Promise<void> {
  try {
    await level.unit.control(text)
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error
    level.fail(error.error, true)
    throw error.error
  }
}

function depthOf(level: Level): number {
  return level.around === undefined ? 1 : 1 + depthOf(level.around)
}

/** Work after an end delays the answer no longer than its limit. */
async function bounded(work: Promise<void>, host: TransactionHost, scope: TransactionScope): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      const message = `Work after the end of the transaction '${scope.name}' takes longer than ${AFTER_END_MS} ms.`
      host.onAfterError(new Error(message), scope)
      resolve()
    }, AFTER_END_MS)
    void work.finally(() => clearTimeout(timer)).then(resolve, resolve)
  })
}

/** Ends on the server what its code has left open for too long. */
async function abandon(level: Level, name: string): Promise<void> {
  const error = idleError(name)
  level.fail(error)
  level.unit.innermost?.fail(error, true)
  try {
    await level.unit.control('rollback')
  } catch {
    // The end of the transaction finds the connection as it is, and lets it go.
  }
}

function idleError(name: string): Error {
  return new TransactionError({
    message: `The transaction '${name}' was rolled back, since nothing was run in it for too long. Do slow work before or after it, or raise idleInTransactionTimeoutMs.`,
  })
}

function rolledBackError(name: string): Error {
  return new TransactionError({
    message: `The database rolled the transaction '${name}' back instead of committing it: a statement within it had failed.`,
  })
}
