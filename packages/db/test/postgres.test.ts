import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Adapter, Connection, DriverRow, Statement } from '../src/adapter/index.ts'
import { connectProblems } from '../src/adapter/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { adapterSuite } from './adapter-suite.ts'
import { findPostgres, makePostgres } from './servers.ts'

const NEVER = new AbortController().signal
const { url = '', reason } = await findPostgres()

if (reason === '') {
  const suites = { prepared: {}, 'behind a pooler': { prepare: false } } as const
  for (const [name, options] of Object.entries(suites))
    adapterSuite(`postgres ${name}`, async () => {
      const made = await makePostgres(url)
      return { adapter: postgres(made.url, options), close: made.drop }
    })
}

const read = (text: string): Statement => ({ text, isRead: true })

describe.skipIf(reason !== '')('postgres', () => {
  let made: Awaited<ReturnType<typeof makePostgres>>
  let adapter: Adapter
  let connection: Connection
  beforeAll(async () => {
    made = await makePostgres(url)
    adapter = postgres(made.url, { statementTimeoutMs: 30_000 })
    connection = await adapter.connect('any', NEVER)
  })
  afterAll(async () => {
    await connection?.close()
    await made?.drop()
  })
  const rows = async (text: string, values: readonly string[] = []): Promise<readonly DriverRow[]> =>
    (await connection.run(read(text), values)).rows

  it('sets up each session in the message that begins it', async () => {
    const names = ['TimeZone', 'client_encoding', 'statement_timeout', 'application_name']
    const found = await rows(
      `select ${names.map((name) => `current_setting('${name}') as "${name}"`).join()}`,
    )
    expect(found).toEqual([
      { TimeZone: 'UTC', client_encoding: 'UTF8', statement_timeout: '30s', application_name: 'keelson' },
    ])
    expect(await rows('select pid::text from pg_stat_activity where pid = $1', [connection.id])).toHaveLength(
      1,
    )
  })

  it('gives values of expressions in one form each', async () => {
    const text = `select 9007199254740993 as big, 12.50::numeric(12, 2) as total, true as yes, 'x'::bytea as data,
      '{"a": 1}'::json as doc, '2026-11-29 12:00:00+02'::timestamptz as at, date '2026-11-29' as day,
      array['a', null] as list, 1.5::float8 as half, null as nothing, 1 as "__proto__"`
    expect(Object.entries((await rows(text))[0]!)).toEqual([
      ['big', '9007199254740993'],
      ['total', '12.50'],
      ['yes', true],
      ['data', 'eA'],
      ['doc', { a: 1 }],
      ['at', '2026-11-29T10:00:00.000Z'],
      ['day', '2026-11-29'],
      ['list', ['a', null]],
      ['half', 1.5],
      ['nothing', null],
      ['__proto__', 1],
    ])
  })

  it('tells that a COMMIT rolled back', async () => {
    await connection.run({ text: 'begin', isRead: false }, [])
    await expect(connection.run(read('select nothing'), [])).rejects.toThrow('nothing')
    expect(await connection.run({ text: 'commit', isRead: false }, [])).toMatchObject({ command: 'ROLLBACK' })
  })

  it('prepares each text once, and forgets the oldest', async () => {
    const few = postgres(made.url, { statementCacheSize: 2 })
    const one = await few.connect('any', NEVER)
    for (const text of ['select 1', 'select 2', 'select 3', 'select 3', 'selec', 'select 4'])
      await Promise.resolve(one.run(read(text), [])).catch(() => undefined)
    const kept = await one.run(
      { text: 'select statement from pg_prepared_statements', isRead: true, isKept: false },
      [],
    )
    expect(kept.rows).toHaveLength(2)
    await one.close()
  })

  it('prepares anew what the server forgot, but not within a transaction', async () => {
    await rows('select 7 as seven')
    await connection.run({ text: 'deallocate all', isRead: false, isKept: false }, [])
    expect(await rows('select 7 as seven')).toEqual([{ seven: 7 }])
    await connection.run({ text: 'create table stale (a integer)', isRead: false }, [])
    await rows('select * from stale')
    await connection.run({ text: 'begin', isRead: false }, [])
    await connection.run({ text: 'alter table stale alter a type text', isRead: false }, [])
    const error: unknown = await rows('select * from stale').catch((failed: unknown) => failed)
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'stale-plan', breaksConnection: false })
    await connection.run({ text: 'rollback', isRead: false }, [])
    expect(await rows('select * from stale')).toEqual([])
  })

  it('cancels on the server, and leaves the next statement unharmed', { timeout: 120_000 }, async () => {
    for (let at = 0; at < 200; at++) {
      const running = Promise.resolve(connection.run(read('select pg_sleep(30)'), [])).catch(
        (error: unknown) => error,
      )
      if (at % 2 === 0) await setTimeout(2)
      await connection.cancel!()
      const failed = adapter.failureOf(await running)
      expect(failed).toMatchObject({ kind: 'cancelled', breaksConnection: false })
      expect(await rows('select 1 as one')).toEqual([{ one: 1 }])
    }
    const late = postgres(made.url)
    const idle = await late.connect('any', NEVER)
    for (let at = 0; at < 50; at++) {
      await idle.cancel!()
      await idle.run(read('select 1'), [])
    }
    await idle.close()
  })

  it('cancels a stream that waits for rows, and one that waits to be read', async () => {
    const slow = connection.stream(read('select pg_sleep(30) from generate_series(1, 5)'), [], {
      batchRows: 1,
    })
    const waiting = slow[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error)
    await connection.cancel!()
    expect(adapter.failureOf(await waiting)).toMatchObject({ kind: 'cancelled' })
    for await (const batch of connection.stream(read('select generate_series(1, 9) as n'), [], {
      batchRows: 2,
    })) {
      expect(batch).toEqual([{ n: 1 }, { n: 2 }])
      await connection.cancel!()
      break
    }
    expect(await rows('select 1 as one')).toEqual([{ one: 1 }])
  })

  it('tells the end of a statement by the limit of the server', async () => {
    await connection.run({ text: 'set statement_timeout = 50', isRead: false }, [])
    const error: unknown = await rows('select pg_sleep(10)').catch((failed: unknown) => failed)
    await connection.run({ text: 'set statement_timeout = 30000', isRead: false }, [])
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'timeout' })
  })

  it('counts the time of each batch of a stream, and not that of its reader', async () => {
    await connection.run({ text: 'set statement_timeout = 500', isRead: false }, [])
    let count = 0
    for await (const batch of connection.stream(read('select generate_series(1, 9) as n'), [], {
      batchRows: 3,
    })) {
      count += batch.length
      await setTimeout(700)
    }
    expect(count).toBe(9)
    const slow = read('select pg_sleep(case n when 5 then 30 else 0 end) from generate_series(1, 9) as n')
    const batches = connection.stream(slow, [], { batchRows: 2 })[Symbol.asyncIterator]()
    expect((await batches.next()).value).toHaveLength(2)
    expect((await batches.next()).value).toHaveLength(2)
    const error: unknown = await batches.next().catch((failed: unknown) => failed)
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'timeout' })
    await connection.run({ text: 'set statement_timeout = 30000', isRead: false }, [])
  })

  it('tells that it broke, at once while idle and by the statement that ran', async () => {
    const [idle, busy] = [await adapter.connect('any', NEVER), await adapter.connect('any', NEVER)]
    const broke = new Promise<Error>((resolve) => idle.onBroken(resolve))
    const failed = Promise.resolve(busy.run(read('select pg_sleep(30)'), [])).catch((error: unknown) => error)
    await rows('select pg_terminate_backend($1::int), pg_terminate_backend($2::int)', [idle.id, busy.id])
    const expected = { kind: 'connection', breaksConnection: true, endsTransaction: true }
    expect(adapter.failureOf(await broke)).toMatchObject(expected)
    expect(adapter.failureOf(await failed)).toMatchObject(expected)
    expect([idle.broken, busy.broken]).toEqual([expect.any(Error), expect.any(Error)])
    await expect(idle.run(read('select 1'), [])).rejects.toThrow(idle.broken?.message)
  })

  it('tells a reader that does something else that its stream broke', async () => {
    const reading = await adapter.connect('any', NEVER)
    const many = read('select generate_series(1, 1000) as n')
    const batches = reading.stream(many, [], { batchRows: 10 })[Symbol.asyncIterator]()
    expect((await batches.next()).value).toHaveLength(10)
    await rows('select pg_terminate_backend($1::int)', [reading.id])
    await expect.poll(() => reading.broken).toBeInstanceOf(Error)
    const error: unknown = await batches.next().catch((reason: unknown) => reason)
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'connection', breaksConnection: true })
    reading.destroy()
  })

  it('serializes, and tells a conflict and a deadlock', async () => {
    const second = await adapter.connect('any', NEVER)
    await connection.run({ text: 'create table lock (id int primary key, n int)', isRead: false }, [])
    await connection.run({ text: 'insert into lock values (1, 0), (2, 0)', isRead: false }, [])
    const update = (id: number): Statement => ({
      text: `update lock set n = 1 where id = ${id}`,
      isRead: false,
    })
    for (const [on, id] of [
      [connection, 1],
      [second, 2],
    ] as const) {
      await on.run({ text: 'begin', isRead: false }, [])
      await on.run(update(id), [])
    }
    const both = await Promise.allSettled([connection.run(update(2), []), second.run(update(1), [])])
    const failed = both.filter((each) => each.status === 'rejected')
    expect(failed.map((each) => adapter.failureOf(each.reason).kind)).toEqual(['conflict'])
    for (const on of [connection, second]) await on.run({ text: 'rollback', isRead: false }, [])
    await second.close()
  })

  it('gives up a connection that is not made in time, or not wanted any more', async () => {
    const controller = new AbortController()
    const making = adapter.connect('any', controller.signal)
    setImmediate(() => controller.abort(new Error('not wanted')))
    const made = await making.catch((error: unknown) => error)
    if (!(made instanceof Error)) await (made as Connection).close()
    await expect(adapter.connect('any', AbortSignal.abort(new Error('never')))).rejects.toThrow('never')
  })

  it.skipIf(!existsSync('/var/run/postgresql/.s.PGSQL.5432'))('cancels over a Unix socket', async () => {
    const local = await postgres(made.url, { host: '/var/run/postgresql' }).connect('any', NEVER)
    const running = Promise.resolve(local.run(read('select pg_sleep(30)'), [])).catch(
      (error: unknown) => error,
    )
    await local.cancel!()
    expect(adapter.failureOf(await running)).toMatchObject({ kind: 'cancelled' })
    await local.close()
  })

  it('tells at start what is wrong, and never the password', async () => {
    const { host } = new URL(url)
    const password = encodeURIComponent('hunter2/ü')
    const wrong = {
      'no such database': `postgres://postgres:${password}@${host}/keelson_test_nowhere`,
      'no such user': `postgres://keelson_test_nobody:${password}@${host}/postgres`,
      'no server': `postgres://postgres:${password}@127.0.0.1:1/postgres`,
    }
    for (const each of Object.values(wrong)) {
      const there = postgres(each)
      const error: unknown = await there.connect('any', NEVER).catch((failed: unknown) => failed)
      const problems = JSON.stringify([connectProblems(there, error), there])
      expect(problems).toContain(there.place)
      for (const secret of ['hunter2', password]) expect(problems).not.toContain(secret)
    }
    const kinds = await Promise.all(
      Object.values(wrong).map(async (each) => {
        const there = postgres(each)
        return there.failureOf(await there.connect('any', NEVER).catch((failed: unknown) => failed)).kind
      }),
    )
    expect(kinds).toEqual(['no-database', 'authentication', 'connection'])
  })
})

describe('postgres, before it connects', () => {
  it.each([
    ['postgres://ana:hunter2@h/shop?ssl=true', 'unknown option ssl'],
    ['postgres://ana:hunter2@h/shop?sslmode=prefer', 'invalid sslmode prefer'],
    ['postgres://ana:hunter2@h', 'The database is missing'],
    ['postgres://h/shop', 'The user is missing'],
    ['mysql://ana:hunter2@h/shop', 'begins with mysql://'],
  ])('refuses %s', (wrong, message) => {
    expect(() => postgres(wrong)).toThrow(message)
    expect(() => postgres(wrong)).not.toThrow('hunter2')
  })

  it('takes all as options, which stand before the URL', () => {
    expect(postgres({ user: 'ana', database: 'shop' }).place).toBe('postgres://ana@127.0.0.1:5432/shop')
    expect(postgres('postgres://ana:x@h/shop', { port: 6432 }).place).toBe('postgres://ana@h:6432/shop')
  })

  it('says the limits with each BEGIN behind a pooler', () => {
    const dialect = postgres('postgres://ana@h/shop', { prepare: false }).dialect()
    expect(dialect.begin({ isolation: undefined, readOnly: true })).toEqual([
      'begin isolation level read committed read only; set local statement_timeout=60000; set local idle_in_transaction_session_timeout=10000',
    ])
  })
})

describe('postgres and a server that says nothing', () => {
  it('gives up after connectTimeoutMs, and at once when it is not wanted any more', async () => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    const slow = postgres({ port, user: 'ana', database: 'shop', connectTimeoutMs: 100 })
    const late: unknown = await slow.connect('any', NEVER).catch((error: unknown) => error)
    expect(slow.failureOf(late)).toMatchObject({ kind: 'connection' })
    const patient = postgres({ port, user: 'ana', database: 'shop', connectTimeoutMs: 60_000 })
    const controller = new AbortController()
    const unwanted = patient.connect('any', controller.signal)
    setImmediate(() => controller.abort(new Error('not wanted')))
    await expect(unwanted).rejects.toThrow('not wanted')
    silent.close()
  })
})
