// Conflicts that a server tells: what runs again for them, and what the caller gets.
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import {
  createTables,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  TransactionConflictError,
} from '../src/index.ts'
import type { Adapter, OwnedDatabase, TransactionOptions } from '../src/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

const Notes = table('notes', {
  id: integer().primary(),
  name: text({ maxLength: 20 }).unique(),
  n: integer().default(0),
})
const tables = defineTables({ notes: Notes })
type Notebook = OwnedDatabase<typeof tables>

const [inPostgres, inMariadb] = await Promise.all([
  findPostgres().then(({ url }) => (url === undefined ? undefined : makePostgres(url))),
  findMariadb().then(({ url }) => (url === undefined ? undefined : makeMariadb(url))),
])
afterAll(() => Promise.all([inPostgres?.drop(), inMariadb?.drop()]))

const servers: readonly (readonly [string, Adapter])[] = [
  ...(inPostgres === undefined ? [] : [['PostgreSQL', postgres(inPostgres.url)] as const]),
  ...(inMariadb === undefined ? [] : [['MariaDB', mysql(inMariadb.url)] as const]),
]

/** The work's own words for whatever went wrong. */
class OrderFailed extends Error {}

describe.each(servers)('a conflict on %s', (system, adapter) => {
  let db: Notebook
  beforeEach(async () => {
    db = await openDatabase(adapter, tables)
    await db.sql`drop table if exists notes`
    await createTables(db)
    await db.notes.insertMany([
      { id: 1, name: 'a' },
      { id: 2, name: 'b' },
    ])
    return () => db[Symbol.asyncDispose]()
  })

  const lock = (id: number): Promise<unknown> => db.sql`select id from notes where id = ${id} for update`

  /** Two transactions that lock two rows in another order, whose second lock is `wrapped`; says how often their work ran. */
  async function deadlock(
    wrapped: (locking: Promise<unknown>) => Promise<unknown>,
    options: TransactionOptions = {},
  ): Promise<{ readonly runs: number; readonly ends: readonly unknown[] }> {
    let runs = 0
    let bothHave = (): void => {}
    const both = new Promise<void>((resolve) => (bothHave = resolve))
    const work = (first: number, second: number): Promise<unknown> =>
      db.transaction(async () => {
        await lock(first)
        if (++runs === 2) bothHave()
        await both
        await wrapped(lock(second))
        return 'done'
      }, options)
    const settled = await Promise.allSettled([work(1, 2), work(2, 1)])
    return { runs, ends: settled.map((one) => (one.status === 'fulfilled' ? one.value : one.reason)) }
  }

  const wrap = (locking: Promise<unknown>): Promise<unknown> =>
    locking.catch((cause: unknown) => {
      throw new OrderFailed('The order failed.', { cause })
    })

  it('runs the work again, also where that has wrapped it or dropped it', async () => {
    for (const wrapped of [
      wrap,
      (locking: Promise<unknown>) => wrap(wrap(locking)),
      (locking: Promise<unknown>) => locking.catch(() => {}),
    ])
      expect(await deadlock(wrapped)).toEqual({ runs: 3, ends: ['done', 'done'] })
  })

  it('is what the caller gets after the last run, instead of what it was wrapped in', async () => {
    const { runs, ends } = await deadlock(wrap, { retries: 0 })
    expect(runs).toBe(2)
    expect(ends).toContainEqual('done')
    expect(ends).toContainEqual(expect.objectContaining({ code: 'ERR_DB_CONFLICT', status: 503 }))
  })

  it('that the transaction did not have runs nothing again: an error with one as its cause', async () => {
    let runs = 0
    const failed = new OrderFailed('The order failed.', { cause: new TransactionConflictError() })
    const work = db.transaction(() => {
      runs++
      throw failed
    })
    await expect(work).rejects.toBe(failed)
    expect(runs).toBe(1)
  })

  it.runIf(system === 'PostgreSQL')('is one between two versions of a row, too', async () => {
    let runs = 0
    await db.transaction(
      async () => {
        await db.notes.byId(1)
        if (++runs === 1)
          await db.transaction(() => db.sql`update notes set n = n + 1 where id = 1`, { propagation: 'new' })
        await wrap(db.sql`update notes set n = n + 1 where id = 1`)
      },
      { isolation: 'repeatable read' },
    )
    expect([runs, (await db.notes.byId(1))?.n]).toEqual([2, 2])
  })

  it.runIf(system === 'MariaDB')('of the insert of an upsert is told as one, and no violation', async () => {
    const told: unknown[] = []
    let runs = 0
    let hasTaken = (): void => {}
    let hasLocked = (): void => {}
    const taken = new Promise<void>((resolve) => (hasTaken = resolve))
    const locked = new Promise<void>((resolve) => (hasLocked = resolve))
    const upserts = db.transaction(async () => {
      await lock(1)
      hasLocked()
      await taken
      runs++
      await db.notes.upsert({ id: 3, name: 'taken' }, { on: ['id'] }).catch((error: unknown) => {
        told.push(error)
        throw error
      })
    })
    const takes = db.transaction(async () => {
      await locked
      // The server ends the one that has written less.
      await db.notes.insertMany(Array.from({ length: 50 }, (_, at) => ({ id: 10 + at, name: `n${at}` })))
      await db.notes.insert({ id: 9, name: 'taken' })
      hasTaken()
      await lock(1)
    })
    const [upserted, took] = await Promise.allSettled([upserts, takes])
    expect(took).toMatchObject({ status: 'fulfilled' })
    expect(upserted).toMatchObject({ status: 'rejected', reason: { code: 'ERR_DB_UNIQUE' } })
    expect(told).toMatchObject([{ code: 'ERR_DB_CONFLICT' }, { code: 'ERR_DB_UNIQUE' }])
    expect(runs).toBe(2)
  })
})
