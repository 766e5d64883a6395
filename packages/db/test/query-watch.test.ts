// What is told of queries: to the log, to the diagnostics channels, and in development where one repeats.
import { channel } from 'node:diagnostics_channel'
import { runInNewFrame } from '@keelson/core'
import { createMemoryLogger, type MemoryLog } from '@keelson/core/spi'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createTables,
  defineTables,
  openDatabase,
  table,
  text,
  uuid,
  type OpenDatabaseOptions,
  type QueryMessage,
  type TransactionMessage,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text() }) })
const open = async (log: MemoryLog, options: OpenDatabaseOptions = {}) => {
  const db = await openDatabase(sqlite(':memory:'), tables, { log: log.log, ...options })
  await createTables(db)
  return db
}
const warnings = (log: MemoryLog): string[] =>
  log.lines.filter(({ level }) => level === 40).map(({ msg }) => String(msg))

describe('the log', () => {
  it('has slow statements, with their text and line, and no values', async () => {
    const log = createMemoryLogger()
    await using db = await open(log, { slowQueryMs: 50 })
    // More than twice as long on the fastest machine.
    const slow = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000000)
      select count(*), ? from n`
    await db['~internal'].session.operation('slow', open, () =>
      db['~internal'].session.run({
        statement: { text: slow, isRead: true },
        values: ['a secret'],
        label: 'slow',
      }),
    )
    const line = log.lines.find(({ msg }) => msg === 'slow query')
    expect(line).toMatchObject({ level: 40, database: 'db', query: 'slow', text: slow })
    expect(line?.['durationMs']).toBeGreaterThan(50)
    expect(JSON.stringify(log.lines)).not.toContain('a secret')
  }, 60_000)

  it('names the transaction of a slow commit, and its line', async () => {
    const log = createMemoryLogger()
    await using db = await open(log, { slowQueryMs: 0 })
    await db.transaction(() => db.notes.insert({ text: 'a' }), { name: 'pay' })
    const last = log.lines.findLast(({ msg }) => msg === 'slow query')
    expect(last).toMatchObject({
      query: "transaction 'pay', commit",
      text: 'commit',
      site: expect.stringMatching(/query-watch\.test\.ts:\d+$/),
    })
  })

  it('tells once of a statement that a request runs again and again', async () => {
    const log = createMemoryLogger()
    await using db = await open(log, { queries: { maxRepeats: 3 } })
    const { id } = await db.notes.insert({ text: 'a' })
    await runInNewFrame(async () => {
      for (let times = 0; times < 9; times++) await db.notes.byId(id)
    })
    expect(warnings(log)).toEqual([
      'notes.byId ran 4 times in one request: load the rows together, by with(), isIn() or byId() of one tick',
    ])
    for (let times = 0; times < 9; times++) await db.notes.byId(id)
    expect(warnings(log)).toHaveLength(1)
  })
})

describe('a budget of queries', () => {
  it('is an error with the line of the one too many', async () => {
    await using db = await open(createMemoryLogger(), { queries: { max: 2 } })
    const work = runInNewFrame(async () => {
      await db.notes.count()
      await db.notes.find()
      await db.notes.first()
    })
    await expect(work).rejects.toMatchObject({ code: 'ERR_DB_QUERY_BUDGET', status: 500 })
    await expect(work).rejects.toThrow(
      /notes\.first \(packages\/db\/test\/query-watch\.test\.ts:\d+\) is query 3 of the request; its budget is 2/,
    )
  })
})

describe('the diagnostics channels', () => {
  const queries: QueryMessage[] = []
  const transactions: TransactionMessage[] = []
  const onQuery = (message: unknown): void => void queries.push(message as QueryMessage)
  const onTransaction = (message: unknown): void => void transactions.push(message as TransactionMessage)
  beforeEach(() => {
    queries.length = 0
    transactions.length = 0
    channel('keelson:db:query').subscribe(onQuery)
    channel('keelson:db:transaction').subscribe(onTransaction)
  })
  afterEach(() => {
    channel('keelson:db:query').unsubscribe(onQuery)
    channel('keelson:db:transaction').unsubscribe(onTransaction)
  })

  it('tell of each statement and transaction, those that fail included', async () => {
    await using db = await open(createMemoryLogger())
    queries.length = 0
    transactions.length = 0
    await runInNewFrame(() => db.transaction(() => db.notes.insert({ text: 'a' }), { name: 'note' }))
    await db.sql`select * from nowhere`.catch(() => {})
    expect(queries.map(({ label }) => label)).toEqual([
      "transaction 'note', begin immediate",
      'notes.insert',
      "transaction 'note', commit",
      'sql',
    ])
    expect(queries[1]).toMatchObject({
      database: 'db',
      rows: 1,
      isInTransaction: true,
      requestId: expect.any(String),
    })
    expect(queries[1]?.site).toMatch(/query-watch\.test\.ts:\d+$/)
    expect(queries[3]).toMatchObject({ isInTransaction: false, error: { code: 'ERR_DB_STATEMENT' } })
    expect(transactions).toMatchObject([{ database: 'db', name: 'note', outcome: 'committed' }])
    const failing = async (isAsked: boolean): Promise<void> => {
      if (isAsked) await db.notes.count()
      throw new Error('boom')
    }
    for (const isAsked of [false, true]) await db.transaction(() => failing(isAsked)).catch(() => {})
    expect(transactions).toHaveLength(2)
    expect(transactions[1]).toMatchObject({ outcome: 'rolled-back', error: { message: 'boom' } })
  })
})
