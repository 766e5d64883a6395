import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterCommit, runInNewFrame } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Adapter } from '../src/adapter/index.ts'
import { DatabaseBusyError, TransactionConflictError, TransactionError } from '../src/errors.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { levelOf } from '../src/session/level.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

const folder = mkdtempSync(join(tmpdir(), 'keelson-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0

const [postgresServer, mariadbServer] = [await findPostgres(), await findMariadb()]
const inPostgres = postgresServer.url === undefined ? undefined : await makePostgres(postgresServer.url)
const inMariadb = mariadbServer.url === undefined ? undefined : await makeMariadb(mariadbServer.url)
afterAll(() => Promise.all([inPostgres?.drop(), inMariadb?.drop()]))

const systems: [string, (() => Adapter) | undefined][] = [
  ['sqlite in memory', () => sqlite(':memory:')],
  ['sqlite in a file', () => sqlite(join(folder, `${++files}.db`), { acquireTimeoutMs: 300 })],
  ['postgres', inPostgres && (() => postgres(inPostgres.url, { poolSize: 3 }))],
  ['mariadb', inMariadb && (() => mysql(inMariadb.url, { poolSize: 3 }))],
]

const reachable = systems.filter(([, adapter]) => adapter !== undefined)

describe.each(reachable)('a transaction on %s', (_name, adapter) => {
  let db: OpenedSession
  beforeEach(async () => {
    db = await openSession((adapter as () => Adapter)())
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key, text varchar(20) not null)')
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const insert = (id: number): Promise<unknown> => db.run(`insert into notes values (${id}, 'n')`)
  const ids = (): Promise<unknown[]> => db.list('select id from notes order by id')
  const boom = new Error('boom')

  it('commits what its work wrote, and gives what it returned', async () => {
    const result = await db.session.transaction(async () => {
      await insert(1)
      return 'done'
    })
    expect([result, await ids(), db.session.currentUnit()]).toEqual(['done', [1], undefined])
  })

  it('rolls back on a throw', async () => {
    const work = db.session.transaction(async () => {
      await insert(1)
      throw boom
    })
    await expect(work).rejects.toBe(boom)
    expect(await ids()).toEqual([])
  })

  it('can only be rolled back after a failed statement, caught or not', async () => {
    const work = db.session.transaction(async () => {
      await insert(1)
      await insert(1).catch(() => {})
    })
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
    expect(await ids()).toEqual([])
    const more = db.session.transaction(async () => {
      await insert(1)
      await insert(1).catch(() => {})
      await insert(2)
    })
    await expect(more).rejects.toThrow(/only be rolled back.*propagation: 'nested'/s)
    expect(await ids()).toEqual([])
  })

  it('goes on after what failed in a nested one', async () => {
    await db.session.transaction(async () => {
      await insert(1)
      const nested = db.session.transaction(
        async () => {
          await insert(2)
          await insert(1)
        },
        { propagation: 'nested' },
      )
      await expect(nested).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
      await db.session.transaction(() => insert(3), { propagation: 'nested' })
    })
    expect(await ids()).toEqual([1, 3])
  })

  it('is one with those within it, whose throw ends it, caught or not', async () => {
    await db.session.transaction(async () => {
      await insert(1)
      await db.session.transaction(() => insert(2))
    })
    expect(await ids()).toEqual([1, 2])
    const work = db.session.transaction(async () => {
      await insert(3)
      await db.session.transaction(() => Promise.reject(boom)).catch(() => {})
    })
    await expect(work).rejects.toBe(boom)
    expect(await ids()).toEqual([1, 2])
  })

  it('runs what is begun side by side one after the other', async () => {
    await db.session.transaction(() => Promise.all([insert(1), insert(2), insert(3)]))
    expect(await ids()).toEqual([1, 2, 3])
  })

  it('refuses what the others of a failed Promise.all do later', async () => {
    const later: unknown[] = []
    const slow = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      await insert(5).catch((error: unknown) => later.push(error))
    }
    let slowly: Promise<void> | undefined
    const work = db.session.transaction(() => Promise.all([Promise.reject(boom), (slowly = slow())]))
    await expect(work).rejects.toBe(boom)
    await slowly
    expect(later).toEqual([expect.any(TransactionError)])
    expect(String(later[0])).toMatch(/was called in the transaction 'test'.* which is over/)
    expect(await ids()).toEqual([])
  })

  it('fails where something within it is not awaited, naming it', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const work = db.session.transaction(async () => {
      await insert(1)
      void db.session.operation('notes.slow', insert, async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        await insert(2)
      })
    })
    await expect(work).rejects.toThrow(/notes\.slow.* was begun and not awaited/s)
    await new Promise((resolve) => setTimeout(resolve, 30))
    process.off('unhandledRejection', note)
    expect([unhandled, await ids()]).toEqual([[], []])
  })

  it('fails where a nested one ends out of order', async () => {
    const work = db.session.transaction(async () => {
      await insert(1)
      const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
      const nested = (ms: number): Promise<void> =>
        db.session.transaction(() => wait(ms), { propagation: 'nested' })
      await Promise.all([nested(20), nested(40)])
    })
    await expect(work).rejects.toBeInstanceOf(TransactionError)
    expect(await ids()).toEqual([])
  })

  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

  it('takes what is nested in it along when it ends, written or not', async () => {
    const late: unknown[] = []
    const nested = async (): Promise<void> => {
      await wait(30)
      await insert(2).catch((error: unknown) => late.push(error))
      await insert(3)
    }
    const failing = db.session.transaction(() =>
      Promise.all([
        db.session.transaction(nested, { propagation: 'nested' }),
        wait(5).then(() => Promise.reject(boom)),
      ]),
    )
    await expect(failing).rejects.toBe(boom)
    const other = db.session.transaction(async () => {
      await insert(7)
      await wait(60)
    })
    await other
    expect(late).toEqual([expect.any(TransactionError)])
    expect(await ids()).toEqual([7])
  })

  it('fails where a nested one within it is not awaited, which writes nothing then', async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    const work = db.session.transaction(async () => {
      void db.session.transaction(() => wait(10).then(() => insert(2)), { propagation: 'nested' })
      await insert(1)
      void db.session.operation('notes.insert', insert, () => insert(1))
    })
    await expect(work).rejects.toBeInstanceOf(TransactionError)
    await wait(40)
    process.off('unhandledRejection', note)
    expect([unhandled, await ids()]).toEqual([[], []])
  })

  it('stays within the transactions of other databases where it is one of its own', async () => {
    await using other = await openSession(sqlite(':memory:'))
    await other.run('create table notes (id integer primary key)')
    const work = db.session.transaction(() =>
      other.session.transaction(async () => {
        await db.session.transaction(() => other.run('insert into notes values (1)'), {
          propagation: 'new',
          readOnly: true,
        })
        throw boom
      }),
    )
    await work.catch(() => {})
    expect(await other.list('select id from notes')).toEqual([])
  })

  it('fails where a stream is left open, and stops it', async () => {
    const numbers = Array.from({ length: 900 }, (_, at) => `(${at + 10}, 'n')`)
    await db.run(`insert into notes values ${numbers.join(', ')}`)
    const work = db.session.transaction(async () => {
      const query = {
        statement: { text: 'select id from notes order by id', isRead: true },
        values: [],
        label: 'notes.stream',
      }
      const rows = db.session.stream(query, 10)[Symbol.asyncIterator]()
      await rows.next()
    })
    await expect(work).rejects.toThrow(/notes\.stream.* was begun and not awaited/s)
    expect(await db.list('select count(*) from notes')).toEqual([expect.anything()])
  })

  it('says what it cannot be within another one', async () => {
    const readOnly = (): Promise<unknown> =>
      db.session.transaction(() => db.session.transaction(() => insert(1)), { readOnly: true })
    await expect(readOnly()).rejects.toThrow(/may write, but 'test' around it is read-only/)
    const never = db.session.transaction(() => db.session.transaction(() => {}, { propagation: 'never' }))
    await expect(never).rejects.toThrow(/must not run within a transaction/)
    const isolated = db.session.transaction(() =>
      db.session.transaction(() => {}, { isolation: 'repeatable read' }),
    )
    await expect(isolated).rejects.toThrow(/asks for repeatable read/)
  })

  it('has one of its own within another one only where a second connection writes', async () => {
    const within = db.session.transaction(async () => {
      await db.session.transaction(() => insert(1), { propagation: 'new' })
      throw boom
    })
    const isAlone = db.session.adapter.lanes !== 'equal'
    await expect(within).rejects.toThrow(isAlone ? /has one (writer|connection)/ : boom)
    expect(await ids()).toEqual(isAlone ? [] : [1])
  })

  it('refuses to write in a read-only one', async () => {
    const work = db.session.transaction(() => insert(1), { readOnly: true })
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_TRANSACTION' })
    expect(await ids()).toEqual([])
  })

  it('does the work after its commit, or its rollback, and waits for it', async () => {
    const done: string[] = []
    const later = (name: string) => async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      done.push(`${name} ${currentTransaction()?.name ?? 'outside'}`)
    }
    await db.session.transaction(async () => {
      await afterCommit(later('commit'))
      await db.session
        .transaction(
          async () => {
            await afterCommit(later('dropped'))
            currentTransaction()?.afterRollback(later('rollback'))
            throw boom
          },
          { propagation: 'nested' },
        )
        .catch(() => {})
      await db.session.transaction(() => afterCommit(later('nested')), { propagation: 'nested' })
    })
    expect(done).toEqual(['rollback outside', 'commit outside', 'nested outside'])
  })

  it('runs again after a conflict, a bounded number of times', async () => {
    let runs = 0
    const conflict = new TransactionConflictError()
    const work = (limit: number) => (): Promise<unknown> => {
      runs++
      return runs < limit ? Promise.reject(conflict) : insert(runs)
    }
    await db.session.transaction(work(3))
    expect([runs, await ids()]).toEqual([3, [3]])
    runs = 0
    await expect(db.session.transaction(work(9), { retries: 1 })).rejects.toBe(conflict)
    expect([runs, await ids()]).toEqual([2, [3]])
  })

  it('waits no longer for a retry than its frame lasts', async () => {
    const conflict = new TransactionConflictError()
    const begun = performance.now()
    const work = runInNewFrame(
      () => db.session.transaction(() => Promise.reject(conflict), { retries: 10 }),
      { deadlineMs: 150 },
    )
    await expect(work).rejects.toMatchObject({ status: 504 })
    // Without the deadline these ten wait for 4 s on average.
    expect(performance.now() - begun).toBeLessThan(1500)
  })

  it('rolls back when the deadline has passed before the commit', async () => {
    const work = runInNewFrame(
      () =>
        db.session.transaction(async () => {
          await insert(1)
          await new Promise((resolve) => setTimeout(resolve, 60))
        }),
      { deadlineMs: 20 },
    )
    await expect(work).rejects.toThrow(/longer than 20 ms/)
    expect(await ids()).toEqual([])
  })

  it('gives its connection back, however it ended', async () => {
    for (let times = 0; times < 30; times++)
      await db.session
        .transaction(async () => {
          await insert(times)
          if (times % 2 === 0) throw boom
        })
        .catch(() => {})
    expect([...db.pool.holders()]).toEqual([])
    expect(await ids()).toHaveLength(15)
  })
})

describe('one writer', () => {
  it('is waited for a bounded time, and the message says who holds it', async () => {
    await using db = await openSession(sqlite(join(folder, `${++files}.db`), { acquireTimeoutMs: 50 }))
    await db.run('create table notes (id integer primary key)')
    await db.session.transaction(
      async () => {
        await db.run('insert into notes values (1)')
        // Readers go on meanwhile, and see what is committed.
        const counted = () =>
          db.session.apart.run({
            statement: { text: 'select count(*) as n from notes', isRead: true },
            values: [],
            label: 'count',
          })
        const seen = await counted()
        expect(seen.rows).toEqual([{ n: 0 }])
        const apart = Promise.resolve(db.session.apart.transaction(counted, { name: 'other' }))
        await expect(apart).rejects.toThrow(/transaction 'first' for \d+ ms \(.*transactions\.test\.ts:\d+\)/)
        await expect(apart).rejects.toBeInstanceOf(DatabaseBusyError)
      },
      { name: 'first' },
    )
  })
})

describe('a database in memory', () => {
  it('outlives a transaction that was rolled back by itself', async () => {
    await using db = await openSession(sqlite(':memory:'))
    await db.run('create table notes (id integer primary key)')
    await db.run('insert into notes values (1)')
    const work = db.session.transaction(() => db.run('insert or rollback into notes values (1)'))
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_UNIQUE' })
    expect(await db.list('select id from notes')).toEqual([1])
  })
})

describe.runIf(inPostgres !== undefined)('a transaction that PostgreSQL ends otherwise', () => {
  const open = (): Promise<OpenedSession> => openSession(postgres(inPostgres!.url, { poolSize: 2 }))

  it('is not taken as committed where COMMIT is answered by a rollback', async () => {
    await using db = await open()
    await db.run('create table if not exists refused (id integer primary key)')
    const done: string[] = []
    const work = db.session.transaction(async () => {
      await afterCommit(() => done.push('committed'))
      currentTransaction()?.afterRollback(() => done.push('rolled back'))
      await db.run('insert into refused values (1)')
      const { connection } = levelOf(currentTransaction())!.unit.holder!
      // A failure that only the server knows of.
      await Promise.resolve(connection.run({ text: 'selec', isRead: false }, [])).catch(() => {})
    })
    await expect(work).rejects.toBeInstanceOf(TransactionError)
    await expect(work).rejects.toThrow("The database rolled the transaction 'test' back")
    expect([done, await db.list('select id from refused')]).toEqual([['rolled back'], []])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('has no cursor any more when its reader has left a stream early', async () => {
    await using db = await open()
    const statement = { text: 'select generate_series(1, 1000) as n', isRead: true }
    const cursors = (): Promise<unknown[]> =>
      db.list("select count(*)::int from pg_cursors where name like 'keelson%'")
    await db.session.transaction(async () => {
      for await (const rows of db.session.stream({ statement, values: [], label: 'numbers' }, 10)) {
        expect([rows.length, await cursors()]).toEqual([10, [1]])
        break
      }
      expect(await cursors()).toEqual([0])
    })
  })
})
