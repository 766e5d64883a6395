// Who is at work, in a table of one row: for those that wait, and of no other effect.
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { DriverValue } from '../adapter/index.ts'
import { MigrationLockError } from '../errors.ts'
import type { MigrationEvent } from './contract.ts'
import type { RunnerConnection } from './runner-connection.ts'

const TABLE = 'keelson_migration_runner'
const PAUSE_MS = 50

/** What waiting needs. */
export interface LockWait {
  readonly timeoutMs: number
  readonly onEvent: (event: MigrationEvent) => void
}

interface Row {
  /** Id of its connection. */
  readonly connection: string
  readonly pid: number
  readonly host: string
  readonly since: string
}

/** The sign of a runner. */
export class RunnerSign {
  readonly #connection: RunnerConnection
  readonly #limits: LockWait
  /** The runner that was at work at the beginning, on SQLite. */
  #other: Row | undefined

  private constructor(connection: RunnerConnection, limits: LockWait) {
    this.#connection = connection
    this.#limits = limits
  }

  static async open(connection: RunnerConnection, limits: LockWait): Promise<RunnerSign> {
    const sign = new RunnerSign(connection, limits)
    sign.#other = await sign.#read()
    return sign
  }

  async write(): Promise<void> {
    const { dialect, id } = this.#connection
    const text = (length: number): string => (dialect.system === 'sqlite' ? 'text' : `varchar(${length})`)
    await this.whenFree(() =>
      this.#run(
        `create table if not exists ${TABLE} (id integer not null primary key, connection ${text(40)} not null, pid integer not null, host ${text(255)} not null, since ${text(30)} not null)`,
      ),
    )
    await this.whenFree(() => this.#run(`delete from ${TABLE}`))
    await this.whenFree(() =>
      this.#run(`insert into ${TABLE} (id, connection, pid, host, since) values (1, ?, ?, ?, ?)`, [
        id,
        process.pid,
        hostname().slice(0, 255),
        new Date().toISOString(),
      ]),
    )
  }

  async remove(): Promise<void> {
    // Of no effect where it stays: it is compared with the connection that has the lock.
    await this.#connection
      .finish(this.#placed(`delete from ${TABLE} where connection = ?`), [this.#connection.id])
      .catch(() => undefined)
  }

  /** Who a connection of the server is, as far as that is known. */
  async describe(connection: string): Promise<string> {
    const row = await this.#read()
    return row?.connection === connection ? textOf(row) : `connection ${connection} of the server`
  }

  /**
   * Runs what may find that another process writes to the file, until it does not.
   *
   * @throws {MigrationLockError} when that does not end in time
   */
  async whenFree<T>(step: () => Promise<T>): Promise<T> {
    const { dialect, adapter, limits } = this.#connection
    const end = performance.now() + this.#limits.timeoutMs
    let told = ''
    for (;;) {
      try {
        return await step()
      } catch (error) {
        if (dialect.system !== 'sqlite' || adapter.failureOf(error).kind !== 'busy') throw error
        const by = isAlive(this.#other) ? textOf(this.#other!) : 'another process that writes to this file'
        if (by !== told) this.#limits.onEvent({ kind: 'waiting', by })
        told = by
        if (performance.now() >= end)
          throw new MigrationLockError({
            message: `${adapter.place}: ${by} did not end within ${this.#limits.timeoutMs} ms. Wait for it, or end it.`,
            cause: error,
          })
        await wait(PAUSE_MS, undefined, { signal: limits.signal })
      }
    }
  }

  async #read(): Promise<Row | undefined> {
    // Before the first run there is no such table.
    const result = await this.#connection
      .run(`select connection, pid, host, since from ${TABLE}`)
      .catch(() => undefined)
    this.#connection.limits.signal?.throwIfAborted()
    const row = result?.rows[0]
    if (row === undefined) return undefined
    return {
      connection: String(row['connection']),
      pid: Number(row['pid']),
      host: String(row['host']),
      since: String(row['since']),
    }
  }

  #run(text: string, values: readonly DriverValue[] = []): Promise<unknown> {
    return this.#connection.run(this.#placed(text), values)
  }

  #placed(text: string): string {
    let number = 0
    return text.replaceAll('?', () => this.#connection.dialect.placeholder(++number))
  }
}

function textOf({ pid, host, since }: Row): string {
  return `process ${pid} on ${host}, since ${since}`
}

/** On this machine a process that is gone is known to be. */
function isAlive(row: Row | undefined): boolean {
  if (row === undefined) return false
  if (row.host !== hostname()) return true
  try {
    process.kill(row.pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM'
  }
}
