// Requests that are cancelled while they hold a lock and wait for the server, and what is left of them.
import { getEventListeners } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { FrameworkError, runInNewFrame } from '@keelson/core'
import type { OpenedSession } from '../open-session.ts'

const ROWS = 20
/** How many at a time; more than the pool has connections, so that some are cancelled while they wait for one. */
const AT_A_TIME = 16

/** What a number of cancelled requests came to. */
export interface Cancelled {
  readonly committed: number
  readonly cancelled: number
  /** What was thrown and is not the reason of the cancellation. */
  readonly others: readonly unknown[]
  /** Listeners that are left on the signals. */
  readonly listeners: number
  /** The sum of the rows: what was written and not rolled back. */
  readonly written: number
  readonly durationMs: number
}

/**
 * Runs requests, each a transaction that locks a row and then waits on the server, and cancels each at another moment.
 *
 * @param wait - a statement that takes some milliseconds
 */
export async function cancelRequests(db: OpenedSession, count: number, wait: string): Promise<Cancelled> {
  await db.run('drop table if exists counters')
  await db.run('create table counters (id integer primary key, n integer not null)')
  for (let id = 0; id < ROWS; id++) await db.run(`insert into counters values (${id}, 0)`)
  const gone = new Error('the client is gone')
  const others: unknown[] = []
  let [committed, cancelled, listeners, next] = [0, 0, 0, 0]
  const request = async (at: number): Promise<void> => {
    const controller = new AbortController()
    const { signal } = controller
    const work = runInNewFrame(
      () =>
        db.session.transaction(async () => {
          await db.run(`update counters set n = n + 1 where id = ${at % ROWS}`)
          await db.run(wait)
        }),
      { signal },
    )
    const over = work.then(
      () => (committed += 1),
      (error: unknown) => {
        if (error === gone) cancelled += 1
        else others.push(FrameworkError.is(error) ? `${error.code}: ${error.message}` : error)
      },
    )
    await Promise.race([over, setTimeout(at % 12)])
    controller.abort(gone)
    await over
    listeners += getEventListeners(signal, 'abort').length
  }
  const begun = performance.now()
  const worker = async (): Promise<void> => {
    while (next < count) await request(next++)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  const durationMs = performance.now() - begun
  const written = Number((await db.list('select sum(n) from counters'))[0])
  return { committed, cancelled, others, listeners, written, durationMs }
}
