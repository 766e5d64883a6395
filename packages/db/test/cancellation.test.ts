// Statements of requests that are over: gone from the server, and the connection as good as before.
import { runInNewFrame } from '@keelson/core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { postgres } from '../src/postgres/index.ts'
import { openSession, type OpenedSession } from './open-session.ts'
import { askPostgres, findPostgres, makePostgres } from './servers.ts'

/** A promise, and what opens it. */
function gate(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((open) => (resolve = open))
  return { promise, resolve: () => resolve() }
}

const server = await findPostgres()
const url = server.url ?? ''

describe.skipIf(server.url === undefined)(`a statement on PostgreSQL ${server.reason}`, async () => {
  const made = server.url === undefined ? undefined : await makePostgres(url)
  afterAll(() => made?.drop())
  let db: OpenedSession
  beforeEach(async () => {
    db = await openSession(postgres(made?.url ?? '', { poolSize: 2, acquireTimeoutMs: 2000 }))
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
  })
  afterEach(() => db[Symbol.asyncDispose]())

  const name = made?.url.split('/').at(-1) ?? ''
  /** Statements that run on the server in our database. */
  const running = async (): Promise<number> => {
    const text = `select count(*)::int as n from pg_stat_activity where datname = '${name}' and state = 'active'`
    const [row] = (await askPostgres(url, text)) as { n: number }[]
    return row?.n ?? -1
  }
  const until = async (holds: () => Promise<boolean>): Promise<number> => {
    const start = performance.now()
    while (!(await holds())) if (performance.now() - start > 5000) break
    return performance.now() - start
  }
  const reason = new Error('the client is gone')

  it('is cancelled on the server when its frame is aborted', async () => {
    const controller = new AbortController()
    const sleeping = runInNewFrame(() => db.run('select pg_sleep(30)'), { signal: controller.signal })
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
    const sleeping = runInNewFrame(() => db.run('select pg_sleep(30)'), { deadlineMs: 50 })
    await expect(sleeping).rejects.toThrow('longer than 50 ms')
    expect(await running()).toBe(0)
  })

  it('rolls its transaction back, which no signal cancels', async () => {
    const work = runInNewFrame(
      () =>
        db.session.transaction(async () => {
          await db.run('insert into notes values (1)')
          await db.run('select pg_sleep(30)')
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
      const short = runInNewFrame(() => db.run('select pg_sleep(0.002)'), { signal: controller.signal })
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
    const held = Promise.all([
      db.session.transaction(() => holding.promise),
      db.session.transaction(() => holding.promise),
    ])
    const waiting = runInNewFrame(() => db.run('insert into notes values (1)'), { deadlineMs: 30 })
    await expect(waiting).rejects.toThrow('longer than 30 ms')
    holding.resolve()
    await held
    expect(await db.list('select id from notes')).toEqual([])
  })
})

describe.skipIf(server.url === undefined)(`a connection to PostgreSQL ${server.reason}`, async () => {
  const made = server.url === undefined ? undefined : await makePostgres(url)
  afterAll(() => made?.drop())
  const open = async (): Promise<OpenedSession> => {
    const db = await openSession(postgres(made?.url ?? '', { poolSize: 2, acquireTimeoutMs: 500 }))
    await db.run('drop table if exists notes')
    await db.run('create table notes (id integer primary key)')
    return db
  }
  const name = made?.url.split('/').at(-1) ?? ''
  const cutAll = (): Promise<unknown> =>
    askPostgres(url, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)

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
    const held = Promise.all(
      ['first', 'second'].map((name) => db.session.transaction(() => holding.promise, { name })),
    )
    const waiting = db.run('select 1')
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_DB_BUSY', status: 503 })
    await expect(waiting).rejects.toThrow(
      /All 2 connections to .*127\.0\.0\.1.* transaction 'first' for \d+ ms \(packages\/db\/test\/cancellation\.test\.ts:\d+\), transaction 'second'/,
    )
    holding.resolve()
    await held
    expect(await db.list('select 1')).toEqual([1])
  })

  it('is rolled back where its transaction does nothing for too long', async () => {
    await using db = await openSession(postgres(made?.url ?? '', { idleInTransactionTimeoutMs: 200 }))
    await db.run('create table if not exists notes (id integer primary key)')
    const work = db.session.transaction(async () => {
      await db.run('insert into notes values (7)')
      await new Promise((resolve) => setTimeout(resolve, 1200))
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
})
