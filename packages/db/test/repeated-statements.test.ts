// Statements outside of a transaction that a conflict has undone: which run again, how often, and what the caller gets.
import { setTimeout as wait } from 'node:timers/promises'
import { channel } from 'node:diagnostics_channel'
import { runInNewFrame, type Random } from '@keelson/core'
import { conditionsOn } from '@keelson/core/conditions'
import { systemRandom } from '@keelson/core/ports'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defineTables, integer, table, text } from '../src/index.ts'
import type { OwnedDatabase, QueryMessage } from '../src/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { ALL_SYSTEMS, SYSTEMS } from './systems.ts'

const tables = defineTables({
  notes: table('notes', { id: integer().primary(), name: text({ maxLength: 20 }), n: integer().default(0) }),
  users: table('users', { id: integer().primary() }),
  follows: table('follows', {
    follower: integer().references('users', { as: 'by', inverse: 'follows' }).primary(),
    followed: integer().references('users', { as: 'of', inverse: 'followers' }).primary(),
  }),
})
type Notebook = OwnedDatabase<typeof tables>
type Statement = (db: Notebook) => Promise<unknown>

/** Each wait is as long as it may be. */
const patient: Random = { ...systemRandom, int: (below) => below - 1 }

const SERVERS = ALL_SYSTEMS.filter(([name]) => name === 'PostgreSQL' || name === 'MariaDB')

/** Ends of the statements of a label. */
let ends: string[] = []
const note = (message: unknown): void => {
  const { label, text: statement, error } = message as QueryMessage
  if (/^(?:update|delete|call|select fail|\/\*)/.test(statement) && !label.startsWith('transaction'))
    ends.push(error === undefined ? 'done' : ((error as { code?: string }).code ?? 'other'))
}
beforeEach(() => {
  ends = []
  channel('keelson:db:query').subscribe(note)
})
afterEach(() => {
  channel('keelson:db:query').unsubscribe(note)
})

describe.each(SERVERS)('the victim of a deadlock on %s', (system, make) => {
  const on = openingDatabase(make, tables)

  /** Who changes the row 1 has its lock for a while before it goes on. */
  async function lingering(db: Notebook): Promise<void> {
    if (system === 'PostgreSQL') {
      await db.sql`create or replace function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(0.15); return coalesce(new, old); end $$`
      await db.sql`create or replace trigger lingering before update or delete on notes for each row when (old.id = 1) execute function linger()`
    } else {
      await db.sql`create or replace trigger lingering before update on notes for each row do if(old.id = 1, sleep(0.15), 0)`
      await db.sql`create or replace trigger leaving before delete on notes for each row do if(old.id = 1, sleep(0.15), 0)`
    }
  }

  const isLocked = async (db: Notebook): Promise<boolean> =>
    (await db.sql`select id from notes where id = 1 for update skip locked`).length === 0

  /** A statement that locks the rows 1 and 2, against a transaction that has 2 and then wants 1. */
  async function meet(db: Notebook, statement: Statement): Promise<unknown> {
    await db.sql`delete from notes`
    await db.notes.insertMany([1, 2].map((id) => ({ id, name: `n${id}` })))
    await lingering(db)
    ends = []
    let hasLocked = (): void => {}
    let isMet = (): void => {}
    const locked = new Promise<void>((resolve) => (hasLocked = resolve))
    const met = new Promise<void>((resolve) => (isMet = resolve))
    const other = db.transaction(async () => {
      // MariaDB ends the one that has written less, PostgreSQL the one that closes the circle.
      await db.notes.insertMany(Array.from({ length: 50 }, (_, at) => ({ id: 10 + at, name: 'other' })))
      await db.sql`select id from notes where id = 2 for update`
      hasLocked()
      await met
      await db.sql`select id from notes where id = 1 for update`
    })
    await locked
    const single = statement(db)
    while (!(await isLocked(db))) await wait(5)
    isMet()
    await other
    return single
  }

  const where = conditionsOn(tables.notes.columns).id.isIn([1, 2])
  const statements: readonly (readonly [string, Statement])[] = [
    ['updateMany', (db) => db.notes.updateMany({ where, set: { n: 1 } })],
    ['deleteMany', (db) => db.notes.deleteMany({ where })],
    ['db.sql', (db) => db.sql.affected`update notes set n = n + 1 where id in (1, 2)`],
    [
      'db.kysely',
      (db) =>
        db.kysely
          .updateTable('notes')
          .set((eb) => ({ n: eb('n', '+', 1) }))
          .where('id', 'in', [1, 2])
          .execute(),
    ],
    [
      'db.prepare',
      (db) =>
        db.prepare<{ by: number }, unknown>((kysely, param) =>
          kysely
            .updateTable('notes')
            .set((eb) => ({ n: eb('n', '+', param('by')) }))
            .where('id', 'in', [1, 2]),
        )({ by: 1 }),
    ],
  ]
  it.for(statements)('runs again, of %s, and is done once', ([name, statement], context) =>
    on(async (db) => {
      await meet(db, statement)
      expect(ends).toEqual(['ERR_DB_CONFLICT', 'done'])
      const rows = await db.notes.find({ where })
      expect(rows.map(({ n }) => n)).toEqual(name === 'deleteMany' ? [] : [1, 1])
    })(context),
  )
})

describe.each(SERVERS)('a statement that always conflicts on %s', (system, make) => {
  const on = openingDatabase(make, tables, { random: patient })

  async function failing(db: Notebook): Promise<void> {
    await db.sql`delete from notes`
    await db.notes.insert({ id: 1, name: 'a' })
    if (system === 'PostgreSQL') {
      await db.sql`create or replace function fail() returns trigger language plpgsql as $$ begin raise exception 'undone' using errcode = '40001'; end $$`
      await db.sql`create or replace trigger failing before update on notes for each row execute function fail()`
      await db.sql`create or replace procedure fails() language plpgsql as $$ begin raise exception 'undone' using errcode = '40001'; end $$`
    } else {
      await db.sql`create or replace trigger failing before update on notes for each row signal sqlstate '40001' set mysql_errno = 1213`
      await db.sql`create or replace procedure fails() signal sqlstate '40001' set mysql_errno = 1213`
    }
    ends = []
  }
  const update = (db: Notebook): Promise<unknown> => db.notes.updateMany({ where: { id: 1 }, set: { n: 1 } })
  const conflict = expect.objectContaining({ code: 'ERR_DB_CONFLICT', status: 503 })

  it(
    'runs five times in all, and then the caller gets the conflict',
    on(async (db) => {
      await failing(db)
      await expect(update(db)).rejects.toEqual(conflict)
      expect(ends).toEqual(Array(5).fill('ERR_DB_CONFLICT'))
    }),
  )

  it(
    'is not waited for longer than its frame lasts',
    on(async (db) => {
      await failing(db)
      const late = runInNewFrame(() => update(db), { deadlineMs: 300 })
      await expect(late).rejects.toMatchObject({ code: 'ERR_CORE_GATEWAY_TIMEOUT' })
      expect(ends).toEqual(Array(3).fill('ERR_DB_CONFLICT'))
    }),
  )

  it(
    'runs once where a part of it may stay: a procedure, and what is not seen to be a statement of rows',
    on(async (db) => {
      await failing(db)
      await expect(db.sql`call fails()`).rejects.toEqual(conflict)
      await expect(db.sql`/* a hint */ update notes set n = 1`).rejects.toEqual(conflict)
      expect(ends).toEqual(['ERR_DB_CONFLICT', 'ERR_DB_CONFLICT'])
    }),
  )

  it(
    'runs once in a transaction, which runs again as a whole',
    on(async (db) => {
      await failing(db)
      await expect(db.transaction(() => update(db), { retries: 1 })).rejects.toEqual(conflict)
      expect(ends).toHaveLength(2)
    }),
  )
})

describe.each(SYSTEMS)('a row that is written and deleted at the same moment on %s', (_system, make) => {
  const on = openingDatabase(make, tables)

  it(
    'is in nobody’s way',
    on(async (db) => {
      await db.users.insertMany([1, 2, 3, 4].map((id) => ({ id })))
      for (let round = 0; round < 3; round++)
        await Promise.all(
          Array.from({ length: 200 }, (_, at) => {
            const row = { follower: 1 + ((at >> 1) % 2), followed: 3 + ((at >> 2) % 2) }
            return at % 2 === 0
              ? db.follows.upsert(row, { on: ['follower', 'followed'] })
              : db.follows.delete(row)
          }),
        )
    }),
  )
})
