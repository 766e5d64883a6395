// On the path of each query: runs one statement on a connection, and cancels it when its frame is aborted.
import type { Frame } from '@keelson/core'
import type {
  Adapter,
  Connection,
  MaybePromise,
  NamedKey,
  Result,
  ViolatedReference,
} from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import type { Query } from './contract.ts'
import { toDatabaseError } from './driver-errors.ts'
import type { Holder } from './holder.ts'
import { violatedKey, writtenTable } from './violated-key.ts'

/** Learns of each statement that is over. */
export interface QueryObserver {
  ended(query: Query, holder: Holder, end: EndedQuery): void
}

/** How a statement ended. */
export interface EndedQuery {
  readonly durationMs: number
  readonly result?: Result
  /** Of a stream, which has no result. */
  readonly rows?: number
  readonly error?: unknown
}

/** What a statement runs with. */
export interface Running {
  readonly adapter: Adapter
  /** Tables whose declared errors violations are. */
  readonly tables: TablesFacts | undefined
  readonly frame: Frame | undefined
  readonly observer: QueryObserver
}

/** What a failed statement means for its transaction, beside the error that the caller gets. */
export class StatementFailure extends Error {
  readonly error: Error
  /** Whether the server has ended the transaction, savepoints included. */
  readonly endsTransaction: boolean
  /** Whether nothing reached the server. */
  readonly isUnsent: boolean

  constructor(error: Error, facts: { readonly endsTransaction?: boolean; readonly isUnsent?: boolean }) {
    super(error.message)
    this.error = error
    this.endsTransaction = facts.endsTransaction === true
    this.isUnsent = facts.isUnsent === true
  }
}

/**
 * Runs a statement. The caller holds the connection and runs nothing else on it meanwhile. It settles when both the statement and its
 * cancellation are over, so that a late cancellation cannot hit the next one.
 *
 * @throws {StatementFailure}
 */
export function runStatement(holder: Holder, query: Query, running: Running): MaybePromise<Result> {
  const { frame } = running
  if (frame?.isAborted === true) throw new StatementFailure(reasonOf(frame), { isUnsent: true })
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

/** The longest wait for the end of a cancelled statement before its connection is cut, ms. */
const CANCEL_MS = 5000

/** Cancels what runs on a connection when a frame is aborted. */
export class Cancellation {
  readonly #connection: Connection
  readonly #frame: Frame
  readonly #cancel: () => void
  #isCancelled = false
  #cancelling: Promise<void> | undefined
  #late: NodeJS.Timeout | undefined

  constructor(connection: Connection, frame: Frame) {
    this.#connection = connection
    this.#frame = frame
    this.#cancel = () => this.#begin()
    frame.addAbortListener(this.#cancel)
  }

  #begin(): void {
    this.#isCancelled = true
    if (this.#connection.cancel === undefined) return
    this.#cancelling = this.#connection.cancel().catch(() => {})
    // A server that answers neither is not waited for.
    this.#late = setTimeout(() => this.#connection.destroy(), CANCEL_MS)
  }

  /** Called when the statement has settled. @returns whether it was cancelled: then the caller awaits {@link Cancellation.over} */
  end(): boolean {
    this.#frame.removeAbortListener(this.#cancel)
    return this.#isCancelled
  }

  /**
   * Called before the next statement: until the cancellation has settled, too, it could hit that.
   *
   * @returns what the caller gets instead of the result, which may have been cut short
   */
  async over(failure?: StatementFailure): Promise<StatementFailure> {
    clearTimeout(this.#late)
    await this.#cancelling
    return new StatementFailure(reasonOf(this.#frame), failure ?? {})
  }
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

/** What a failure is told by: the connection is there where a statement was run, and not a stream. */
interface FailedOn {
  readonly adapter: Adapter
  readonly connection?: Connection
  readonly tables?: TablesFacts | undefined
  /** The key that was violated, where the error tells only a name that no table declares. */
  readonly key?: NamedKey | undefined
}

export function toFailure(
  error: unknown,
  query: Query,
  { adapter, connection, tables, key }: FailedOn,
): StatementFailure {
  const failure = adapter.failureOf(error)
  const told =
    failure.kind === 'foreign-key' && failure.constraint === undefined
      ? { ...failure, ...violatedReference(query, connection, tables) }
      : { ...failure, ...key }
  const { kind, endsTransaction, breaksConnection } = failure
  // What only the whole can try again is not for a savepoint to go on after.
  const isForWhole = kind === 'conflict' || kind === 'stale-plan'
  const where = { place: query.label, table: query.table ?? writtenTable(query, tables), tables }
  return new StatementFailure(toDatabaseError(error, told, where), {
    endsTransaction: endsTransaction || breaksConnection || isForWhole,
  })
}

function violatedReference(
  { statement, values }: Query,
  connection: Connection | undefined,
  tables: TablesFacts | undefined,
): ViolatedReference | undefined {
  if (tables === undefined || connection?.broken !== undefined) return undefined
  return connection?.violatedReference?.(statement, values, tables)
}

/** What rejects the work of a frame that was aborted: what `abort` was given, by users an error. */
export function reasonOf(frame: Frame): Error {
  return (frame.abortReason ?? frame.signal.reason) as Error
}
