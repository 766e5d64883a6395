// Statements of requests that are over: gone from the server, and the connection as good as before.
import { runInNewFrame } from '@keelson/core'
import { currentTransaction } from '@keelson/core/frames'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Adapter, PoolOptions } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { askMariadb, askPostgres, findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'

/** Holds both connections of a pool by transactions, until the promise is done. */
async function holdAll(
  db: OpenedSession,
  until: Promise<void>,
): Promise<{ readonly over: Promise<unknown> }> {
  const begun = [gate(), gate()]
  const over = ['first', 'second'].map((name, at) =>
    db.session.transaction(
      async () => {
        await db.list('select 1')
        begun[at]?.resolve()
        await until
      },
      { name },
    ),
  )
  await Promise.all(begun.map(({ promise }) => promise))
  return { over: Promise.all(over) }
}

/** A promise, and what opens it. */
function gate(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((open) => (resolve = open))
  return { promise, resolve: () => resolve() }
}

interface Server {
  readonly name: string
  /** Of a database of its own. */
  readonly url: string
  adapter(options: PoolOptions): Adapter
  sleep(seconds: number): string
  /** Statements that run in our database. */
  running(): Promise<number>
  /** Cuts every connection to our database. */
  cutAll(): Promise<unknown>
  drop(): Promise<unknown>
}

async function postgresServer(): Promise<Server[]> {
  const { url } = await findPostgres()
  if (url === undefined) return []
  const made = await makePostgres(url)
  const database = `datname = '${made.url.split('/').at(-1)}'`
  return [
    {
      name: 'PostgreSQL',
      url: made.url,
      adapter: (options) => postgres(made.url, options),
      sleep: (seconds) => `select pg_sleep(${seconds})`,
      running: async () => {
        const text = `select count(*)::int as n from pg_stat_activity where ${database} and state = 'active'`
        const [row] = (await askPostgres(url, text)) as { n: number }[]
        return row?.n ?? -1
      },
      cutAll: () =>
        askPostgres(url, `select pg_terminate_backend(pid) from pg_stat_activity where ${database}`),
      drop: () => made.drop(),
    },
  ]
}

async function mariadbServer(): Promise<Server[]> {
  const { url } = await findMariadb()
  if (url === undefined) return []
  const made = await makeMariadb(url)
  const processes = async (more: string): Promise<{ id: number }[]> => {
    const text = `select id from information_schema.processlist where db = '${made.url.split('/').at(-1)}' ${more}`
    return (await askMariadb(url, text)) as { id: number }[]
  }
  return [
    {
      name: 'MariaDB',
      url: made.url,
      adapter: (options) => mysql(made.url, options),
      sleep: (seconds) => `select sleep(${seconds})`,
      running: async () => (await processes("and command in ('Query', 'Execute')")).length,
      cutAll: async () => {
        for (const { id } of await processes('')) await askMariadb(url, `kill connection ${id}`)
      },
      drop: () => made.drop(),
    },
  ]
}

const servers = [...(await postgresServer()), ...(await mariadbServer())]
afterAll(() => Promise.all(servers.map((server) => server.drop())))

describe.each(servers)('a statement on $name', (server) => {
  let db: OpenedSession
  beforeEach(async () => {
    db = await openSession(server.adapter({ poolSize: 2, acquireTimeoutMs: 2000 }))
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const running = server.running
  const until = async (holds: () => Promise<boolean>): Promise<number> => {
    const start = performance.now()
    while (!(await holds())) if (performance.now() - start > 5000) break
    return performance.now() - start
  }
  const reason = new Error('the client is gone')

  it('is cancelled on the server when its frame is aborted', async () => {
    const controller = new AbortController()
    const sleeping = runInNewFrame(() => db.run(server.sleep(30)), { signal: controller.signal })
    sleeping.catch(() => {})
    await until(async () => (await running()) === 1)
    controller.abort(reason)
    const begun = performance.now()
    await expect(sleeping).rejects.toBe(reason)
    expect(performance.now() - begun).toBeLessThan(2000)
    expect(await running()).toBe(0)
    expect(await db.list('select 1')).toEqual([1])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('is cancelled at the deadline', async () => {
    const sleeping = runInNewFrame(() => db.run(server.sleep(30)), { deadlineMs: 50 })
    await expect(sleeping).rejects.toThrow('longer than 50 ms')
    expect(await running()).toBe(0)
  })

  it('rolls its transaction back, which no signal cancels', async () => {
    const work = runInNewFrame(
      () =>
        db.session.transaction(async () => {
          await db.run('insert into notes values (1)')
          await db.run(server.sleep(30))
        }),
      { deadlineMs: 100 },
    )
    await expect(work).rejects.toThrow('longer than 100 ms')
    expect(await db.list('select id from notes')).toEqual([])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('is never hit by the cancellation of another', async () => {
    const failures: unknown[] = []
    for (let times = 0; times < 150; times++) {
      const controller = new AbortController()
      const short = runInNewFrame(() => db.run(server.sleep(0.002)), { signal: controller.signal })
      short.catch(() => {})
      setTimeout(() => controller.abort(reason), times % 5)
      await short.catch((error: unknown) => {
        if (error !== reason) failures.push(error)
      })
      await db.run('select 1').catch((error: unknown) => failures.push(error))
    }
    expect(failures).toEqual([])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('does not begin in a frame that is over, or when it is over before a connection is free', async () => {
    const holding = gate()
    const held = await holdAll(db, holding.promise)
    const waiting = runInNewFrame(() => db.run('insert into notes values (1)'), { deadlineMs: 30 })
    await expect(waiting).rejects.toThrow('longer than 30 ms')
    holding.resolve()
    await held.over
    expect(await db.list('select id from notes')).toEqual([])
  })
})

describe.each(servers)('a connection to $name', ({ adapter, cutAll }) => {
  const open = async (): Promise<OpenedSession> => {
    const db = await openSession(adapter({ poolSize: 2, acquireTimeoutMs: 500 }))
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
    return db
  }

  it('that was cut while nothing ran is replaced', async () => {
    await using db = await open()
    await cutAll()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(await db.list('select 1')).toEqual([1])
  })

  it('that is cut within a transaction ends it, half of nothing is applied', async () => {
    await using db = await open()
    const work = db.session.transaction(async () => {
      await db.run('insert into notes values (1)')
      await cutAll()
      await db.run('insert into notes values (2)')
    })
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_CONNECTION', status: 503 })
    expect(await db.list('select id from notes')).toEqual([])
    expect([...db.pool.holders()]).toEqual([])
  })

  it('is told to be in use, by whom and where, when none is free', async () => {
    await using db = await open()
    const holding = gate()
    const held = await holdAll(db, holding.promise)
    const waiting = db.run('select 1')
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_DB_BUSY', status: 503 })
    await expect(waiting).rejects.toThrow(
      /All 2 connections to .*127\.0\.0\.1.* transaction 'first' for \d+ ms \(packages\/db\/test\/cancellation\.test\.ts:\d+\), transaction 'second'/,
    )
    holding.resolve()
    await held.over
    expect(await db.list('select 1')).toEqual([1])
  })

  it('is rolled back where its transaction does nothing for too long', async () => {
    await using db = await openSession(adapter({ idleInTransactionTimeoutMs: 1000 }))
    await db.run('create table if not exists notes (id integer primary key)')
    const work = db.session.transaction(async () => {
      await db.run('insert into notes values (7)')
      await new Promise((resolve) => setTimeout(resolve, 2500))
      await db.run('insert into notes values (8)')
    })
    await expect(work).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_DB_(TRANSACTION|CONNECTION)$/),
    })
    expect(await db.list('select id from notes where id > 6')).toEqual([])
  })

  it('runs a transaction again after a deadlock', async () => {
    await using db = await open()
    await db.run('insert into notes values (1), (2)')
    let runs = 0
    const both = gate()
    const lock = async (first: number, second: number): Promise<void> =>
      db.session.transaction(async () => {
        await db.run(`select * from notes where id = ${first} for update`)
        if (++runs === 2) both.resolve()
        if (runs <= 2) await both.promise
        await db.run(`select * from notes where id = ${second} for update`)
      })
    await Promise.all([lock(1, 2), lock(2, 1)])
    expect(runs).toBe(3)
  })

  it('that is lost before COMMIT is sent is known to have rolled back', async () => {
    await using db = await open()
    const done: string[] = []
    const work = db.session.transaction(async () => {
      currentTransaction()?.afterRollback(() => done.push('rolled back'))
      await db.run('insert into notes values (1)')
      await cutAll()
      await new Promise((resolve) => setTimeout(resolve, 200))
    })
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_CONNECTION', status: 503 })
    expect([done, await db.list('select id from notes')]).toEqual([['rolled back'], []])
  })

  it('runs again after a deadlock that a nested transaction has caught', async () => {
    await using db = await open()
    await db.run('insert into notes values (1), (2)')
    let runs = 0
    const both = gate()
    const lock = async (first: number, second: number): Promise<void> =>
      db.session.transaction(async () => {
        await db.run(`select * from notes where id = ${first} for update`)
        if (++runs === 2) both.resolve()
        if (runs <= 2) await both.promise
        const select = `select * from notes where id = ${second} for update`
        await db.session.transaction(() => db.run(select), { propagation: 'nested' }).catch(() => {})
      })
    await Promise.all([lock(1, 2), lock(2, 1)])
    expect(runs).toBe(3)
  })

  it('prepares anew what was prepared before tables changed, within transactions too', async () => {
    await using db = await open()
    const read = (): Promise<unknown> =>
      db.session.transaction(() =>
        Promise.resolve(
          db.session.run({
            statement: { text: 'select * from notes', isRead: true },
            values: [],
            label: 'notes',
          }),
        ),
      )
    await Promise.all([read(), read()])
    await db.run('alter table notes add column text varchar(9)')
    await Promise.all([read(), read(), read()])
  })
})
