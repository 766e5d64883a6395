import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Adapter, Connection, DriverRow, DriverValue, Statement } from '../src/adapter/index.ts'
import { connectProblems } from '../src/adapter/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { adapterSuite } from './adapter-suite.ts'
import { findMariadb, makeMariadb } from './servers.ts'

const NEVER = new AbortController().signal
const { url = '', reason } = await findMariadb()

if (reason === '') {
  const suites = { prepared: {}, 'that keeps no statement': { statementCacheSize: 0 } } as const
  for (const [name, options] of Object.entries(suites))
    adapterSuite(`mysql ${name}`, async () => {
      const made = await makeMariadb(url)
      return { adapter: mysql(made.url, options), close: made.drop }
    })
}

const read = (text: string): Statement => ({ text, isRead: true })
const write = (text: string): Statement => ({ text, isRead: false })

describe.skipIf(reason !== '')('mysql', () => {
  let made: Awaited<ReturnType<typeof makeMariadb>>
  let adapter: Adapter
  let connection: Connection
  beforeAll(async () => {
    made = await makeMariadb(url)
    adapter = mysql(made.url, { statementTimeoutMs: 30_000, idleInTransactionTimeoutMs: 7000 })
    connection = await adapter.connect('any', NEVER)
  })
  afterAll(async () => {
    await connection?.close()
    await made?.drop()
  })
  const rows = async (text: string, values: readonly DriverValue[] = []): Promise<readonly DriverRow[]> =>
    (await connection.run(read(text), values)).rows
  const failed = (work: PromiseLike<unknown>): Promise<unknown> =>
    Promise.resolve(work).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('sets up each session', async () => {
    const names = [
      'time_zone',
      'collation_connection',
      'max_statement_time',
      'idle_transaction_timeout',
      'tx_isolation',
    ]
    expect(
      await rows(
        `select ${names.map((name) => `@@session.${name} as ${name}`).join()}, connection_id() as id`,
      ),
    ).toEqual([
      {
        time_zone: '+00:00',
        collation_connection: 'utf8mb4_nopad_bin',
        max_statement_time: 30,
        idle_transaction_timeout: 7,
        tx_isolation: 'READ-COMMITTED',
        id: Number(connection.id),
      },
    ])
    expect((await rows('select @@session.sql_mode as m'))[0]!['m']).toContain('STRICT_TRANS_TABLES')
    expect(adapter.dialect().system).toBe('mariadb')
  })

  it('compares large integers and decimals exactly, and takes a LIMIT', async () => {
    await connection.run(write('create table exact (b bigint, d decimal(30, 0), key (b), key (d))'), [])
    const insert = write('insert into exact values (?, ?)')
    await connection.run(insert, [9_223_372_036_854_775_806n, '999999999999999999999999999998'])
    expect(await rows('select b from exact where b = ?', [9_223_372_036_854_775_807n])).toEqual([])
    expect(await rows('select b from exact where b >= ?', [9_223_372_036_854_775_806n])).toHaveLength(1)
    expect(await rows('select b from exact where d = ?', ['999999999999999999999999999999'])).toEqual([])
    expect(
      await rows('select b from exact where d in (?, ?)', ['1', '999999999999999999999999999998']),
    ).toHaveLength(1)
    expect(
      await rows('select b from exact where d > ? limit ?', ['999999999999999999999999999997', 1]),
    ).toEqual([{ b: '9223372036854775806' }])
    expect(await rows('select ? as half', [1.5])).toEqual([{ half: 1.5 }])
  })

  it('is broken by a statement larger than the server takes', async () => {
    const other = await adapter.connect('any', AbortSignal.timeout(10_000))
    const large = new Uint8Array(20_000_000)
    const error = await failed(other.run(read('select length(?) as n'), [large]) as Promise<unknown>)
    expect(adapter.failureOf(error)).toMatchObject({ breaksConnection: true, endsTransaction: true })
    expect(other.broken).toBeInstanceOf(Error)
    other.destroy()
  })

  it('refuses what a column cannot hold', async () => {
    await connection.run(write('create table narrow (a varchar(2), n int)'), [])
    for (const [a, n] of [
      ['abc', 1],
      ['a', 'x'],
      ['a', 3_000_000_000],
    ] as const) {
      const error = await failed(
        connection.run(write('insert into narrow values (?, ?)'), [a, n]) as Promise<unknown>,
      )
      expect(adapter.failureOf(error)).toMatchObject({ kind: 'value' })
    }
  })

  it('cancels on the server, and leaves the next statement unharmed', { timeout: 120_000 }, async () => {
    for (let at = 0; at < 200; at++) {
      const running = failed(
        connection.run(read('select sleep(30) from (select 1 union select 2) x'), []) as Promise<unknown>,
      )
      if (at % 2 === 0) await setTimeout(2)
      await connection.cancel!()
      const error = await running
      // MariaDB may also answer a killed statement as if it had slept enough.
      expect(['cancelled', undefined]).toContain(
        error === undefined ? undefined : adapter.failureOf(error).kind,
      )
      expect(await rows('select ? as one', [1])).toEqual([{ one: 1 }])
    }
  })

  it('stops a stream of many rows that is left early', async () => {
    const many = read('select a.seq as n from seq_1_to_3000 a, seq_1_to_3000 b')
    for await (const batch of connection.stream(many, [], { batchRows: 100 })) {
      expect(batch).toHaveLength(100)
      break
    }
    expect(await rows('select ? as one', [1])).toEqual([{ one: 1 }])
  })

  it('tells the end of a statement by the limit of the server', async () => {
    await connection.run(write('set session max_statement_time = 0.05'), [])
    const error = await failed(
      connection.run(
        read('select count(*) from seq_1_to_100000 a, seq_1_to_100000 b'),
        [],
      ) as Promise<unknown>,
    )
    await connection.run(write('set session max_statement_time = 30'), [])
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'timeout', breaksConnection: false })
  })

  it('tells that it broke, at once while idle and by the statement or stream that ran', async () => {
    const [idle, busy, reading] = await Promise.all([1, 2, 3].map(() => adapter.connect('any', NEVER)))
    const broke = new Promise<Error>((resolve) => idle!.onBroken(resolve))
    const running = failed(busy!.run(read('select sleep(30)'), []) as Promise<unknown>)
    const stream = reading!.stream(read('select sleep(30)'), [], { batchRows: 1 })
    const streaming = failed(stream[Symbol.asyncIterator]().next())
    for (const { id } of [idle!, busy!, reading!]) await connection.run(write(`kill connection ${id}`), [])
    const expected = { kind: 'connection', breaksConnection: true, endsTransaction: true }
    for (const error of [await broke, await running, await streaming])
      expect(adapter.failureOf(error)).toMatchObject(expected)
    for (const each of [idle!, busy!, reading!]) expect(each.broken).toBeInstanceOf(Error)
    await expect(idle!.run(read('select 1'), [])).rejects.toThrow(idle!.broken?.message)
  })

  it('tells a reader that does something else that its stream broke', async () => {
    const reading = await adapter.connect('any', NEVER)
    // More than the sockets hold, so that the server has not sent it all.
    const many = read("select repeat('x', 1000) as x from seq_1_to_100000")
    const readAll = async (): Promise<void> => {
      for await (const batch of reading.stream(many, [], { batchRows: 100 })) {
        if (batch.length < 100) break
        await rows(`kill connection ${reading.id}`).catch(() => [])
      }
    }
    expect(adapter.failureOf(await failed(readAll()))).toMatchObject({ kind: 'connection' })
    reading.destroy()
  })

  it('tells a column of the result that no member can be', async () => {
    const other = await adapter.connect('any', NEVER)
    const error = await failed(other.run(read('select 1 as `__proto__`'), []) as Promise<unknown>)
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'syntax', breaksConnection: true })
    other.destroy()
  })

  it('counts the time of each batch of a stream, and not that of its reader', async () => {
    const limited = mysql(made.url, { statementTimeoutMs: 800 })
    const other = await limited.connect('any', NEVER)
    const many = read("select repeat('x', 1000) as x from seq_1_to_30000")
    let count = 0
    for await (const batch of other.stream(many, [], { batchRows: 10_000 })) {
      count += batch.length
      await setTimeout(1000)
    }
    expect(count).toBe(30_000)
    const slow = other.stream(read('select sleep(30) as s'), [], { batchRows: 1 })
    const error = await failed(slow[Symbol.asyncIterator]().next())
    expect(limited.failureOf(error)).toMatchObject({ kind: 'timeout', breaksConnection: false })
    const limit = await other.run(read('select @@session.max_statement_time as m'), [])
    expect(limit.rows).toEqual([{ m: 0.8 }])
    await other.close()
  })

  it('leaves no listener behind', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    for (let at = 0; at < 12; at++)
      for await (const batch of connection.stream(read('select 1 as n'), [], { batchRows: 10 }))
        expect(batch).toEqual([{ n: 1 }])
    await setTimeout(0)
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('lets go of a statement when it is destroyed', async () => {
    const other = await adapter.connect('any', NEVER)
    const running = failed(other.run(read('select sleep(30)'), []) as Promise<unknown>)
    other.destroy()
    expect(adapter.failureOf(await running)).toMatchObject({ breaksConnection: true })
  })

  it('tells a deadlock, which ends the transaction', async () => {
    const second = await adapter.connect('any', NEVER)
    await connection.run(write('create table locked (id int primary key, n int)'), [])
    await connection.run(write('insert into locked values (1, 0), (2, 0)'), [])
    const update = (id: number): Statement => write(`update locked set n = n + 1 where id = ${id}`)
    for (const [on, id] of [
      [connection, 1],
      [second, 2],
    ] as const) {
      await on.run(write('start transaction'), [])
      await on.run(update(id), [])
    }
    const both = await Promise.allSettled([connection.run(update(2), []), second.run(update(1), [])])
    const errors = both
      .filter((each) => each.status === 'rejected')
      .map((each) => adapter.failureOf(each.reason))
    expect(errors).toMatchObject([{ kind: 'conflict', endsTransaction: true, breaksConnection: false }])
    for (const on of [connection, second]) await on.run(write('rollback'), [])
    await second.close()
  })

  it('tells at start what is wrong, and never the password', async () => {
    const { host } = new URL(url)
    const password = encodeURIComponent('hunter2/ü')
    const wrong = [
      `${url}/keelson_test_nowhere`,
      `mysql://keelson_test_nobody:${password}@${host}/mysql`,
      `mysql://root:${password}@127.0.0.1:1/mysql`,
    ]
    const kinds: string[] = []
    for (const each of wrong) {
      const there = mysql(each)
      const error = await failed(there.connect('any', NEVER))
      const problems = JSON.stringify([connectProblems(there, error), there])
      expect(problems).toContain(there.place)
      for (const secret of ['hunter2', password]) expect(problems).not.toContain(secret)
      kinds.push(there.failureOf(error).kind)
    }
    expect(kinds).toEqual(['no-database', 'authentication', 'connection'])
    await expect(adapter.connect('any', AbortSignal.abort(new Error('never')))).rejects.toThrow('never')
    const encrypted = mysql(`${made.url}?ssl-mode=required`)
    const error = await failed(encrypted.connect('any', NEVER))
    expect(encrypted.failureOf(error)).toMatchObject({ kind: 'connection' })
  })
})

describe('mysql, before it connects', () => {
  it.each([
    ['mysql://ana:hunter2@h/shop?ssl=true', 'unknown option ssl'],
    ['mysql://ana:hunter2@h/shop?ssl-mode=preferred', 'invalid ssl-mode preferred'],
    ['mysql://ana:hunter2@h', 'The database is missing'],
    ['postgres://ana:hunter2@h/shop', 'begins with postgres://'],
  ])('refuses %s', (wrong, message) => {
    expect(() => mysql(wrong)).toThrow(message)
    expect(() => mysql(wrong)).not.toThrow('hunter2')
  })

  it('does not know its system yet', () => {
    expect(() => mysql('mysql://ana@h/shop').dialect()).toThrow('MySQL or MariaDB')
  })
})

describe('mysql and a server that says nothing', () => {
  it('gives up after connectTimeoutMs, and at once when it is not wanted any more', async () => {
    const silent = createServer(() => undefined)
    await once(silent.listen(0, '127.0.0.1'), 'listening')
    const { port } = silent.address() as AddressInfo
    const slow = mysql({ port, user: 'ana', database: 'shop', connectTimeoutMs: 100 })
    const late: unknown = await slow.connect('any', NEVER).catch((error: unknown) => error)
    expect(slow.failureOf(late)).toMatchObject({ kind: 'connection' })
    const patient = mysql({ port, user: 'ana', database: 'shop', connectTimeoutMs: 60_000 })
    const controller = new AbortController()
    const unwanted = patient.connect('any', controller.signal)
    setImmediate(() => controller.abort(new Error('not wanted')))
    await expect(unwanted).rejects.toThrow('not wanted')
    silent.close()
  })
})
