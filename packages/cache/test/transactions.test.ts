import { createApp, route, token, type Token } from '@keelson/core'
import { createTransactionScope, runInTransaction, type OwnedTransactionScope } from '@keelson/core/frames'
import { database, defineTables, integer, table, transaction, type Database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { describe, expect, it } from 'vitest'
import { CACHE, cache, type Cache, type Namespace } from '../src/index.ts'
import { fleet, turns } from './support.ts'

const OPTIONS = { ttlMs: 60_000, tags: ['numbers'] }

function open(owner?: unknown): OwnedTransactionScope {
  return createTransactionScope({
    name: 'db',
    owner,
    onError: (error) => {
      throw error
    },
  })
}

describe('within a transaction', () => {
  it('an invalidation happens after the commit, and until then the transaction passes by what it is about', async () => {
    const kit = fleet()
    const made = kit.join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const own = made.namespace<number>('own', { ttlMs: 60_000, tags: (value) => [`n:${value}`] })
    await numbers.set('a', 1)
    await own.set('a', 1)
    await own.set('b', 2)
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate(['numbers', 'n:1'])
      expect(numbers.peek('a')).toBeUndefined()
      expect(await numbers.get('a')).toBeUndefined()
      expect(await numbers.getOrSet('a', () => 10)).toBe(10)
      expect(await own.getMany(['a', 'b'])).toEqual([undefined, 2])
      expect(await own.getOrSet('a', () => 10)).toBe(10)
      // What has no entry may be about it too.
      expect(await own.getOrSet('c', () => 10)).toBe(10)
    })
    // Others read what is committed.
    expect(await numbers.getOrSet('a', () => 20)).toBe(1)
    expect(await own.getOrSet('c', () => 30)).toBe(30)
    await scope.committed()
    expect(await numbers.getOrSet('a', () => 20)).toBe(20)
    expect(await own.getMany(['a', 'b', 'c'])).toEqual([undefined, 2, 30])
  })

  it.each([
    ['nothing is kept', false],
    ['it has invalidated what is kept', true],
  ])('a factory has the time that all have, where %s', async (_when, isInvalidated) => {
    const { clock, join } = fleet()
    const made = join()
    const numbers = made.namespace<number>('numbers', { ...OPTIONS, hardTimeoutMs: 500 })
    let aborted: unknown
    const asked = runInTransaction(open(), async () => {
      if (isInvalidated) await made.invalidate('numbers')
      return numbers.getOrSet('a', ({ signal }) => {
        signal.addEventListener('abort', () => (aborted = signal.reason))
        return new Promise<number>(() => {})
      })
    })
    const failure = asked.then(
      () => undefined,
      (error: unknown) => error,
    )
    await turns()
    await clock.advance(499)
    expect(aborted).toBeUndefined()
    await clock.advance(1)
    expect(await failure).toMatchObject({ code: 'ERR_CACHE_TIMEOUT' })
    expect(aborted).toMatchObject({ code: 'ERR_CACHE_TIMEOUT' })
  })

  it('whose end nobody knows, what it may have changed is a miss', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const others = made.namespace<number>('others', { ttlMs: 60_000 })
    await numbers.set('a', 1)
    for (const key of ['set', 'deleted', 'kept']) await others.set(key, 1)
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate('numbers')
      await others.set('set', 2)
      await others.delete('deleted')
    })
    await scope.unknown()
    expect([numbers.peek('a'), others.peek('set'), others.peek('deleted')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(others.peek('kept')).toBe(1)
    const cleared = open()
    await runInTransaction(cleared, () => others.clear())
    await cleared.unknown()
    expect(others.peek('kept')).toBeUndefined()
  })

  it('whose end nobody knows, it is a miss once more when the server may have committed', async () => {
    const kit = fleet()
    const [made, there] = [kit.join(), kit.join()]
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const others = there.namespace<number>('others', { ttlMs: 60_000 })
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate('numbers')
      await made.namespace<number>('others', { ttlMs: 60_000 }).set('a', 2)
    })
    await scope.unknown()
    // The old row, since the server has not committed yet.
    const readOld = async () => {
      expect(await numbers.getOrSet('a', () => 1)).toBe(1)
      expect(await others.getOrSet('a', () => 1)).toBe(1)
    }
    for (const passingMs of [1_000, 14_000]) {
      await readOld()
      await kit.clock.advance(passingMs - 1)
      expect([await numbers.get('a'), await others.get('a')]).toEqual([1, 1])
      await kit.clock.advance(1)
      await turns()
      expect([await numbers.get('a'), await others.get('a')]).toEqual([undefined, undefined])
    }
    await readOld()
    await kit.clock.advance(60_000 - 15_001)
    expect(await numbers.get('a')).toBe(1)
    await made.close()
  })

  it('whose end nobody knows, the end of the cache waits a second for it', async () => {
    const kit = fleet()
    const [made, there] = [kit.join(), kit.join()]
    const numbers = there.namespace<number>('numbers', OPTIONS)
    const scope = open()
    await runInTransaction(scope, () => made.invalidate('numbers'))
    await scope.unknown()
    await numbers.set('a', 1)
    let isClosed = false
    const closing = made.close().then(() => (isClosed = true))
    await kit.clock.advance(999)
    await turns()
    expect([isClosed, numbers.peek('a')]).toEqual([false, 1])
    await kit.clock.advance(1)
    await closing
    expect(await numbers.get('a')).toBeUndefined()
  })

  it('whose end nobody knows, it is done at once when the time of the end is over', async () => {
    const kit = fleet()
    const [made, there] = [kit.join(), kit.join()]
    const numbers = there.namespace<number>('numbers', OPTIONS)
    const scope = open()
    await runInTransaction(scope, () => made.invalidate('numbers'))
    await scope.unknown()
    await numbers.set('a', 1)
    const over = new AbortController()
    let isClosed = false
    const closing = made.close({ signal: over.signal }).then(() => (isClosed = true))
    await turns()
    expect([isClosed, numbers.peek('a')]).toEqual([false, 1])
    over.abort()
    await closing
    expect(await numbers.get('a')).toBeUndefined()
  })

  it('tags of one value alone count as well', async () => {
    const kit = fleet()
    const [made, other] = [kit.join(), kit.join()]
    const numbers = made.namespace<number>('plain', { ttlMs: 60_000 })
    await numbers.set('a', 1, { tags: ['own'] })
    await other.namespace<number>('plain', { ttlMs: 60_000 }).set('b', 1, { tags: ['own'] })
    await numbers.set('c', 1)
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate('own')
      const all = ['a', 'b', 'c'].map((key) => numbers.getOrSet(key, () => 2))
      expect(await Promise.all(all)).toEqual([2, 2, 1])
    })
    await scope.rolledBack()
    expect(await numbers.getMany(['a', 'b', 'c'])).toEqual([1, 1, 1])
  })

  it('a factory that passes the cache by runs where it was called', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate('numbers')
      await numbers.getOrSet('a', async () => {
        await numbers.set('b', 1)
        return 1
      })
    })
    // It was set within the transaction, which ends without a commit.
    await scope.rolledBack()
    expect(await numbers.get('b')).toBeUndefined()
  })

  it('nothing happens when it is rolled back', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    await numbers.set('a', 1)
    const scope = open()
    await runInTransaction(scope, async () => {
      await made.invalidate('numbers')
      await numbers.set('b', 2)
      await numbers.delete('a')
      await numbers.clear()
      expect(await numbers.get('a')).toBeUndefined()
    })
    await scope.rolledBack()
    expect(await numbers.getMany(['a', 'b'])).toEqual([1, undefined])
  })

  it('what is set, deleted and cleared is so after the commit', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const others = made.namespace<number>('others', OPTIONS)
    await numbers.set('a', 1)
    await others.set('a', 1)
    const scope = open()
    await runInTransaction(scope, async () => {
      await numbers.delete('a')
      await numbers.set('b', 2)
      await others.clear()
      expect(await numbers.getOrSet('b', () => 5)).toBe(5)
      expect(others.peek('a')).toBeUndefined()
    })
    expect(await numbers.getMany(['a', 'b'])).toEqual([1, undefined])
    await scope.committed()
    expect(await numbers.getMany(['a', 'b'])).toEqual([undefined, 2])
    expect(await others.get('a')).toBeUndefined()
  })

  it.each<[string, (made: Cache, numbers: Namespace<number>) => Promise<void>, number | undefined]>([
    ['invalidated', (made) => made.invalidate('numbers'), undefined],
    ['deleted', (_made, numbers) => numbers.delete('a'), undefined],
    ['cleared', (_made, numbers) => numbers.clear(), undefined],
    ['set', (_made, numbers) => numbers.set('a', 2), 2],
  ])('what is set in one that another has %s meanwhile is not stored', async (_name, change, left) => {
    for (const shared of [true, false]) {
      const kit = fleet()
      const made = kit.join(shared ? {} : { shared: undefined })
      const numbers = made.namespace<number>('numbers', OPTIONS)
      const [slow, quick] = [open(), open()]
      await runInTransaction(slow, () => numbers.set('a', 1))
      await runInTransaction(slow, () => numbers.set('b', 1, { tags: ['other'] }))
      await runInTransaction(quick, () => change(made, numbers))
      await quick.committed()
      await slow.committed()
      expect(await numbers.get('a')).toBe(left)
    }
  })

  it('what it has invalidated and deleted itself does not keep it from setting', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    await turns()
    const scope = open()
    await runInTransaction(scope, async () => {
      await numbers.delete('a')
      await made.invalidate('numbers')
      await numbers.set('a', 1)
      await numbers.set('a', 2)
    })
    await scope.committed()
    expect(await numbers.get('a')).toBe(2)
  })

  it('what is set is stored when that of another package around has committed as well', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    // Until the bus is there, anything may have been missed.
    await turns()
    const [outer, inner] = [open({}), open({})]
    await runInTransaction(outer, () => runInTransaction(inner, () => numbers.set('a', 1)))
    await inner.committed()
    expect(await numbers.get('a')).toBeUndefined()
    await outer.committed()
    expect(await numbers.get('a')).toBe(1)
  })

  it('a savepoint hands its invalidation up, and that of another package around is waited for', async () => {
    const made = fleet().join()
    const numbers = made.namespace<number>('numbers', OPTIONS)
    const [orders, stock] = [{}, {}]
    const outer = open(orders)
    const savepoint = outer.savepoint()
    const inner = open(stock)
    await runInTransaction(outer, async () => {
      await runInTransaction(savepoint, () => runInTransaction(inner, () => made.invalidate('numbers')))
      await inner.committed()
      expect(await numbers.getOrSet('a', () => 1)).toBe(1)
      await savepoint.committed()
      expect(await numbers.getOrSet('a', () => 2)).toBe(2)
    })
    await numbers.set('a', 3)
    await outer.committed()
    expect(await numbers.get('a')).toBeUndefined()
  })
})

describe('a route with transaction()', () => {
  it('reads its own write, and answers when others do', async () => {
    const tables = defineTables({
      counters: table('counters', { id: integer().primary(), count: integer() }),
    })
    const DB: Token<Database<typeof tables>> = token<Database<typeof tables>>('db')
    const counter = route.inject({ db: DB, kept: CACHE })
    const settings = { ttlMs: 60_000, tags: ['counters'] }
    const countIn = async (db: Database<typeof tables>): Promise<number> =>
      (await db.counters.byId(1))?.count ?? 0
    const read = counter.get('/count', { access: 'public' }, ({ db, kept }) =>
      kept.namespace<number>('counters', settings).getOrSet('all', () => countIn(db)),
    )
    const add = counter.post('/count', { access: 'public', use: [transaction()] }, async ({ db, kept }) => {
      const counters = kept.namespace<number>('counters', settings)
      const row = (await db.counters.byId(1)) ?? (await db.counters.insert({ id: 1, count: 0 }))
      await db.counters.update(row, { count: row.count + 1 })
      await kept.invalidate('counters')
      return counters.getOrSet('all', () => countIn(db))
    })
    const app = createApp({
      name: 'counters',
      routes: { read, add },
      plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true }), cache()],
      mode: 'test',
      log: false,
    })
    await app.start()
    const ask = async (method: string): Promise<unknown> =>
      (await app.fetch(new Request('http://localhost/count', { method }))).json()
    expect(await ask('GET')).toBe(0)
    for (let count = 1; count < 4; count++) {
      expect(await ask('POST')).toBe(count)
      expect(await ask('GET')).toBe(count)
    }
    await app.stop()
  })
})
