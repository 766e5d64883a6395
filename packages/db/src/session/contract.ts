// By what repositories, the sql tag, Kysely and the store run statements.
import type { Clock, Random } from '@keelson/core'
import type {
  Adapter,
  Dialect,
  DriverRow,
  DriverValue,
  MaybePromise,
  Result,
  Statement,
} from '../adapter/index.ts'
import type { TableFacts } from '../table/index.ts'
import type { Holder } from './holder.ts'

/** A statement with its values, and what messages and diagnostics say of it. */
export interface Query {
  readonly statement: Statement
  readonly values: readonly DriverValue[]
  /** What ran it: `orders.byId`, `sql`. */
  readonly label: string
  /** Its table, where one is known: servers do not tell that of each violation. */
  readonly table?: TableFacts | undefined
  /** Whether {@link Result.columns} will be asked: then they are known when it has run, and cost the server nothing later. */
  readonly needsColumns?: boolean | undefined
  /** Learns of its end instead of the watch of the database: it is a part of something that is told as a whole. */
  readonly observer?: QueryObserver | undefined
}

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

/** A function whose caller is a call site. */
export type PublicFunction = (...args: never[]) => unknown

/** Options of `db.transaction`, each with its default. */
export interface TransactionOptions {
  /**
   * `required` (default): within the transaction around, else a new one. `nested`: a savepoint of the one around, else a new one. `new`:
   * one of its own, on a connection of its own. `never`: an error within a transaction.
   */
  readonly propagation?: 'required' | 'nested' | 'new' | 'never' | undefined
  /** Default: read committed; on SQLite serializable, its only one. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable' | undefined
  readonly readOnly?: boolean | undefined
  /**
   * How often the function runs again after a serialization failure or a deadlock, at most 10, each after a random wait of up to 20, 80,
   * 320 and then 1,000 ms; also where the function has caught that, whatever it throws instead. Default 2; only for an outermost one.
   */
  readonly retries?: number | undefined
  /** Name in messages and diagnostics. */
  readonly name?: string | undefined
  /**
   * What it waits for before it begins on the server, with its first statement, while it holds neither a connection nor a lock: a body that
   * still arrives, `() => ctx.rawBody()`. Only for an outermost one. Default: nothing.
   */
  readonly waitsFor?: (() => unknown) | undefined
}

/** Runs statements of one database: on the transaction around the calling code, else on a connection of the pool. */
export interface Session {
  /** Name of the database: that of its token. */
  readonly name: string
  readonly clock: Clock
  readonly random: Random
  /** Of the database; undefined for one that only writes statements down. */
  readonly adapter?: Adapter | undefined
  /** @throws before the database was opened */
  readonly dialect: Dialect
  /** Errors are those of `errors.ts`; the aborted signal of the frame rejects with its reason. */
  run(query: Query): MaybePromise<Result>
  stream(query: Query, batchRows: number): AsyncIterable<readonly DriverRow[]>
  transaction<T>(work: () => T | PromiseLike<T>, options?: TransactionOptions): Promise<T>
  /**
   * Goes around each public operation: one within a transaction is known to it until it has settled, so that one which nobody awaits
   * neither escapes the transaction nor ends the process. Give its promise to the caller as it is.
   *
   * @param label - `orders.insert`
   * @param below - the public function, whose caller is the call site in messages
   */
  operation<T>(label: string, below: PublicFunction, work: () => MaybePromise<T>): Promise<T>
  /**
   * Goes around a public operation whose rows are read one by one, as {@link Session.operation} around others: they know its call site.
   *
   * @param rows - which have not begun
   */
  streamOperation<T>(
    label: string,
    below: PublicFunction,
    rows: AsyncGenerator<T, void, undefined>,
  ): AsyncIterable<T>
  /** The transaction, or savepoint, around the calling code, by identity; undefined outside of one. */
  currentUnit(): object | undefined
  /** A session that never joins a transaction around it. */
  readonly apart: Session
}
