// The connection of a run: one statement at a time, each with a limit, cancelled when the run is to end.
import { setTimeout as wait } from 'node:timers/promises'
import {
  answerWithin,
  type Adapter,
  type Connection,
  type Dialect,
  type DriverFailure,
  type DriverValue,
  type Result,
} from '../adapter/index.ts'

/** What the server's own limit of a statement gets before the connection is cut, ms. */
const GRACE_MS = 5000
/** A longer timer of Node ends at once. */
const LONGEST_TIMER_MS = 2_147_483_647
/** What a statement gets to end after the run is to end, ms; then the connection is cut. */
const AFTER_ABORT_MS = 2000

/** Limits of {@link RunnerConnection}. */
export interface RunnerLimits {
  /** Of a statement of a file, and of what ends its transaction. */
  readonly statementTimeoutMs: number
  /** Of what the runner itself asks and notes. */
  readonly questionTimeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** A connection on which files run. */
export class RunnerConnection {
  readonly adapter: Adapter
  readonly dialect: Dialect
  readonly connection: Connection
  readonly limits: RunnerLimits

  constructor(adapter: Adapter, connection: Connection, limits: RunnerLimits) {
    this.adapter = adapter
    this.dialect = adapter.dialect()
    this.connection = connection
    this.limits = limits
  }

  get id(): string {
    return this.connection.id
  }

  get isBroken(): boolean {
    return this.connection.broken !== undefined
  }

  failureOf(error: unknown): DriverFailure {
    return this.adapter.failureOf(error)
  }

  /**
   * Asks or notes something.
   *
   * @throws the driver's error; the signal's reason, before anything is sent; {@link SetupError} `ERR_DB_CONNECTION` where the server does not answer
   */
  async run(text: string, values: readonly DriverValue[] = []): Promise<Result> {
    this.limits.signal?.throwIfAborted()
    return this.#inTime(() => this.#run(text, values, { isCancelled: true }))
  }

  /** Notes something at the end: the signal does not keep it from that. @throws as `run` */
  finish(text: string, values: readonly DriverValue[] = []): Promise<Result> {
    return this.#inTime(() => this.#run(text, values, { isCancelled: false }))
  }

  /** Runs a statement of a file. @throws the driver's error; the signal's reason, before anything is sent */
  async runStatement(text: string, values: readonly DriverValue[] = []): Promise<Result> {
    this.limits.signal?.throwIfAborted()
    return this.#asStatement(() => this.#run(text, values, { isCancelled: true }))
  }

  /** Ends a transaction, which may take as long as a statement. */
  endTransaction(text: 'commit' | 'rollback'): Promise<Result> {
    return this.#asStatement(() => this.#run(text, [], { isCancelled: false }))
  }

  #inTime(ask: () => Promise<Result>): Promise<Result> {
    const { connection, adapter, limits } = this
    return answerWithin(
      { connection, place: adapter.place, limitMs: Math.min(limits.questionTimeoutMs, LONGEST_TIMER_MS) },
      ask,
    )
  }

  async #asStatement(ask: () => Promise<Result>): Promise<Result> {
    const limitMs = Math.min(this.limits.statementTimeoutMs + GRACE_MS, LONGEST_TIMER_MS)
    const late = setTimeout(() => this.connection.destroy(), limitMs)
    try {
      return await ask()
    } finally {
      clearTimeout(late)
    }
  }

  /** Once the run is to end, the server has seconds to answer. */
  async #run(
    text: string,
    values: readonly DriverValue[],
    { isCancelled }: { readonly isCancelled: boolean },
  ): Promise<Result> {
    const { connection } = this
    const { signal } = this.limits
    let ending: NodeJS.Timeout | undefined
    let cancelling: Promise<void> | undefined
    const end = (): void => {
      ending = setTimeout(() => connection.destroy(), AFTER_ABORT_MS)
      if (isCancelled) cancelling = connection.cancel?.().catch(() => undefined)
    }
    if (signal?.aborted === true) end()
    else signal?.addEventListener('abort', end, { once: true })
    try {
      return await connection.run({ text, isRead: false, isKept: false }, values)
    } finally {
      signal?.removeEventListener('abort', end)
      clearTimeout(ending)
      // It could hit the next statement.
      if (cancelling !== undefined && !this.isBroken) await this.#settled(cancelling)
    }
  }

  async #settled(cancelling: Promise<void>): Promise<void> {
    const over = new AbortController()
    const late = wait(AFTER_ABORT_MS, undefined, { signal: over.signal }).then(
      () => this.connection.destroy(),
      () => undefined,
    )
    await Promise.race([cancelling, late])
    over.abort()
  }
}
