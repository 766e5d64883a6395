// On the path of each query: takes a connection that is free without a promise.
import type { Frame } from '@keelson/core'
import type { Adapter, Connection, Lane, MaybePromise } from '../adapter/index.ts'
import { ConnectionError, DatabaseBusyError, DatabaseClosedError } from '../errors.ts'
import { reasonOf } from './cancellation.ts'
import { POOLS, type PoolMessage } from './diagnostics.ts'
import { toDatabaseError } from './driver-errors.ts'
import { describeHolders, type Holder } from './holder.ts'

/** Who wants a connection. */
export interface Asker {
  readonly label: string
  readonly site: (() => string | undefined) | undefined
  /** Its signal ends the wait. */
  readonly frame: Frame | undefined
}

interface Waiter {
  readonly asker: Asker
  readonly give: (connection: Connection) => void
  readonly fail: (error: unknown) => void
}

/** What helps where no connection is free: there is not always room for more. */
const REMEDIES: Readonly<Record<Adapter['lanes'], string>> = {
  equal: 'End transactions sooner, or raise poolSize.',
  'one-writer': 'End transactions sooner: a file has one writer.',
  single:
    'This database has one connection: run a stream and the statements of its loop in one transaction, or read all rows first.',
}

/** Connections of one lane: a bounded number, each used by one at a time, waited for in order. */
export class LanePool {
  /** Those that are in use. Few at a time, and each for a short time: a list costs less than a map. */
  readonly holders: Holder[] = []
  readonly #adapter: Adapter
  readonly #lane: Lane
  readonly #size: number
  readonly #database: string
  /** The last holders of connections that are free. */
  readonly #idle: Pick<Holder, 'connection' | 'idleSince'>[] = []
  readonly #waiting = new Set<Waiter>()
  readonly #connecting = new Set<AbortController>()
  #isClosed = false

  constructor(adapter: Adapter, lane: Lane, { size, database }: { size: number; database: string }) {
    this.#adapter = adapter
    this.#lane = lane
    this.#size = size
    this.#database = database
  }

  /** @throws {DatabaseBusyError} when none was free in time; {@link ConnectionError} when none can be made; the signal's reason */
  acquire(asker: Asker): MaybePromise<Holder> {
    if (this.#isClosed) throw closed(this.#database)
    const idle = this.#idle.pop()
    if (idle !== undefined) return this.#hold(idle.connection, asker)
    return this.#wait(asker)
  }

  /** Gives a connection back, to the next who waits. A broken one is let go. */
  release(holder: Holder): void {
    const { connection } = holder
    this.#letGo(connection)
    if (connection.broken !== undefined || this.#isClosed) return this.discard(connection, connection.broken)
    const next = this.#next()
    if (next !== undefined) next.give(connection)
    else this.#idle.push(holder)
  }

  /** Lets go of a connection for good; another is made where one is waited for. */
  discard(connection: Connection, error?: unknown): void {
    this.#letGo(connection)
    connection.destroy()
    this.#publish(error === undefined ? 'closed' : 'broken', error)
    if (this.#waiting.size > 0) this.#grow()
  }

  /** Closes what nobody has used since then; all of them with `Infinity`. */
  async closeIdle(before: number): Promise<void> {
    const stale = this.#idle.filter(({ idleSince }) => idleSince < before)
    this.#idle.splice(0, this.#idle.length, ...this.#idle.filter(({ idleSince }) => idleSince >= before))
    await Promise.all(
      stale.map(async ({ connection }) => {
        await connection.close().catch(() => connection.destroy())
        this.#publish('closed')
      }),
    )
  }

  /** Takes no one any more, and ends the waits. Connections in use are closed when they are given back. */
  async close(): Promise<void> {
    this.#isClosed = true
    for (const waiter of this.#waiting) waiter.fail(closed(this.#database))
    for (const controller of this.#connecting) controller.abort(closed(this.#database))
    await this.closeIdle(Infinity)
  }

  #hold(connection: Connection, { label, site }: Asker): Holder {
    const now = performance.now()
    const holder: Holder = {
      connection,
      lane: this.#lane,
      label,
      site,
      since: now,
      busySince: undefined,
      idleSince: now,
      onIdle: undefined,
    }
    this.holders.push(holder)
    return holder
  }

  #letGo(connection: Connection): void {
    const at = this.holders.findIndex((holder) => holder.connection === connection)
    const last = at === -1 ? undefined : this.holders.pop()
    if (last !== undefined && at < this.holders.length) this.holders[at] = last
  }

  async #wait(asker: Asker): Promise<Holder> {
    const { frame } = asker
    if (frame?.isAborted === true) throw reasonOf(frame)
    return new Promise<Holder>((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        this.#waiting.delete(waiter)
        frame?.removeAbortListener(onAbort)
      }
      const waiter: Waiter = {
        asker,
        give: (connection) => {
          done()
          resolve(this.#hold(connection, asker))
        },
        fail: (error) => {
          done()
          reject(error as Error)
        },
      }
      const onAbort = (): void => waiter.fail(frame === undefined ? undefined : reasonOf(frame))
      const { acquireTimeoutMs, connectTimeoutMs } = this.#adapter.pool
      const late = (): void => {
        // Nobody holds one: it waits for the first, which has a limit of its own.
        if (this.holders.length > 0 || this.#connecting.size === 0) waiter.fail(this.#exhausted())
        else timer = setTimeout(() => waiter.fail(this.#exhausted()), connectTimeoutMs)
      }
      let timer = setTimeout(late, acquireTimeoutMs)
      frame?.addAbortListener(onAbort)
      this.#waiting.add(waiter)
      this.#grow()
    })
  }

  #next(): Waiter | undefined {
    for (const waiter of this.#waiting) return waiter
    return undefined
  }

  get #total(): number {
    return this.holders.length + this.#idle.length + this.#connecting.size
  }

  /** Makes a connection for those who wait, where there may be one more. */
  #grow(): void {
    if (this.#isClosed || this.#total >= this.#size || this.#connecting.size >= this.#waiting.size) return
    const controller = new AbortController()
    this.#connecting.add(controller)
    void this.#connect(controller)
  }

  async #connect(controller: AbortController): Promise<void> {
    const { connectTimeoutMs } = this.#adapter.pool
    const timer = setTimeout(() => controller.abort(this.#noConnection(connectTimeoutMs)), connectTimeoutMs)
    try {
      const connection = await this.#adapter.connect(this.#lane, controller.signal)
      this.#connecting.delete(controller)
      this.#accept(connection)
    } catch (error) {
      this.#connecting.delete(controller)
      this.#next()?.fail(
        controller.signal.aborted
          ? controller.signal.reason
          : toDatabaseError(error, this.#adapter.failureOf(error), { place: this.#adapter.place }),
      )
      if (this.#waiting.size > 0) this.#grow()
    } finally {
      clearTimeout(timer)
    }
  }

  #accept(connection: Connection): void {
    connection.onBroken((error) => {
      const at = this.#idle.findIndex((idle) => idle.connection === connection)
      if (at === -1) return
      this.#idle.splice(at, 1)
      this.discard(connection, error)
    })
    this.#publish('connected')
    if (this.#isClosed) return this.discard(connection)
    const next = this.#next()
    if (next !== undefined) next.give(connection)
    else this.#idle.push({ connection, idleSince: performance.now() })
  }

  #noConnection(withinMs: number): Error {
    return new ConnectionError({
      message: `${this.#adapter.place}: no connection was made within ${withinMs} ms. Look whether the server answers.`,
      cause: lateConnection(withinMs),
    })
  }

  #exhausted(): Error {
    const { place, pool, lanes } = this.#adapter
    const { acquireTimeoutMs: waitedMs } = pool
    const held = describeHolders(this.holders, performance.now())
    const all =
      this.#size === 1
        ? `The only ${this.#noun()} of ${place} was`
        : `All ${this.#size} connections to ${place} were`
    const message =
      this.holders.length === 0
        ? `${place}: no connection was made within ${waitedMs} ms.`
        : `${all} in use for ${waitedMs} ms: ${held}. ${REMEDIES[this.#lane === 'reader' ? 'equal' : lanes]}`
    const cause = this.holders.length === 0 ? lateConnection(waitedMs) : undefined
    const error = new DatabaseBusyError({ message, cause })
    this.#publish('exhausted', error)
    return error
  }

  #noun(): string {
    return this.#lane === 'writer' ? 'connection that writes' : 'connection'
  }

  #publish(event: PoolMessage['event'], error?: unknown): void {
    if (!POOLS.hasSubscribers) return
    const message: PoolMessage = {
      database: this.#database,
      event,
      connections: this.#total,
      idle: this.#idle.length,
      waiting: this.#waiting.size,
      error,
    }
    POOLS.publish(message)
  }
}

/** As a socket says it: what a start makes of it has a place and a remedy of its own. */
function lateConnection(withinMs: number): Error {
  return Object.assign(new Error(`no connection was made within ${withinMs} ms`), { code: 'ETIMEDOUT' })
}

function closed(database: string): Error {
  return new DatabaseClosedError({
    message: `The database '${database}' is closed. Use it while the app runs.`,
  })
}
