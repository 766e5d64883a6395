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

  constructor(connection: RunnerConnection, limits: LockWait) {
    this.#connection = connection
    this.#limits = limits
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

  /** Who a connection of the server is; undefined where that is not known. */
  async ofConnection(connection: string): Promise<string | undefined> {
    const row = await this.#read()
    return row?.connection === connection ? textOf(row) : undefined
  }

  /** Who has signed; undefined where nobody has, or one that is gone. */
  async ofProcess(): Promise<string | undefined> {
    const row = await this.#read()
    return row !== undefined && isAlive(row) ? textOf(row) : undefined
  }

  /**
   * Runs what may find that another process writes to the file, until it does not.
   *
   * @throws {MigrationLockError} when that does not end in time
   */
  async whenFree<T>(step: () => Promise<T>): Promise<T> {
    const { dialect, adapter, limits } = this.#connection
    const end = performance.now() + this.#limits.timeoutMs
    let isTold = false
    for (;;) {
      try {
        return await step()
      } catch (error) {
        if (dialect.system !== 'sqlite' || adapter.failureOf(error).kind !== 'busy') throw error
        // Not a runner: this one has their lock.
        const by = 'another process that writes to this file'
        if (!isTold) this.#limits.onEvent({ kind: 'waiting', by })
        isTold = true
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
      .catch((error: unknown) => {
        if (this.#connection.isBroken) throw error
        return undefined
      })
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
function isAlive(row: Row): boolean {
  if (row.host !== hostname()) return true
  try {
    process.kill(row.pid, 0)
    return true
  } catch (error) {
    return (error as { readonly code?: unknown }).code === 'EPERM'
  }
}
