// A session on a real database, without tables: what transactions and pools are tested with.
import { createLogger, type Clock, type Logger } from '@keelson/core'
import { createSeededRandom, systemClock } from '@keelson/core/ports'
import type { Adapter, DriverValue, Result } from '../src/adapter/index.ts'
import { DatabaseSession, Pool, QueryWatch, type QueryWatchSettings } from '../src/session/index.ts'

/** A session and what its tests need of it. */
export interface OpenedSession extends AsyncDisposable {
  readonly session: DatabaseSession
  readonly pool: Pool
  run(text: string, values?: readonly DriverValue[], isRead?: boolean): Promise<Result>
  /** Values of the first column. */
  list(text: string): Promise<unknown[]>
}

/** Opens a session; closing it closes the pool. */
export async function openSession(
  adapter: Adapter,
  watching: Partial<QueryWatchSettings> = {},
  logger: Logger = createLogger({ level: 'silent' }),
  clock: Clock = systemClock,
): Promise<OpenedSession> {
  const pool = new Pool(adapter, 'test')
  const watch = new QueryWatch({
    database: 'test',
    logger,
    slowQueryMs: 60_000,
    counts: false,
    maxRepeats: 10,
    maxQueries: Infinity,
    ...watching,
  })
  const random = createSeededRandom(1)
  const session = new DatabaseSession({
    name: 'test',
    adapter,
    pool,
    watch,
    clock,
    random,
    logger,
    hasSites: true,
  })
  const run = async (text: string, values: readonly DriverValue[] = [], isRead = false): Promise<Result> =>
    session.operation('sql', run, () => session.run({ statement: { text, isRead }, values, label: 'sql' }))
  pool.release(await pool.acquire(false, { label: 'open', site: undefined, frame: undefined }))
  return {
    session,
    pool,
    run,
    list: async (text) => (await run(text, [], true)).rows.map((row) => Object.values(row)[0]),
    [Symbol.asyncDispose]: () => pool.close(),
  }
}
