// On the path of each query: runs one statement on a connection, and awaits its cancellation.
import type { Frame } from '@keelson/core'
import type { Adapter, Connection, MaybePromise, NamedKey, Result } from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { Cancellation, reasonOf } from './cancellation.ts'
import type { Query, QueryObserver } from './contract.ts'
import type { Holder } from './holder.ts'
import { StatementFailure, toFailure } from './statement-failure.ts'
import { violatedKey } from './violated-key.ts'

/** What a statement runs with. */
export interface Running {
  readonly adapter: Adapter
  /** Tables whose declared errors violations are. */
  readonly tables: TablesFacts | undefined
  readonly frame: Frame | undefined
  readonly observer: QueryObserver
  /** Whether it is a transaction by itself. Default false. */
  readonly isAlone?: boolean
}

/**
 * Runs a statement. The caller holds the connection and runs nothing else on it meanwhile. It settles when both the statement and its
 * cancellation are over, so that a late cancellation cannot hit the next one.
 *
 * @throws {StatementFailure}
 */
export function runStatement(holder: Holder, query: Query, running: Running): MaybePromise<Result> {
  const { frame } = running
  if (frame?.isAborted === true) throw new StatementFailure(reasonOf(frame))
  holder.busySince = performance.now()
  let out: MaybePromise<Result>
  try {
    out = runOn(holder.connection, query)
  } catch (error) {
    throw failed(holder, query, { running, error })
  }
  if (!(out instanceof Promise)) return ended(holder, query, { running, result: out })
  const cancellation = frame === undefined ? undefined : new Cancellation(holder.connection, frame)
  return settle(out, holder, { query, running, cancellation })
}

/** Origins of columns may take another statement, which nobody may come between. */
function runOn(
  connection: Connection,
  { statement, values, needsColumns = false }: Query,
): MaybePromise<Result> {
  const out = connection.run(statement, values)
  return needsColumns && out instanceof Promise ? withColumns(out) : out
}

async function withColumns(out: Promise<Result>): Promise<Result> {
  const result = await out
  if (result.rows.length > 0) await result.columns()
  return result
}

interface Sent {
  readonly query: Query
  readonly running: Running
  readonly cancellation: Cancellation | undefined
}

async function settle(
  out: Promise<Result>,
  holder: Holder,
  { query, running, cancellation }: Sent,
): Promise<Result> {
  let result: Result
  try {
    result = await out
  } catch (error) {
    const isCancelled = cancellation?.end() === true
    const key = isCancelled
      ? undefined
      : await violatedKey(error, query, { connection: holder.connection, ...running })
    const failure = failed(holder, query, { running, error, key })
    throw isCancelled ? await cancellation.over(failure) : failure
  }
  const cancelled = cancellation?.end() === true ? await cancellation.over() : undefined
  ended(holder, query, { running, result })
  if (cancelled !== undefined) throw cancelled
  return result
}

interface End {
  readonly running: Running
  readonly result: Result
}

function ended(holder: Holder, query: Query, { running, result }: End): Result {
  observerOf(query, running).ended(query, holder, { durationMs: idle(holder), result })
  return result
}

function failed(
  holder: Holder,
  query: Query,
  {
    running,
    error,
    key,
  }: { readonly running: Running; readonly error: unknown; readonly key?: NamedKey | undefined },
): StatementFailure {
  const failure = toFailure(error, query, {
    adapter: running.adapter,
    connection: holder.connection,
    tables: running.tables,
    key,
    isAlone: running.isAlone,
  })
  observerOf(query, running).ended(query, holder, { durationMs: idle(holder), error: failure.error })
  return failure
}

function observerOf({ observer }: Query, running: Running): QueryObserver {
  return observer ?? running.observer
}

/** Notes that nothing runs on the connection any more, and says how long it did. */
export function idle(holder: Holder): number {
  const now = performance.now()
  const durationMs = now - (holder.busySince ?? now)
  holder.busySince = undefined
  holder.idleSince = now
  return durationMs
}
