// The connection of a run: one statement at a time, each with a limit, cancelled when the run is to end.
import type { Adapter, Connection, Dialect, DriverFailure, DriverValue, Result } from '../adapter/index.ts'

/** What the server's own limit of a statement gets before the connection is cut, ms. */
const GRACE_MS = 5000
/** A longer timer of Node ends at once. */
const LONGEST_TIMER_MS = 2_147_483_647

/** Limits of {@link RunnerConnection}. */
export interface RunnerLimits {
  readonly statementTimeoutMs: number
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

  /** Runs a statement. @throws the driver's error; the signal's reason, before anything is sent */
  async run(text: string, values: readonly DriverValue[] = []): Promise<Result> {
    const { signal } = this.limits
    signal?.throwIfAborted()
    return this.#run(text, values, signal)
  }

  /** Runs a statement that ends something: the signal does not keep it from that. */
  finish(text: string, values: readonly DriverValue[] = []): Promise<Result> {
    return this.#run(text, values, undefined)
  }

  async #run(text: string, values: readonly DriverValue[], signal: AbortSignal | undefined): Promise<Result> {
    const { connection } = this
    const limitMs = Math.min(this.limits.statementTimeoutMs + GRACE_MS, LONGEST_TIMER_MS)
    const late = setTimeout(() => connection.destroy(), limitMs)
    let cancelling: Promise<void> | undefined
    const cancel = (): void => {
      cancelling = connection.cancel?.().catch(() => undefined)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    try {
      return await connection.run({ text, isRead: false, isKept: false }, values)
    } finally {
      clearTimeout(late)
      signal?.removeEventListener('abort', cancel)
      // It could hit the next statement.
      await cancelling
    }
  }
}
