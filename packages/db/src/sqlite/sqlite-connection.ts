// On the request path: a connection that answers at once, since SQLite works within the process.
import { setImmediate, setTimeout } from 'node:timers/promises'
import {
  closedError,
  StatementCache,
  type Connection,
  type DriverRow,
  type DriverValue,
  type MaybePromise,
  type Result,
  type ResultColumn,
  type Statement,
  type ViolatedReference,
} from '../adapter/index.ts'
import type { TablesFacts } from '../table/index.ts'
import { PreparedStatement } from './prepared-statement.ts'
import type { SqliteFile } from './sqlite-driver.ts'
import { isBusy, noteEndedTransaction } from './sqlite-failure.ts'
import { violatedReference } from './violated-reference.ts'

/** Pauses between the attempts to have a lock that another process holds, ms; the last one again and again. */
const PAUSES_MS = [1, 2, 5, 10, 20, 50] as const

type Value = Exclude<DriverValue, boolean>

/** Options of {@link SqliteConnection}. */
export interface SqliteConnectionOptions {
  readonly id: string
  /** The longest wait for a lock that another process holds. */
  readonly busyTimeoutMs: number
  readonly statementCacheSize: number
}

/** A connection to a file or to a database in memory. A statement cannot be cancelled. */
export class SqliteConnection implements Connection {
  readonly id: string
  readonly cancel = undefined
  broken: Error | undefined
  readonly #file: SqliteFile
  readonly #busyTimeoutMs: number
  readonly #statements: StatementCache<PreparedStatement>

  constructor(file: SqliteFile, { id, busyTimeoutMs, statementCacheSize }: SqliteConnectionOptions) {
    this.#file = file
    this.id = id
    this.#busyTimeoutMs = busyTimeoutMs
    this.#statements = new StatementCache(statementCacheSize)
  }

  run(statement: Statement, values: readonly DriverValue[]): MaybePromise<Result> {
    const wasInTransaction = this.#file.isInTransaction()
    try {
      return this.#runNow(statement, values)
    } catch (error) {
      // Within a transaction the lock does not become free by waiting.
      if (!wasInTransaction && isBusy(error)) return this.#retry(statement, values, error)
      if (wasInTransaction && !this.#file.isInTransaction()) noteEndedTransaction(error)
      throw error
    }
  }

  /** Between batches other code of the process has its turn. */
  async *stream(
    statement: Statement,
    values: readonly DriverValue[],
    { batchRows }: { readonly batchRows: number },
  ): AsyncGenerator<readonly DriverRow[]> {
    const prepared = new PreparedStatement(this.#file, statement.text, { isBig: true })
    let batch: DriverRow[] = []
    for (const row of prepared.iterate(toValues(values))) {
      batch.push(row)
      if (batch.length < batchRows) continue
      yield batch
      batch = []
      await setImmediate()
    }
    if (batch.length > 0) yield batch
  }

  violatedReference(
    { text }: Statement,
    values: readonly DriverValue[],
    tables: TablesFacts,
  ): ViolatedReference | undefined {
    return violatedReference({ file: this.#file, text, values: toValues(values), tables })
  }

  /** A file does not break while nothing runs. */
  onBroken(): void {}

  close(): Promise<void> {
    this.destroy()
    return Promise.resolve()
  }

  destroy(): void {
    if (this.broken !== undefined) return
    this.broken = closedError()
    this.#statements.clear()
    this.#file.close()
  }

  #runNow(statement: Statement, values: readonly DriverValue[]): Result {
    const prepared = this.#statements.get(statement.text) ?? this.#prepare(statement)
    if (prepared.hasRows) {
      const rows =
        statement.isSingle === true ? prepared.first(toValues(values)) : prepared.all(toValues(values))
      return new SqliteResult(rows, rows.length, prepared)
    }
    return new SqliteResult([], prepared.run(toValues(values)), prepared)
  }

  #prepare({ text, isRead, isKept = true }: Statement): PreparedStatement {
    const prepared = new PreparedStatement(this.#file, text, { isBig: !isRead })
    if (isKept) this.#statements.set(text, prepared)
    return prepared
  }

  /** SQLite itself would wait within the call, and the whole process with it. */
  async #retry(statement: Statement, values: readonly DriverValue[], first: unknown): Promise<Result> {
    const end = performance.now() + this.#busyTimeoutMs
    let error = first
    for (let attempt = 0; performance.now() < end; attempt++) {
      await setTimeout(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)])
      try {
        return this.#runNow(statement, values)
      } catch (reason) {
        if (!isBusy(reason)) throw reason
        error = reason
      }
    }
    throw error
  }
}

class SqliteResult implements Result {
  readonly rows: readonly DriverRow[]
  readonly affected: number
  readonly #prepared: PreparedStatement

  constructor(rows: readonly DriverRow[], affected: number, prepared: PreparedStatement) {
    this.rows = rows
    this.affected = affected
    this.#prepared = prepared
  }

  columns(): readonly ResultColumn[] {
    return this.#prepared.columns()
  }
}

/** Neither driver takes booleans. */
function toValues(values: readonly DriverValue[]): readonly Value[] {
  return values.some((value) => typeof value === 'boolean')
    ? values.map((value) => (typeof value === 'boolean' ? Number(value) : value))
    : (values as readonly Value[])
}
