// cached() and invalidates() around and within real transactions: nothing before the commit, nothing without it.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reply, route, token, type Token } from '@keelson/core'
import { runOutsideTransaction } from '@keelson/core/frames'
import { database, defineTables, integer, sql, table, transaction, type Database } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { CACHE, cache, cached, invalidates, type Cache, type Namespace } from '@keelson/cache'
import { testApp } from '@keelson/testing'
import { findPostgres } from '../../db/test/servers.ts'
import { open, seen } from './http-support.ts'

const folder = mkdtempSync(join(tmpdir(), 'keelson-cache-'))
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
const postgresql = await findPostgres()

const SYSTEMS = [
  { name: 'SQLite', isMissing: false, adapter: () => sqlite(join(folder, 'notes.db')) },
  {
    name: 'PostgreSQL',
    isMissing: postgresql.url === undefined,
    adapter: () => postgres(`${postgresql.url}/postgres`),
  },
]

const tables = defineTables({
  notes: table(`keelson_cache_${randomBytes(6).toString('hex')}`, { id: integer().primary(), n: integer() }),
})
type Db = Database<typeof tables>
const DB: Token<Db> = token<Db>('db')
const tx = transaction()
const own = invalidates('notes')

const SETTINGS = { ttlMs: 60_000, tags: ['notes'] }
const countsOf = (kept: Cache): Namespace<number> => kept.namespace<number>('counts', SETTINGS)
const add = async (db: Db): Promise<void> => void (await db.notes.insert({ id: await next(db), n: 1 }))
const next = async (db: Db): Promise<number> => (await db.notes.count()) + 1

describe.each(SYSTEMS)('on $name', ({ isMissing, adapter }) => {
  beforeEach(({ skip }) => skip(isMissing, 'no PostgreSQL answers, so that nothing was proven of it'))
  const inject = route.inject({ db: DB, kept: CACHE })

  /** An app whose list is kept, and whose other routes change it. */
  async function start<const T extends Record<string, unknown>>(routes: T) {
    const list = inject.get('/notes', { ...open, use: [cached(SETTINGS)] }, ({ db }) => db.notes.count())
    const app = await testApp({
      routes: { list, ...routes } as never,
      plugins: [database(DB, adapter(), tables, { createTables: true }), cache()],
      mode: 'test',
      log: false,
    })
    const ask = async (method: string, path: string) => seen(app.request(method, path))
    const db = app.resolve(DB)
    return {
      db,
      kept: app.resolve(CACHE),
      errors: () => app.takeErrors(),
      list: async () => Number((await ask('GET', '/notes'))[1]),
      ask,
      [Symbol.asyncDispose]: async () => {
        await db.sql`drop table ${sql.table(tables.notes)}`
        await app.close()
      },
    }
  }

  it.each<[string, (typeof own | typeof tx)[]]>([
    ['around', [own, tx]],
    ['within', [tx, own]],
    ['within a second one', [tx, tx, own]],
  ])('invalidates(), %s, is for after the commit', async (_order, use) => {
    let during: unknown[] = []
    const write = inject.post('/notes', { ...open, use }, async ({ db, kept }) => {
      await add(db)
      await kept.invalidate('notes')
      const counts = countsOf(kept)
      const inside = await counts.getOrSet('all', () => db.notes.count())
      const outside = await runOutsideTransaction(() => counts.get('all'))
      during = [inside, outside, counts.peek('all')]
      return 'added'
    })
    await using app = await start({ write })
    const counts = countsOf(app.kept)
    for (let n = 0; n < 3; n++) {
      expect(await app.list()).toBe(n)
      expect(await counts.getOrSet('all', () => app.db.notes.count())).toBe(n)
      expect(await app.ask('POST', '/notes')).toEqual([200, 'added'])
      // The transaction sees what it has written, and others what was committed.
      expect(during).toEqual([n + 1, n, undefined])
      expect(counts.peek('all')).toBeUndefined()
      expect(await app.list()).toBe(n + 1)
    }
  })

  it.each<[string, (typeof own | typeof tx)[], isUnknown: boolean]>([
    // Who stands around sees a failure, and not that it was rolled back: that costs a miss.
    ['around', [own, tx], true],
    ['within', [tx, own], false],
  ])('invalidates(), %s, keeps nothing of what is rolled back', async (_order, use, isUnknown) => {
    let inside: unknown
    const write = async (db: Db, kept: Cache): Promise<void> => {
      await add(db)
      await kept.invalidate('notes')
      inside = await countsOf(kept).getOrSet('all', () => db.notes.count())
    }
    const given = { ...open, use }
    const refused = inject.post('/refused', given, async ({ db, kept }) => {
      await write(db, kept)
      return reply(409, 'no')
    })
    const broken = inject.post('/broken', given, async ({ db, kept }) => {
      await write(db, kept)
      throw new Error('broken')
    })
    const failing = inject.post('/failing', given, async ({ db, kept }) => {
      await write(db, kept)
      // What is caught has failed the transaction, which cannot commit any more.
      await db.notes.insert({ id: 1, n: 1 }).catch(() => {})
      return 'done'
    })
    await using app = await start({ refused, broken, failing })
    const counts = countsOf(app.kept)
    expect(await app.list()).toBe(0)
    expect(await counts.getOrSet('all', () => app.db.notes.count())).toBe(0)
    const again = async (status: number): Promise<void> => {
      const isMiss = isUnknown && status >= 500
      expect(counts.peek('all')).toBe(isMiss ? undefined : 0)
      expect([await counts.getOrSet('all', () => app.db.notes.count()), await app.list()]).toEqual([0, 0])
    }
    for (const [path, status] of [
      ['/refused', 409],
      ['/broken', 500],
    ] as const) {
      expect((await app.ask('POST', path))[0]).toBe(status)
      expect(inside).toBe(1)
      await again(status)
    }
    app.errors()
    const [status] = await app.ask('POST', '/failing')
    expect(status).toBeGreaterThanOrEqual(400)
    app.errors()
    await again(status)
    // Nothing is left of the transactions that would pass the cache by.
    expect(counts.peek('all')).toBe(0)
  })

  it('a savepoint that is rolled back takes nothing of what is around with it', async () => {
    const write = inject.post('/notes', { ...open, use: [tx] }, async ({ db, kept }) => {
      await add(db)
      await kept.invalidate('notes')
      const undone = db.transaction(
        async () => {
          await add(db)
          await kept.invalidate('others')
          throw new Error('undone')
        },
        { propagation: 'nested' },
      )
      await undone.catch(() => {})
      return db.transaction(() => countsOf(kept).getOrSet('all', () => db.notes.count()), {
        propagation: 'nested',
      })
    })
    await using app = await start({ write })
    const others = app.kept.namespace<number>('others', { ttlMs: 60_000, tags: ['others'] })
    await others.set('a', 1)
    expect(await app.list()).toBe(0)
    expect(await app.ask('POST', '/notes')).toEqual([200, '1'])
    expect(await app.list()).toBe(1)
    expect(others.peek('a')).toBe(1)
  })

  it('cached() around a transaction keeps nothing that it has changed and not committed', async () => {
    let isRefused = true
    const use = [cached(SETTINGS), tx]
    const show = inject.get('/show', { ...open, use }, async ({ db, kept }) => {
      await add(db)
      await kept.invalidate('notes')
      const count = await db.notes.count()
      return isRefused ? reply(409, count) : count
    })
    await using app = await start({ show })
    expect(await app.list()).toBe(0)
    expect(await app.ask('GET', '/show')).toEqual([409, '1'])
    expect([await app.list(), await app.db.notes.count()]).toEqual([0, 0])
    isRefused = false
    expect(await app.ask('GET', '/show')).toEqual([200, '1'])
    expect(await app.list()).toBe(1)
    // It was invalidated by what it did itself.
    expect(await app.ask('GET', '/show')).toEqual([200, '2'])
  })

  it('cached() around a transaction keeps what it answers', async () => {
    let runs = 0
    const show = inject.get('/show', { ...open, use: [cached(SETTINGS), tx] }, () => ++runs)
    await using app = await start({ show })
    expect([await app.ask('GET', '/show'), await app.ask('GET', '/show')]).toEqual([
      [200, '1'],
      [200, '1'],
    ])
  })

  it.each([
    [inject.use(tx), tx, "Move 'cached' before 'transaction'."],
    [inject, tx, "Move 'cached' before 'transaction'."],
    [
      inject,
      transaction({ from: 'authorize' }),
      "Let the transaction of 'transaction' begin in stage 'handle', behind 'cached', or omit one of them.",
    ],
  ])(
    'cached() within a transaction, which would keep nothing, stops the start',
    async (factory, first, remedy) => {
      const show = factory.get('/show', { ...open, use: [first, cached(SETTINGS)] }, () => 1)
      await expect(start({ show })).rejects.toMatchObject({
        problems: [
          {
            place: expect.stringContaining('middleware cached'),
            message: expect.stringContaining("stands within that of 'transaction'"),
            remedy,
          },
        ],
      })
    },
  )
})
