// A `wrap` that opens a transaction for each of its tries: what one of them commits is there, and nothing of the others.
import { DatabaseSync } from 'node:sqlite'
import { afterCommit, middleware, route, type Next, type Outcome } from '@keelson/core'
import { createTransactionScope, currentTransaction, runInTransaction } from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { open, transports } from './support.ts'

class Conflict extends Error {}

class Database {
  readonly sqlite = new DatabaseSync(':memory:')
  readonly said: string[] = []
  /** How many commits fail from now on, as those of serialisable transactions do. */
  conflicts = 0

  constructor() {
    this.sqlite.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, run INTEGER)')
  }

  get runs(): unknown[] {
    return this.sqlite
      .prepare('SELECT run FROM orders ORDER BY id')
      .all()
      .map((row) => row['run'])
  }

  insert(run: number): void {
    this.sqlite.prepare('INSERT INTO orders (run) VALUES (?)').run(run)
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    const scope = createTransactionScope({
      name: 'orders',
      owner: this,
      onError: (error) => {
        throw error
      },
    })
    this.#say('BEGIN')
    let result: T
    try {
      result = await runInTransaction(scope, work)
      if (this.conflicts-- > 0) throw new Conflict()
      this.#say('COMMIT')
    } catch (error) {
      this.#say('ROLLBACK')
      await scope.rolledBack()
      throw error
    }
    await scope.committed()
    return result
  }

  #say(sql: string): void {
    this.said.push(sql)
    this.sqlite.exec(sql)
  }
}

const retried = (db: Database) =>
  middleware({
    name: 'retried',
    stage: 'handle',
    wrap: async (_ctx, next) => {
      for (let left = 2; ; left--) {
        try {
          return await db.transaction(left === 2 ? next : next.again)
        } catch (error) {
          if (!(error instanceof Conflict) || left === 0) throw error
        }
      }
    },
  })

describe.each(transports)('a transaction that is tried again by its own wrap, %s', (transport) => {
  const openShop = async (fails: (run: number) => boolean = () => false) => {
    const db = new Database()
    const told: string[] = []
    let runs = 0
    const create = route.use(retried(db)).post('/', open, async ({ responseHeaders }) => {
      const run = ++runs
      const scope = currentTransaction(db)
      db.insert(run)
      responseHeaders.set('x-run', String(run))
      await afterCommit(() => told.push(`commit ${run}`))
      scope?.afterRollback(() => told.push(`rollback ${run}`))
      if (fails(run)) throw new Conflict()
      return { run, isWithin: scope !== undefined }
    })
    const app = await testApp({ routes: { create }, transport })
    return { db, told, app }
  }

  it('commits the run that ends well, and does the work of that one alone', async () => {
    const { db, told, app } = await openShop((run) => run === 1)
    await using _ = app
    const response = await app.request('POST', '/')
    expect(await response.json()).toEqual({ run: 2, isWithin: true })
    expect(response.headers.get('x-run')).toBe('2')
    expect(db.said).toEqual(['BEGIN', 'ROLLBACK', 'BEGIN', 'COMMIT'])
    expect([db.runs, told]).toEqual([[2], ['rollback 1', 'commit 2']])
  })

  it('goes on after a commit that fails', async () => {
    const { db, told, app } = await openShop()
    await using _ = app
    db.conflicts = 2
    const response = await app.request('POST', '/')
    expect(await response.json()).toEqual({ run: 3, isWithin: true })
    expect(response.headers.get('x-run')).toBe('3')
    expect(db.said).toEqual(['BEGIN', 'ROLLBACK', 'BEGIN', 'ROLLBACK', 'BEGIN', 'COMMIT'])
    expect([db.runs, told]).toEqual([[3], ['rollback 1', 'rollback 2', 'commit 3']])
  })

  it('leaves nothing when no commit succeeds', async () => {
    const { db, told, app } = await openShop()
    await using _ = app
    db.conflicts = 3
    expect((await app.request('POST', '/')).status).toBe(500)
    expect(app.takeErrors()).toHaveLength(1)
    expect([db.runs, told]).toEqual([[], ['rollback 1', 'rollback 2', 'rollback 3']])
  })
})

it('runs the rest again within what its wrap opened, and outside of what was around that', async () => {
  const names: unknown[] = []
  const scope = (name: string) => ({
    name,
    owner: name,
    afterCommit: () => {},
    afterRollback: () => {},
    afterUnknown: () => {},
  })
  const around = (name: string, work: (next: Next) => Promise<Outcome>) =>
    middleware({
      name,
      stage: 'handle',
      wrap: (_ctx, next) => runInTransaction(scope(name), () => work(next)),
    })
  const a = route
    .use(around('outer', (next) => next()))
    .use(around('inner', (next) => runInTransaction(scope('innermost'), next.again)))
    .get('/', open, () => {
      names.push(...['outer', 'inner', 'innermost'].map((owner) => currentTransaction(owner)?.name))
      names.push(currentTransaction()?.name)
    })
  await using app = await testApp({ routes: { a } })
  await app.request('GET', '/')
  expect(names).toEqual([undefined, 'inner', 'innermost', 'innermost'])
})
