// The session of a migration that is code: its statements run on the connection of the file, one after another.
import type { Clock, Random } from '@keelson/core'
import { systemClock, systemRandom } from '@keelson/core/ports'
import type { Dialect, MaybePromise, Result } from '../adapter/index.ts'
import { MigrationError, StatementError, TransactionError } from '../errors.ts'
import { OpenOperations, type PublicFunction, type Query, type Session } from '../session/index.ts'
import { createSql, TextRunner, type DatabaseSql } from '../sql/index.ts'
import { serverText } from '../adapter/index.ts'
import type { RunnerConnection } from './runner-connection.ts'

/** How the statements of a file run. */
export interface ScriptStatements {
  readonly isTransaction: boolean
  /** Whether a statement runs, where some are omitted. @throws for one that is refused */
  readonly runs: ((text: string) => boolean) | undefined
}

/** Runs the statements of one file. */
export class ScriptSession implements Session {
  readonly name = 'migration'
  readonly clock: Clock = systemClock
  readonly random: Random = systemRandom
  readonly sql: DatabaseSql
  readonly #connection: RunnerConnection
  readonly #isTransaction: boolean
  readonly #runs: ScriptStatements['runs']
  readonly #operations = new OpenOperations()
  #queue: Promise<unknown> = Promise.resolve()
  #failure: { readonly error: Error; readonly cause: unknown } | undefined
  #isOver = false
  #written = 0

  constructor(connection: RunnerConnection, { isTransaction, runs }: ScriptStatements) {
    this.#connection = connection
    this.#isTransaction = isTransaction
    this.#runs = runs
    this.sql = createSql(
      new TextRunner({ session: this, tables: { tables: new Map(), relations: new Map() } }),
    )
  }

  get dialect(): Dialect {
    return this.#connection.dialect
  }

  /** The error of the driver for the statement that failed first. */
  get cause(): unknown {
    return this.#failure?.cause
  }

  /** How many statements that may write have succeeded. */
  get written(): number {
    return this.#written
  }

  get apart(): Session {
    return this
  }

  run(query: Query): Promise<Result> {
    const out = this.#queue.then(() => this.#run(query))
    this.#queue = out.catch(() => undefined)
    return out
  }

  operation<T>(label: string, _below: PublicFunction, work: () => MaybePromise<T>): Promise<T> {
    if (this.#isOver)
      return Promise.reject(
        new TransactionError({ message: `${label} was called after the migration has ended.` }),
      )
    return this.#operations.begin(label, async () => work())
  }

  /** DDL within a transaction is refused on MySQL and MariaDB, where none is around a file. */
  currentUnit(): object | undefined {
    return this.#isTransaction && this.dialect.has.transactionalDdl ? this : undefined
  }

  /** `sql` has no streams. */
  stream(): never {
    throw new TransactionError({ message: 'A migration has no streams: read in parts.' })
  }

  streamOperation(): never {
    return this.stream()
  }

  transaction<T>(): Promise<T> {
    return Promise.reject(
      new TransactionError({ message: 'A file of migrations is one transaction already.' }),
    )
  }

  /** Called when the function of the migration has settled. @throws for what it did not await, and a failure that it caught */
  async end(): Promise<void> {
    await this.#operations.settled()
    this.#isOver = true
    if (this.#failure !== undefined && this.#isTransaction) throw this.#failure.error
    if (this.#operations.unawaited !== undefined)
      throw new MigrationError({ message: 'A statement was begun and not awaited. Await each sql`…`.' })
  }

  async #run({ statement, values }: Query): Promise<Result> {
    if (this.#failure !== undefined && this.#isTransaction)
      throw new TransactionError({
        message: 'A statement before has failed, so the transaction of the file can only be rolled back.',
        cause: this.#failure.error,
      })
    if (this.#runs?.(statement.text) === false) return { rows: [], affected: 0, columns: () => [] }
    try {
      const result = await this.#connection.runStatement(statement.text, values)
      if (!statement.isRead) this.#written++
      return result
    } catch (error) {
      const wrapped = new StatementError({ message: serverText(error), cause: error })
      this.#failure ??= { error: wrapped, cause: error }
      throw wrapped
    }
  }
}
