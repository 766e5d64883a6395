// On the request path: a connection to MySQL or MariaDB by mysql2.
import { Buffer } from 'node:buffer'
import type { Duplex, Readable } from 'node:stream'
import { clearTimeout, setTimeout as startTimer } from 'node:timers'
import { setTimeout } from 'node:timers/promises'
import type { Connection as Client, FieldPacket, Query, ResultSetHeader, TypedParameter } from 'mysql2'
import {
  closedError,
  closeWithin,
  type Connection,
  type DriverRow,
  type DriverValue,
  type NamedKey,
  type Result,
  type ResultColumn,
  type Statement,
} from '../adapter/index.ts'
import { KeysNamed } from './keys-named.ts'
import { mysqlFailure } from './mysql-failure.ts'

/** The longest time that a statement is killed again and again. */
const CANCEL_TIMEOUT_MS = 2000

/** Options of {@link MysqlConnection}. */
export interface MysqlConnectionOptions {
  readonly id: string
  /** 0 prepares each statement for one run. */
  readonly statementCacheSize: number
  /** The types that a parameter can say. */
  readonly types: TypedParameter
  readonly streams: StreamLimits
  /** Opens another connection to the same server. */
  readonly openKiller: () => Promise<Killer>
}

/** The limit of a batch, and what is sent around a stream so that the server does not count the pauses of its reader. */
export interface StreamLimits {
  readonly batchTimeoutMs: number
  readonly before: string
  readonly after: string
}

/** A connection that kills statements of others. */
export interface Killer {
  kill(id: string): Promise<void>
  close(): void
}

/** What runs: whether rows came, so that it has begun. */
interface Running {
  hasRows: boolean
}

/** A connection on which mysql2 has logged in. Statements without values are sent as text, others prepared. */
export class MysqlConnection implements Connection {
  readonly id: string
  broken: Error | undefined
  readonly #client: Client
  readonly #isKept: boolean
  readonly #types: TypedParameter
  readonly #streams: StreamLimits
  readonly #openKiller: () => Promise<Killer>
  readonly #keys = new KeysNamed((statement, values) => this.run(statement, values))
  #running: Running | undefined
  /** What is read at present, which mysql2 does not tell when the connection breaks. */
  #stream: Readable | undefined
  /** Ends the wait for the end of what is read. */
  #endStream: (() => void) | undefined
  /** Rejects what runs: mysql2 does so itself for an error of the socket, but not where it was told to let go. */
  #rejectRunning: ((error: Error) => void) | undefined
  #onBroken: ((error: Error) => void) | undefined

  constructor(
    client: Client,
    { id, statementCacheSize, types, streams, openKiller }: MysqlConnectionOptions,
  ) {
    this.#client = client
    this.id = id
    this.#isKept = statementCacheSize > 0
    this.#types = types
    this.#streams = streams
    this.#openKiller = openKiller
    client.on('error', (error: Error) => this.#break(error))
    client.on('end', () => this.#break(closedError()))
  }

  async run(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    try {
      return await this.#run(statement, values)
    } catch (error) {
      const { kind, breaksConnection } = mysqlFailure(error)
      if (breaksConnection) this.#break(error as Error)
      if (kind !== 'stale-plan') throw error
      // Nothing of it was run, so this is right within a transaction too.
      this.#client.unprepare(statement.text)
      return await this.#run(statement, values)
    }
  }

  keysNamed(name: string): Promise<readonly NamedKey[]> {
    return this.#keys.get(name)
  }

  async *stream(
    statement: Statement,
    values: readonly DriverValue[],
    { batchRows }: { readonly batchRows: number },
  ): AsyncGenerator<readonly DriverRow[]> {
    if (this.broken !== undefined) throw this.broken
    const running = this.#begin()
    // Sent as one with the statement, which a cancellation must not miss. Without its effect the limit is the stricter one.
    this.#client.query(this.#streams.before, (() => undefined) as never)
    const command = this.#start(statement, values)
    const over = new Promise<void>((resolve) => {
      command.once('end', resolve)
      command.once('error', () => resolve())
      this.#endStream = resolve
    }).then(() => this.#end(running))
    this.#stream = command.stream({ highWaterMark: batchRows })
    try {
      yield* this.#inTime(inBatches(this.#stream, batchRows, running))
    } finally {
      this.#stream = undefined
      // The server sends all rows, asked for or not, unless it is stopped.
      if (this.#running === running) await this.cancel()
      await over
      this.#endStream = undefined
      if (!this.#isKept || statement.isKept === false) this.#client.unprepare(statement.text)
      await this.#restoreLimits()
    }
  }

  /** Each batch has the time that a statement has. */
  async *#inTime(batches: AsyncGenerator<readonly DriverRow[]>): AsyncGenerator<readonly DriverRow[]> {
    const { batchTimeoutMs } = this.#streams
    let isLate = false
    const stop = (): void => {
      isLate = true
      void this.cancel().catch(() => undefined)
    }
    try {
      for (;;) {
        const timer = startTimer(stop, batchTimeoutMs)
        const next = await batches
          .next()
          .catch((error: unknown) => {
            throw isLate ? tooLate(batchTimeoutMs, error) : error
          })
          .finally(() => clearTimeout(timer))
        if (isLate) throw tooLate(batchTimeoutMs)
        if (next.done === true) return
        yield next.value
      }
    } finally {
      await batches.return(undefined)
    }
  }

  /** A connection that keeps the limits of a stream is not used again. */
  async #restoreLimits(): Promise<void> {
    if (this.broken !== undefined) return
    const statement = { text: this.#streams.after, isRead: false, isKept: false }
    await this.#run(statement, []).catch((error: unknown) => this.#break(error as Error))
  }

  /** A statement that has not begun is not hit, so it is killed again until it has ended. */
  async cancel(): Promise<void> {
    const running = this.#running
    if (running === undefined || this.broken !== undefined) return
    const killer = await this.#openKiller()
    const end = performance.now() + CANCEL_TIMEOUT_MS
    try {
      await killer.kill(this.id)
      for (let pauseMs = 5; this.#waits(running) && performance.now() < end; pauseMs *= 2) {
        await setTimeout(pauseMs)
        if (this.#waits(running)) await killer.kill(this.id)
      }
    } finally {
      killer.close()
    }
  }

  onBroken(listener: (error: Error) => void): void {
    this.#onBroken = listener
  }

  async close(): Promise<void> {
    this.#onBroken = undefined
    if (this.broken !== undefined) return this.destroy()
    const end = (): Promise<void> => new Promise((resolve) => this.#client.end(() => resolve()))
    await closeWithin(end, () => this.destroy())
  }

  destroy(): void {
    this.#onBroken = undefined
    letGo(this.#client)
    // mysql2 tells nobody.
    this.#break(closedError())
  }

  #run(statement: Statement, values: readonly DriverValue[]): Promise<Result> {
    if (this.broken !== undefined) return Promise.reject(this.broken)
    const running = this.#begin()
    return new Promise((resolve, reject) => {
      this.#rejectRunning = reject
      this.#start(statement, values, (error, rows, fields) => {
        this.#end(running)
        if (!this.#isKept || statement.isKept === false) this.#client.unprepare(statement.text)
        if (error === null) resolve(new MysqlResult(rows, fields))
        else reject(error)
      })
    })
  }

  #start(
    { text }: Statement,
    values: readonly DriverValue[],
    done?: (error: Error | null, rows: unknown, fields: FieldPacket[] | undefined) => void,
  ): Query {
    if (values.length === 0) return this.#client.query({ sql: text }, done as never)
    const parameters = values.map((value) => this.#toParameter(value))
    return this.#client.execute({ sql: text, values: parameters }, done as never)
  }

  /** mysql2 sends each number as a floating point one, which LIMIT does not take and large integers do not survive. */
  #toParameter(value: DriverValue): unknown {
    if (typeof value === 'bigint' || Number.isSafeInteger(value)) return this.#types.LONGLONG(value)
    if (!(value instanceof Uint8Array)) return value
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  #begin(): Running {
    const running = { hasRows: false }
    this.#running = running
    return running
  }

  #end(running: Running): void {
    if (this.#running === running) this.#running = undefined
    this.#rejectRunning = undefined
  }

  #waits(running: Running): boolean {
    return this.#running === running && !running.hasRows && this.broken === undefined
  }

  #break(error: Error): void {
    if (this.broken !== undefined) return
    this.broken = error
    this.#stream?.destroy(error)
    this.#endStream?.()
    this.#rejectRunning?.(error)
    if (this.#running === undefined) this.#onBroken?.(error)
  }
}

/** Ends the socket at once; the `destroy` of mysql2 waits for the server to end it too. */
export function letGo(client: Client): void {
  client.destroy()
  // The types omit the socket.
  const { stream } = client as Client & { readonly stream: Duplex }
  stream.destroy()
}

/** As the server says it of a statement. */
function tooLate(withinMs: number, cause?: unknown): Error {
  const error = new Error(`The next rows did not come within ${withinMs} ms.`, { cause })
  return Object.assign(error, { errno: 3024 })
}

async function* inBatches(
  rows: AsyncIterable<unknown>,
  batchRows: number,
  running: Running,
): AsyncGenerator<readonly DriverRow[]> {
  let batch: DriverRow[] = []
  for await (const row of rows) {
    running.hasRows = true
    batch.push(row as DriverRow)
    if (batch.length < batchRows) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** `MYSQL_TYPE_LONGLONG` of the protocol. */
const LONGLONG = 8

class MysqlResult implements Result {
  readonly rows: readonly DriverRow[]
  readonly affected: number
  readonly insertId?: number | string
  readonly #fields: readonly FieldPacket[]

  constructor(rows: unknown, fields: FieldPacket[] | undefined) {
    this.rows = Array.isArray(rows) ? (rows as DriverRow[]) : []
    if (Array.isArray(rows)) this.affected = rows.length
    else {
      const { affectedRows, insertId } = rows as ResultSetHeader
      this.affected = affectedRows
      this.insertId = insertId
    }
    this.#fields = fields ?? []
  }

  columns(): readonly ResultColumn[] {
    return this.#fields.map(({ name, orgName, orgTable }) => ({
      name,
      table: orgTable === '' ? undefined : orgTable,
      column: orgName === '' ? undefined : orgName,
    }))
  }

  /** Of columns with one name a row has the last. */
  wholeNumbers(): readonly string[] {
    const types = new Map(this.#fields.map((field) => [field.name, field]))
    return [...types.values()]
      .filter(({ type, orgTable }) => type === LONGLONG && orgTable === '')
      .map(({ name }) => name)
  }
}
