import { runInNewFrame } from '@keelson/core'
import { sql } from '../sql/index.ts'
import { errorOf, person, type Cases, type SuiteDatabase } from './suite-case.ts'

/** Longer than a statement takes to be cancelled, and shorter than {@link sleeping}. */
const SOON_MS = 5000

/** A statement that runs for 20 seconds; undefined where no statement can be cancelled, and it would hold up the process. */
async function sleeping(db: SuiteDatabase): Promise<(() => Promise<unknown>) | undefined> {
  const { session } = db['~internal']
  const holder = await session.acquire(true, { label: 'suite', site: undefined, frame: undefined })
  const { cancel } = holder.connection
  session.release(holder)
  if (cancel === undefined) return undefined
  const text = session.dialect.system === 'postgresql' ? sql`select pg_sleep(20)` : sql`select sleep(20)`
  return () => db.sql`${text}`
}

/** What becomes of work whose request is over. */
export const CANCELLATION_CASES: Cases = {
  'rolls back what a request has begun when it is over': async (db, expect) => {
    const gone = new Error('gone')
    const controller = new AbortController()
    const work = async (): Promise<void> => {
      await db.people.insert(person('a'))
      controller.abort(gone)
      await db.people.count()
    }
    const frame = { signal: controller.signal }
    expect((await errorOf(runInNewFrame(() => db.transaction(work), frame))) === gone).toEqual(true)
    expect(await db.people.count()).toEqual(0)
  },
  'cancels the statement that runs, and goes on with its connection': async (db, expect) => {
    const sleep = await sleeping(db)
    if (sleep === undefined) return
    for (const run of [sleep, () => db.transaction(sleep)]) {
      const begun = performance.now()
      const controller = new AbortController()
      const gone = new Error('gone')
      setTimeout(() => controller.abort(gone), 50)
      expect((await errorOf(runInNewFrame(run, { signal: controller.signal }))) === gone).toEqual(true)
      expect(performance.now() - begun < SOON_MS).toEqual(true)
      const counts = Array.from({ length: 20 }, () => db.people.count())
      expect(new Set(await Promise.all(counts))).toEqual(new Set([0]))
    }
  },
}
