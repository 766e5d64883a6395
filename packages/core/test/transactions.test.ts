// A database and a cache as packages would bring them: each knows core, and nothing of the other. They meet at the commit.
import { DatabaseSync } from 'node:sqlite'
import {
  afterCommit,
  bind,
  defineError,
  LOGGER,
  middleware,
  route,
  t,
  token,
  type App,
  type Logger,
} from '@keelson/core'
import {
  createTransactionScope,
  currentTransaction,
  runInTransaction,
  type OwnedTransactionScope,
} from '@keelson/core/frames'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { deferred, failureOf, open } from './support.ts'

class Database {
  readonly sqlite = new DatabaseSync(':memory:')
  readonly said: string[] = []

  constructor() {
    this.sqlite.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY, total REAL)')
  }

  get totals(): unknown[] {
    return this.sqlite
      .prepare('SELECT total FROM orders ORDER BY id')
      .all()
      .map((row) => row['total'])
  }

  insert(total: number): void {
    this.sqlite.prepare('INSERT INTO orders (total) VALUES (?)').run(total)
  }

  /** A transaction, or a savepoint within that which is there. */
  async transaction<T>(
    work: () => Promise<T>,
    { log, signal }: { log: Logger; signal: AbortSignal },
  ): Promise<T> {
    const around = currentTransaction(this) as OwnedTransactionScope | undefined
    const scope =
      around?.savepoint() ??
      createTransactionScope({
        name: 'orders',
        owner: this,
        onError: (error) => log.error({ err: error }, 'Work after a transaction failed.'),
      })
    const [begin, commit, rollback] =
      around === undefined ? ['BEGIN', 'COMMIT', 'ROLLBACK'] : ['SAVEPOINT s', 'RELEASE s', 'ROLLBACK TO s']
    this.#say(begin)
    let result: T
    try {
      result = await runInTransaction(scope, work)
      // Whoever asked is told that it failed, or gone: what was done for them is undone.
      signal.throwIfAborted()
      this.#say(commit)
    } catch (error) {
      this.#say(rollback)
      await scope.rolledBack()
      throw error
    }
    await scope.committed()
    return result
  }

  #say(sql = ''): void {
    this.said.push(sql)
    this.sqlite.exec(sql)
  }
}

class Cache {
  readonly entries = new Map<string, unknown>()
  readonly said: string[] = []

  invalidate(tag: string): Promise<void> {
    return afterCommit(() => {
      // Outside of any transaction, or the cache would be told so.
      this.said.push(`invalidate ${tag}${currentTransaction() === undefined ? '' : ' within one'}`)
      this.entries.delete(tag)
    })
  }
}

const DB = token<Database>('db')
const CACHE = token<Cache>('cache')

const transaction = middleware({
  name: 'transaction',
  stage: 'handle',
  inject: { db: DB, log: LOGGER },
  wrap: (ctx, next, { db, log }) => db.transaction(next, { log, signal: ctx.signal }),
})
const invalidates = (tag: string) =>
  middleware({
    name: 'invalidates',
    stage: 'handle',
    inject: { cache: CACHE },
    wrap: async (_, next, { cache }) => {
      const outcome = await next()
      if (outcome.errorCode === undefined) await cache.invalidate(tag)
      return outcome
    },
  })

const Conflict = defineError('CONFLICT', { status: 409, title: 'Conflict' })
const body = t.Object({ total: t.Number() })
const writes = { ...open, body, use: [transaction, invalidates('orders')] } as const
const write = route.inject({ db: DB })

/** What holds a handler, which does not look at its signal. */
const gate = { begun: deferred(), ended: deferred() }

function createRoutes(app: { current?: App }) {
  return {
    create: write.post('/create', { ...writes, response: t.Integer() }, ({ body: { total }, db }) => {
      db.insert(total)
      return 1
    }),
    conflict: write.post('/conflict', { ...writes, errors: [Conflict] }, ({ body: { total }, db }) => {
      db.insert(total)
      throw new Conflict()
    }),
    violation: write.post('/violation', { ...writes, response: t.Integer() }, ({ body: { total }, db }) => {
      db.insert(total)
      return 'no number' as never
    }),
    unwritable: write.post('/unwritable', writes, ({ body: { total }, db }) => {
      db.insert(total)
      return { total: 1n }
    }),
    slow: write.post('/slow', { ...writes, deadlineMs: 40 }, async ({ body: { total }, db }) => {
      db.insert(total)
      gate.begun.resolve()
      await gate.ended.promise
    }),
    nested: write.post('/nested', writes, async ({ body: { total }, db }) => {
      db.insert(total)
      const inner = [
        await app.current?.invoke('create' as string, { body: { total: total + 1 } }),
        await app.current?.invoke('conflict' as string, { body: { total: total + 2 } }),
      ]
      expect(inner).toMatchObject([{ ok: true }, { ok: false, status: 409 }])
    }),
  }
}

async function openShop() {
  const db = new Database()
  const cache = new Cache()
  cache.entries.set('orders', 'kept')
  const app: { current?: App } = {}
  gate.begun = deferred()
  gate.ended = deferred()
  const test = await testApp({
    routes: createRoutes(app),
    providers: [bind(DB, { value: db }), bind(CACHE, { value: cache })],
  })
  app.current = test.app as App
  return { db, cache, test }
}

/** Both ways to an operation. */
const ways = ['request', 'invoke'] as const

describe.each(ways)('a transaction and a cache that know only core, by %s', (way) => {
  type Opened = Awaited<ReturnType<typeof openShop>>
  const call = async ({ test }: Opened, name: string, signal?: AbortSignal): Promise<number> => {
    const json = { total: 5 }
    if (way === 'request')
      return (await test.request('POST', `/${name}`, { json, ...(signal && { signal }) })).status
    return (await test.app.invoke(name as string, { body: json }, { signal })).status
  }

  it('commit, then invalidate', async () => {
    const opened = await openShop()
    const { db, cache, test } = opened
    expect(await call(opened, 'create')).toBe(200)
    expect([db.said, db.totals]).toEqual([['BEGIN', 'COMMIT'], [5]])
    expect(cache.said).toEqual(['invalidate orders'])
    await test.close()
  })

  it.each([
    ['conflict', 409, 0],
    ['violation', 500, 1],
    ['unwritable', 500, 1],
  ])('roll back and invalidate nothing after a %s', async (name, status, errors) => {
    const opened = await openShop()
    const { db, cache, test } = opened
    expect(await call(opened, name)).toBe(status)
    expect([db.said, db.totals]).toEqual([['BEGIN', 'ROLLBACK'], []])
    expect([cache.said, cache.entries.get('orders')]).toEqual([[], 'kept'])
    expect(test.takeErrors()).toHaveLength(errors)
    await test.close()
  })

  it('roll back and invalidate nothing after a deadline, though the handler goes on', async () => {
    const opened = await openShop()
    const { db, cache, test } = opened
    expect(await call(opened, 'slow')).toBe(504)
    gate.ended.resolve()
    await test.app.stop()
    expect([db.said, db.totals, cache.said]).toEqual([['BEGIN', 'ROLLBACK'], [], []])
    test.takeErrors()
  })

  it('roll back and invalidate nothing when whoever asked is gone', async () => {
    const opened = await openShop()
    const { db, cache, test } = opened
    const controller = new AbortController()
    const asked = failureOf(call(opened, 'slow', controller.signal))
    await gate.begun.promise
    controller.abort(new Error('gone'))
    expect(await asked).toMatchObject({ message: 'gone' })
    gate.ended.resolve()
    await test.app.stop()
    expect([db.said, db.totals, cache.said]).toEqual([['BEGIN', 'ROLLBACK'], [], []])
  })

  it('have operations within operations be savepoints, whose work comes after the commit of all', async () => {
    const opened = await openShop()
    const { db, cache, test } = opened
    expect(await call(opened, 'nested')).toBe(204)
    expect(db.said).toEqual(['BEGIN', 'SAVEPOINT s', 'RELEASE s', 'SAVEPOINT s', 'ROLLBACK TO s', 'COMMIT'])
    expect(db.totals).toEqual([5, 6])
    expect(cache.said).toEqual(['invalidate orders', 'invalidate orders'])
    await test.close()
  })
})

describe('a test that rolls back', () => {
  it('holds all requests that are dispatched within its transaction', async () => {
    const { db, cache, test } = await openShop()
    const undo = new Error('undo')
    const log = test.log.log
    const { signal } = new AbortController()
    await expect(
      db.transaction(
        async () => {
          expect((await test.request('POST', '/create', { json: { total: 1 } })).status).toBe(200)
          expect(await test.app.invoke('create', { body: { total: 2 } })).toMatchObject({ ok: true })
          expect(db.totals).toEqual([1, 2])
          throw undo
        },
        { log, signal },
      ),
    ).rejects.toBe(undo)
    expect([db.totals, cache.said]).toEqual([[], []])
    await test.close()
  })
})
