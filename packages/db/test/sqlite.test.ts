import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import BetterDatabase from 'better-sqlite3'
import { afterAll, describe, expect, it } from 'vitest'
import { sqlite } from '../src/sqlite/index.ts'
import type { Connection, DriverRow } from '../src/adapter/index.ts'
import { adapterSuite } from './adapter-suite.ts'
import { columnOf } from './column-facts.ts'

const NEVER = new AbortController().signal
const folder = mkdtempSync(join(tmpdir(), 'keelson-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true }))

const close = (): Promise<void> => Promise.resolve()
adapterSuite('sqlite in memory', () => Promise.resolve({ adapter: sqlite(':memory:'), close }))
adapterSuite('sqlite in a file', () => Promise.resolve({ adapter: sqlite(join(folder, 'a.db')), close }))
adapterSuite('sqlite by better-sqlite3', () =>
  Promise.resolve({ adapter: sqlite(join(folder, 'b.db'), { driver: BetterDatabase }), close }),
)

const read = (text: string): { text: string; isRead: true } => ({ text, isRead: true })
const write = (text: string): { text: string; isRead: false } => ({ text, isRead: false })
const rowsOf = async (connection: Connection, text: string): Promise<readonly DriverRow[]> =>
  (await connection.run(read(text), [])).rows

describe.each([
  ['node:sqlite', undefined],
  ['better-sqlite3', BetterDatabase],
])('sqlite by %s', (name, driver) => {
  const file = join(folder, `${name.replace(':', '-')}.db`)
  const adapter = sqlite(pathToFileURL(file), { driver, busyTimeoutMs: 300 })

  it('answers at once, keeps foreign keys, and does not write on a reader', async () => {
    const writer = await adapter.connect('writer', NEVER)
    const reader = await adapter.connect('reader', NEVER)
    const made = writer.run(write('create table t (a integer primary key references t (a)) strict'), [])
    expect(made).not.toBeInstanceOf(Promise)
    expect(await rowsOf(writer, 'pragma foreign_keys')).toMatchObject([{ foreign_keys: 1 }])
    expect(await rowsOf(writer, 'pragma journal_mode')).toMatchObject([{ journal_mode: 'wal' }])
    expect(await rowsOf(writer, 'pragma synchronous')).toMatchObject([{ synchronous: 2 }])
    let error: unknown
    try {
      await reader.run(write('insert into t values (1)'), [])
    } catch (reason) {
      error = reason
    }
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'read-only' })
    await reader.close()
    await writer.close()
  })

  it('waits for a lock of another connection without blocking the process', async () => {
    const [first, second] = [await adapter.connect('writer', NEVER), await adapter.connect('writer', NEVER)]
    await first.run(write('create table if not exists locked (a integer) strict'), [])
    await first.run(write('begin immediate'), [])
    const waiting = second.run(write('insert into locked values (?)'), [1])
    await first.run(write('insert into locked values (2)'), [])
    await first.run(write('commit'), [])
    expect(await waiting).toMatchObject({ affected: 1 })
    await first.run(write('begin immediate'), [])
    const refused: unknown = await Promise.resolve(second.run(write('begin immediate'), [])).catch(
      (error: unknown) => error,
    )
    expect(adapter.failureOf(refused)).toMatchObject({ kind: 'busy', endsTransaction: false })
    await first.close()
    await second.close()
  })

  it('loses and throws nothing above 2^53, in any kind of statement', async () => {
    const connection = await adapter.connect('writer', NEVER)
    await connection.run(write('create table big (a integer, b integer, c text) strict'), [])
    const insert = write('insert into big values (?, ?, ?) returning *')
    expect((await connection.run(insert, [1n, 2n ** 60n, 'x'])).rows).toEqual([
      { a: 1, b: '1152921504606846976', c: 'x' },
    ])
    await connection.run(insert, [2, 3, 'y'])
    expect(await rowsOf(connection, 'select * from big where a = 2')).toEqual([{ a: 2, b: 3, c: 'y' }])
    expect(await rowsOf(connection, 'select sum(b) as s, count(*) as n from big')).toEqual([
      { s: '1152921504606846979', n: 2 },
    ])
    const batches = connection.stream(read('select b from big order by a'), [], { batchRows: 5 })
    for await (const rows of batches) expect(rows).toEqual([{ b: '1152921504606846976' }, { b: 3 }])
    await connection.close()
  })

  it('names values as the statement does, whatever the names, and as the table is now', async () => {
    const connection = await adapter.connect('writer', NEVER)
    await connection.run(write('create table named (a text, b text) strict'), [])
    await connection.run(write('insert into named values (?, ?)'), ['x', 'y'])
    const odd = await rowsOf(connection, 'select a as "__proto__", b as "b c" from named')
    expect(Object.entries(odd[0] ?? {})).toEqual([
      ['__proto__', 'x'],
      ['b c', 'y'],
    ])
    expect(await rowsOf(connection, 'select a, b as a from named')).toEqual([{ a: 'y' }])
    const all = 'select * from named'
    expect(await rowsOf(connection, all)).toEqual([{ a: 'x', b: 'y' }])
    await connection.run(write('alter table named rename column a to z'), [])
    await connection.run(write('alter table named add column c text'), [])
    expect(await rowsOf(connection, all)).toEqual([{ z: 'x', b: 'y', c: null }])
    await connection.close()
  })
})

describe('sqlite', () => {
  it('refuses a decimal of more than 18 digits at start', () => {
    const dialect = sqlite(':memory:').dialect()
    const column = columnOf('decimal', 'total', { limits: { precision: 19, scale: 2 } })
    expect(dialect.columnProblems(column)).toEqual([
      'The column total has 19 digits; a decimal has at most 18 on SQLite, which keeps it as an integer.',
    ])
  })

  it('has one connection for a database in memory, which is not closed while idle', () => {
    expect(sqlite(':memory:')).toMatchObject({ lanes: 'single', pool: { poolSize: 1 } })
    expect(sqlite(':memory:').pool.idleTimeoutMs).toBeGreaterThan(2 ** 30)
  })

  it.each(['', 'file:shop.db', 'a\0b'])('refuses the path %j', (path) => {
    expect(() => sqlite(path)).toThrow('is not a path')
  })

  it('refuses an unknown option', () => {
    expect(() => sqlite(':memory:', { wal: true } as never)).toThrow('wal')
  })

  it('says that the folder of its file is missing', async () => {
    const adapter = sqlite(join(folder, 'nowhere', 'a.db'))
    const error: unknown = await adapter.connect('writer', NEVER).catch((reason: unknown) => reason)
    expect(adapter.failureOf(error)).toMatchObject({ kind: 'no-database' })
  })
})
