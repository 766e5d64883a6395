// On the path of each query: finds the transaction around, else a connection.
import { currentFrame, type Clock, type Logger, type Random } from '@keelson/core'
import { currentTransaction, type TransactionScope } from '@keelson/core/frames'
import { callSite } from '@keelson/core/options'
import type { Adapter, Dialect, DriverRow, MaybePromise, Result } from '../adapter/index.ts'
import { TransactionError } from '../errors.ts'
import type { TablesFacts } from '../table/index.ts'
import type { PublicFunction, Query, Session, TransactionOptions } from './contract.ts'
import { TRANSACTIONS, type TransactionMessage } from './diagnostics.ts'
import type { Holder } from './holder.ts'
import type { Asker } from './lane-pool.ts'
import { Isolation } from './isolation.ts'
import { assertFits, join, named } from './join-transaction.ts'
import { levelOf, type Level } from './level.ts'
import type { Pool } from './pool.ts'
import type { QueryWatch } from './query-watch.ts'
import { runAlone } from './run-alone.ts'
import { runNested, type Nesting } from './run-nested.ts'
import { runOutermost } from './run-transaction.ts'
import type { TransactionHost, TransactionSummary } from './transaction-host.ts'
import { located, rowsAtSite, runAtSite, type Site } from './site.ts'
import { streamAlone, streamWithin } from './stream-statement.ts'

/** What a session is made of. */
export interface SessionParts {
  readonly name: string
  readonly adapter: Adapter
  /** Whose declared errors violations are; undefined for one that has none. */
  readonly tables?: TablesFacts | undefined
  readonly pool: Pool
  readonly watch: QueryWatch
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger | undefined
  /** Whether call sites are taken: in development and test. */
  readonly hasSites: boolean
}

/** How a transaction is begun. */
export interface BeginParts {
  readonly options: TransactionOptions
  readonly site: Site
  /** Throws for wrong options: within a transaction that fails the one around. */
  readonly assertOptions?: () => void
}

/** Runs the statements of one database. */
export class DatabaseSession implements Session, TransactionHost {
  readonly name: string
  readonly adapter: Adapter
  readonly clock: Clock
  readonly random: Random
  readonly observer: QueryWatch
  readonly #parts: SessionParts
  readonly #isApart: boolean
  #apart: DatabaseSession | undefined
  #isolation: Isolation | undefined

  constructor(parts: SessionParts, isApart = false) {
    this.name = parts.name
    this.adapter = parts.adapter
    this.clock = parts.clock
    this.random = parts.random
    this.observer = parts.watch
    this.#parts = parts
    this.#isApart = isApart
  }

  /** Whether call sites are taken. */
  get hasSites(): boolean {
    return this.#parts.hasSites
  }

  get tables(): TablesFacts | undefined {
    return this.#parts.tables
  }

  get dialect(): Dialect {
    return this.adapter.dialect()
  }

  /** A session apart owns its transactions, so that it joins these alone. */
  get owner(): object {
    return this
  }

  get apart(): Session {
    return this.#isApart ? this : (this.#apart ??= new DatabaseSession(this.#parts, true))
  }

  currentUnit(): object | undefined {
    return currentTransaction(this)
  }

  run(query: Query): MaybePromise<Result> {
    this.observer.count(query)
    const frame = currentFrame()
    const level = this.#level()
    if (level !== undefined) return level.unit.run(query, level, frame)
    if (query.statement.locks === true) throw unlocked(query)
    return this.#isolation === undefined ? runAlone(this, query, frame) : this.#isolation.run(query)
  }

  stream(query: Query, batchRows: number): AsyncIterable<readonly DriverRow[]> {
    this.observer.count(query)
    const running = { adapter: this.adapter, observer: this.observer }
    const streaming = { query, batchRows, frame: currentFrame(), running }
    const level = this.#level()
    const within = (around: Level): AsyncIterable<readonly DriverRow[]> =>
      streamWithin(around, { ...streaming, dialect: this.dialect })
    if (level !== undefined) return within(level)
    return this.#isolation === undefined ? streamAlone(this, streaming) : this.#isolation.stream(within)
  }

  operation<T>(label: string, below: PublicFunction, work: () => MaybePromise<T>): Promise<T> {
    const site = this.#parts.hasSites ? callSite(below) : undefined
    const level = this.#level()
    const run =
      site === undefined
        ? work
        : (): Promise<T> => {
            const out = promiseOf(() => runAtSite(site, work))
            return located(out, label, site)
          }
    if (level === undefined) return promiseOf(run)
    return level.operation(label, site, run)
  }

  streamOperation<T>(
    label: string,
    below: PublicFunction,
    rows: AsyncGenerator<T, void, undefined>,
  ): AsyncIterable<T> {
    const site = this.#parts.hasSites ? callSite(below) : undefined
    return site === undefined ? rows : rowsAtSite(rows, label, site)
  }

  transaction<T>(work: () => T | PromiseLike<T>, options: TransactionOptions = {}): Promise<T> {
    const site = this.#parts.hasSites ? callSite(this.transaction) : undefined
    return this.begin(work, { options, site })
  }

  /** {@link DatabaseSession.transaction}, with the site of the public function that was called. */
  begin<T>(work: () => T | PromiseLike<T>, { options, site, assertOptions }: BeginParts): Promise<T> {
    const around = this.#level()
    if (around === undefined)
      return promiseOf(() => {
        assertOptions?.()
        return (
          this.#isolation?.transaction(work, { options, site }) ?? runOutermost(this, work, { options, site })
        )
      })
    return around.operation(named(options), site, () => {
      assertOptions?.()
      return this.#beginWithin(work, { around, options, site })
    })
  }

  #beginWithin<T>(work: () => T | PromiseLike<T>, nesting: Nesting): Promise<T> {
    const { around, options } = nesting
    const { propagation = 'required' } = options
    if (propagation === 'never')
      throw new TransactionError({
        message: `${named(options)} must not run within a transaction, but '${around.name}' is open.`,
      })
    if (propagation === 'new') return this.#runNew(work, nesting)
    assertFits(around, options, this.dialect.system === 'sqlite' ? 'serializable' : 'read committed')
    return propagation === 'nested' ? runNested(this, work, nesting) : join(around, work, options)
  }

  /** On a connection of its own, beside the transaction around. */
  #runNew<T>(work: () => T | PromiseLike<T>, { around, options, site }: Nesting): Promise<T> {
    if (this.#isolation !== undefined) return this.#isolation.nested(work, { around, options, site })
    const { lanes } = this.adapter
    const bothWrite = options.readOnly !== true && !around.unit.isReadOnly
    if (lanes === 'single' || (lanes === 'one-writer' && bothWrite))
      throw new TransactionError({
        message: `${named(options)} asks for a transaction of its own within '${around.name}', but ${this.adapter.place} has one ${lanes === 'single' ? 'connection' : 'writer'}, which that holds. Use propagation 'nested', or run it after the commit.`,
      })
    // Transactions of other databases stay around it.
    return runOutermost(this, work, { options, site })
  }

  /**
   * Begins a transaction around all that comes, wherever it comes from, until the end that this gives: for tests. In it each transaction is
   * a savepoint, and each statement outside of one too.
   *
   * @returns rolls it back
   */
  async isolate(): Promise<() => Promise<void>> {
    if (this.#isolation !== undefined)
      throw new TransactionError({
        message: `The database '${this.name}' is isolated for a test already. End that first.`,
      })
    const isolation = await Isolation.begin(this)
    this.#isolation = isolation
    return async () => {
      this.#isolation = undefined
      await isolation.end()
    }
  }

  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder> {
    return this.#parts.pool.acquire(isRead, asker)
  }

  release(holder: Holder): void {
    this.#parts.pool.release(holder)
  }

  discard(holder: Holder, error: unknown): void {
    this.#parts.pool.discard(holder, error)
  }

  closeIdle(): void {
    this.#parts.pool.closeIdle()
  }

  onAfterError(error: unknown, scope: TransactionScope): void {
    this.#parts.logger?.error(
      { err: error, database: this.name, transaction: scope.name },
      'work after the end of a transaction failed',
    )
  }

  ended({ name, site, startedAt, outcome, error }: TransactionSummary): void {
    if (!TRANSACTIONS.hasSubscribers) return
    const message: TransactionMessage = {
      database: this.name,
      name,
      durationMs: performance.now() - startedAt,
      outcome,
      site: site?.(),
      requestId: currentFrame()?.id,
      ...(error === undefined ? {} : { error }),
    }
    TRANSACTIONS.publish(message)
  }

  #level(): Level | undefined {
    return levelOf(currentTransaction(this))
  }
}

function unlocked({ label }: Query): Error {
  return new TransactionError({
    message: `${label} locks rows, and no transaction is around: the locks would end with the statement. Write db.transaction(async () => { … }) around it and what follows from it.`,
  })
}

/** What work gives or throws, as the promise that the caller gets: no other is made of it, which nobody would handle. */
function promiseOf<T>(work: () => MaybePromise<T>): Promise<T> {
  try {
    const out = work()
    return out instanceof Promise ? out : Promise.resolve(out)
  } catch (error) {
    return Promise.reject(error as Error)
  }
}
