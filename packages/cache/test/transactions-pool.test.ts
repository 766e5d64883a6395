// Transactions that read through the cache, and have all connections that there are.
import { randomBytes } from 'node:crypto'
import { database, defineTables, integer, sql, table, transaction, type Database } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import { route, token, type Token } from '@keelson/core'
import { createTransactionScope, runInTransaction } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import { CACHE, cache, createCache, type Cache, type Namespace } from '../src/index.ts'
import { findPostgres } from '../../db/test/servers.ts'
import { open, seen } from './http-support.ts'
import { deferred, fleet, turns } from './support.ts'

const postgresql = await findPostgres()

const SYSTEMS = [
  { name: 'SQLite in memory, with one connection', isMissing: false, adapter: () => sqlite(':memory:') },
  {
    name: 'PostgreSQL, with ten connections',
    isMissing: postgresql.url === undefined,
    adapter: () => postgres(`${postgresql.url}/postgres`, { poolSize: 10 }),
  },
]

const tables = defineTables({
  notes: table(`keelson_cache_${randomBytes(6).toString('hex')}`, { id: integer().primary(), n: integer() }),
})
const DB: Token<Database<typeof tables>> = token<Database<typeof tables>>('db')
const CALLERS = 30

function countsOf(kept: Cache): Namespace<number> {
  return kept.namespace<number>('counts', { ttlMs: 60_000, tags: ['notes'] })
}

describe.each(SYSTEMS)('on $name', ({ isMissing, adapter }) => {
  beforeEach(({ skip }) => skip(isMissing, 'no PostgreSQL answers, so that nothing was proven of it'))

  it('a transaction whose key is cold computes on its own connection, and keeps nothing', async () => {
    const inject = route.inject({ db: DB, kept: CACHE })
    let id = 0
    const write = inject.post('/notes', { ...open, use: [transaction()] }, async ({ db, kept }) => {
      await db.notes.insert({ id: ++id, n: 1 })
      // It sees what it has written itself.
      const count = await countsOf(kept).getOrSet('all', () => db.notes.count())
      return count > 0 ? 'seen' : 'unseen'
    })
    await using app = await testApp({
      routes: { write },
      plugins: [database(DB, adapter(), tables, { createTables: true }), cache()],
      mode: 'test',
      log: false,
    })
    const db = app.resolve(DB)
    const ask = async () => seen(app.request('POST', '/notes'))
    const answers = await Promise.all(Array.from({ length: CALLERS }, ask))
    expect(answers).toEqual(Array(CALLERS).fill([200, 'seen']))
    const counts = countsOf(app.resolve(CACHE))
    expect(counts.peek('all')).toBeUndefined()
    expect(await counts.getOrSet('all', () => db.notes.count())).toBe(CALLERS)
    await db.sql`drop table ${sql.table(tables.notes)}`
  })
})

describe('within a transaction', () => {
  const within = <T>(work: () => Promise<T>): Promise<T> =>
    runInTransaction(createTransactionScope({ name: 'db', onError: () => {} }), work)

  it('nobody waits for a computation that runs already', async () => {
    const numbers = createCache().namespace<number>('numbers', { ttlMs: 60_000 })
    const made = deferred<number>()
    const other = numbers.getOrSet('a', () => made.promise)
    await turns(1)
    expect(await within(() => numbers.getOrSet('a', () => 2))).toBe(2)
    made.resolve(1)
    expect(await other).toBe(1)
    // What others have computed is given.
    expect(await within(() => numbers.getOrSet('a', () => 2))).toBe(1)
  })

  it('what the shared store has is given, and kept in memory; what is stale there is computed behind it', async () => {
    const kit = fleet()
    const options = { ttlMs: 60_000, graceMs: 60_000, softTimeoutMs: 5_000, jitter: 0 }
    const [here, there] = [0, 1].map(() => kit.join().namespace<number>('numbers', options))
    await there?.set('a', 1)
    expect(await within(async () => here?.getOrSet('a', () => 2))).toBe(1)
    expect(here?.peek('a')).toBe(1)
    await kit.clock.advance(60_000)
    expect(await within(async () => here?.getOrSet('a', () => 2))).toBe(1)
    await turns()
    expect(await there?.get('a')).toBe(2)
  })
})
