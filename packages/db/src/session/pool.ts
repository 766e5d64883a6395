import type { Adapter, Lane, MaybePromise, Statement } from '../adapter/index.ts'
import type { Holder } from './holder.ts'
import { LanePool, type Asker } from './lane-pool.ts'

/** How often the pool looks for statements that do not end, and for what nobody uses, ms. */
const WATCH_MS = 500
/** What the server's own limit of a statement gets before the connection is cut, ms. */
const GRACE_MS = 2000

const PING: Statement = { text: 'select 1', isRead: true, isKept: false }

/** All connections of a database. Where one writes alone, others read beside it. */
export class Pool {
  readonly #adapter: Adapter
  readonly #writers: LanePool
  readonly #readers: LanePool
  readonly #watch: NodeJS.Timeout

  constructor(adapter: Adapter, database: string) {
    this.#adapter = adapter
    const { poolSize } = adapter.pool
    const lane = (name: Lane, size: number): LanePool => new LanePool(adapter, name, { size, database })
    this.#writers =
      adapter.lanes === 'equal'
        ? lane('any', poolSize)
        : lane(adapter.lanes === 'single' ? 'any' : 'writer', 1)
    this.#readers = adapter.lanes === 'one-writer' ? lane('reader', Math.max(1, poolSize - 1)) : this.#writers
    this.#watch = setInterval(() => this.#look(), WATCH_MS).unref()
  }

  /** @throws as {@link LanePool.acquire} */
  acquire(isRead: boolean, asker: Asker): MaybePromise<Holder> {
    return (isRead ? this.#readers : this.#writers).acquire(asker)
  }

  release(holder: Holder): void {
    this.#laneOf(holder).release(holder)
  }

  discard(holder: Holder, error: unknown): void {
    this.#laneOf(holder).discard(holder.connection, error)
  }

  /** Closes those that nobody uses at present. */
  closeIdle(): void {
    void this.#writers.closeIdle(Infinity)
    if (this.#readers !== this.#writers) void this.#readers.closeIdle(Infinity)
  }

  /**
   * Asks whether the database answers: on a connection beside the pool, since a full pool is not a database that is down. Where there is
   * one in all, another would be another database, or a second one in the same folder: then that is asked, and one that is in use is up.
   *
   * @throws the error of the driver, or the reason of the signal
   */
  async ping(signal: AbortSignal): Promise<void> {
    if (this.#adapter.lanes === 'single') return this.#pingOnly()
    const connection = await this.#adapter.connect('reader', signal)
    try {
      await connection.run(PING, [])
    } finally {
      await connection.close()
    }
  }

  async #pingOnly(): Promise<void> {
    for (const { connection } of this.holders()) {
      // Its statements have limits of their own.
      if (connection.broken === undefined) return
    }
    const holder = await this.acquire(true, { label: 'health', site: undefined, frame: undefined })
    try {
      await holder.connection.run(PING, [])
    } finally {
      this.release(holder)
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    await Promise.all([
      this.#writers.close(),
      this.#readers === this.#writers ? undefined : this.#readers.close(),
    ])
  }

  /** Those who hold a connection. */
  *holders(): Iterable<Holder> {
    yield* this.#writers.holders
    if (this.#readers !== this.#writers) yield* this.#readers.holders
  }

  #laneOf({ lane }: Holder): LanePool {
    return lane === 'reader' ? this.#readers : this.#writers
  }

  /** The last resort where a server answers nothing at all: no wait is without an end. */
  #look(): void {
    const now = performance.now()
    const { statementTimeoutMs, idleInTransactionTimeoutMs, idleTimeoutMs } = this.#adapter.pool
    for (const holder of this.holders()) {
      const { busySince, idleSince, onIdle, connection } = holder
      if (busySince !== undefined && now - busySince > statementTimeoutMs + GRACE_MS) connection.destroy()
      else if (
        busySince === undefined &&
        onIdle !== undefined &&
        now - idleSince > idleInTransactionTimeoutMs
      ) {
        holder.onIdle = undefined
        onIdle()
      }
    }
    void this.#writers.closeIdle(now - idleTimeoutMs)
    if (this.#readers !== this.#writers) void this.#readers.closeIdle(now - idleTimeoutMs)
  }
}
