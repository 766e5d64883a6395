// On the request path: a connection to PostgreSQL. Its client is pg's or PGlite; statements, rows and cursors are our own tasks.
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import {
  closeWithin,
  StatementCache,
  type Connection,
  type DriverRow,
  type DriverValue,
  type Result,
  type ResultColumn,
  type Statement,
} from '../adapter/index.ts'
import { hasOrigin, ORIGINS, originValues, toResultColumns } from './column-origins.ts'
import { CursorTask } from './cursor-task.ts'
import { postgresFailure } from './postgres-failure.ts'
import type { RowShape } from './row-shape.ts'
import { RunTask, type PreparedStatement } from './run-task.ts'
import type { Settle, Task } from './wire-task.ts'
import type { WireClient, WireValue } from './wire.ts'

/** Options of {@link PostgresConnection}. */
export interface PostgresConnectionOptions {
  readonly id: string
  /** 0 prepares nothing, as behind a pooler of transactions. */
  readonly statementCacheSize: number
  /** Sends a request to cancel on a socket of its own; resolves when the server has taken it, or never will. Undefined where statements
   * cannot be cancelled. */
  readonly sendCancel: (() => Promise<void>) | undefined
}

/** The longest time that requests to cancel are sent. */
const CANCEL_TIMEOUT_MS = 2000

const ORIGINS_STATEMENT: Statement = { text: ORIGINS, isRead: true }

/** A connection that has logged in. */
export class PostgresConnection implements Connection {
  readonly id: string
  broken: Error | undefined
  readonly cancel: (() => Promise<void>) | undefined
  readonly #client: WireClient
  readonly #canPrepare: boolean
  readonly #statements: StatementCache<PreparedStatement>
  /** Names of statements that the server forgets with the next one. */
  #closing: string[] = []
  #task: Task | undefined
  #onBroken: ((error: Error) => void) | undefined

  constructor(client: WireClient, { id, statementCacheSize, sendCancel }: PostgresConnectionOptions) {
    this.#client = client
    this.id = id
    this.cancel = sendCancel === undefined ? undefined : () => this.#cancel(sendCancel)
    this.#canPrepare = statementCacheSize > 0
    this.#statements = new StatementCache(statementCacheSize)
    client.onReady(() => this.#ready())
    client.onBroken((error) => this.#break(error))
  }

  run(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#run({ statement, values: values.map(toWireValue), isRetry: false, resolve, reject })
    })
  }

  async *stream(
    { text }: Statement,
    values: readonly DriverValue[],
    { batchRows }: { readonly batchRows: number },
  ): AsyncGenerator<readonly DriverRow[]> {
    if (this.broken !== undefined) throw this.broken
    const task = new CursorTask(text, values.map(toWireValue), batchRows)
    this.#start(task)
    try {
      for (let rows = await task.next(); rows.length > 0; rows = await task.next()) yield rows
    } finally {
      await task.close()
    }
  }

  onBroken(listener: (error: Error) => void): void {
    this.#onBroken = listener
  }

  async close(): Promise<void> {
    this.#onBroken = undefined
    await closeWithin(
      () => this.#client.close(),
      () => this.#client.destroy(),
    )
  }

  destroy(): void {
    this.#onBroken = undefined
    this.#client.destroy()
  }

  /** A request that comes before the statement has begun has no effect, so it is sent until the statement has ended. */
  async #cancel(sendCancel: () => Promise<void>): Promise<void> {
    const task = this.#task
    const end = performance.now() + CANCEL_TIMEOUT_MS
    for (let pauseMs = 5; this.#runs(task) && performance.now() < end; pauseMs *= 2) {
      await sendCancel()
      if (this.#runs(task)) await setTimeout(pauseMs)
    }
  }

  #runs(task: Task | undefined): boolean {
    return task?.isRunning === true && this.#task === task
  }

  #run(request: Request): void {
    if (this.broken !== undefined) return request.reject(this.broken)
    const { statement, values } = request
    const prepared = this.#preparedOf(statement)
    const isInTransaction = this.#client.isInTransaction()
    const settle: Settle = {
      resolve: () => request.resolve(new PostgresResult(task, (shape) => this.#columnsOf(shape))),
      reject: (error) => this.#failed(error, { ...request, prepared, isInTransaction }),
    }
    const closing = this.#closing
    if (closing.length > 0) this.#closing = []
    const task: RunTask = new RunTask({ text: statement.text, values, prepared, closing }, settle)
    this.#start(task)
  }

  #start(task: Task): void {
    this.#task = task
    this.#client.run(task)
  }

  #ready(): void {
    const task = this.#task
    this.#task = undefined
    task?.ready()
  }

  #break(error: Error): void {
    if (this.broken !== undefined) return
    this.broken = error
    const task = this.#task
    this.#task = undefined
    if (task === undefined) this.#onBroken?.(error)
    else task.lost(error)
  }

  #preparedOf({ text, isKept = true }: Statement): PreparedStatement | undefined {
    if (!isKept || !this.#canPrepare) return undefined
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const name = `k${createHash('sha1').update(text).digest('base64url')}`
    const prepared: PreparedStatement = { name, isReady: false, shape: undefined }
    const dropped = this.#statements.set(text, prepared)
    if (dropped !== undefined) this.#closing.push(dropped.name)
    return prepared
  }

  /** A statement that the server cannot run as it was prepared runs once more, unless a transaction has failed by it. */
  #failed(error: Error, request: FailedRequest): void {
    const { statement, prepared, isInTransaction, isRetry } = request
    const isStale = prepared !== undefined && postgresFailure(error).kind === 'stale-plan'
    if (isStale) this.#forgetAll()
    else if (prepared !== undefined && !prepared.isReady) this.#forget(statement.text, prepared)
    if (isStale && !isInTransaction && !isRetry) this.#run({ ...request, isRetry: true })
    else request.reject(error)
  }

  #forget(text: string, { name }: PreparedStatement): void {
    this.#statements.delete(text)
    this.#closing.push(name)
  }

  /** Tables were changed: others that read them are stale as well, and within a transaction each would fail once. */
  #forgetAll(): void {
    this.#closing.push(...this.#statements.clear().map(({ name }) => name))
  }

  async #columnsOf({ fields }: RowShape): Promise<readonly ResultColumn[]> {
    if (!fields.some(hasOrigin)) return toResultColumns(fields, [])
    const { rows } = await this.run(ORIGINS_STATEMENT, originValues(fields))
    return toResultColumns(fields, rows)
  }
}

interface Request {
  readonly statement: Statement
  readonly values: readonly WireValue[]
  readonly isRetry: boolean
  readonly resolve: (result: Result) => void
  readonly reject: (error: Error) => void
}

interface FailedRequest extends Request {
  readonly prepared: PreparedStatement | undefined
  readonly isInTransaction: boolean
}

class PostgresResult implements Result {
  readonly rows: readonly DriverRow[]
  readonly affected: number
  readonly command: string
  readonly #shape: RowShape | undefined
  readonly #resolve: (shape: RowShape) => Promise<readonly ResultColumn[]>

  constructor(
    { rows, affected, command, shape }: Task,
    resolve: (shape: RowShape) => Promise<readonly ResultColumn[]>,
  ) {
    this.rows = rows
    this.affected = affected
    this.command = command
    this.#shape = shape
    this.#resolve = resolve
  }

  /** A shape lives as long as its prepared statement, so the server is asked once. */
  columns(): Promise<readonly ResultColumn[]> | readonly ResultColumn[] {
    const shape = this.#shape
    if (shape === undefined) return []
    return shape.origins ?? this.#resolve(shape).then((columns) => (shape.origins = columns))
  }

  wholeNumbers(): readonly string[] {
    return this.#shape?.wholeNumbers ?? []
  }
}

function toWireValue(value: DriverValue): WireValue {
  if (value === null || typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}
