// What tools see: a message for each stream, and for what becomes of connections.
import { channel } from 'node:diagnostics_channel'
import { createMemoryLogger } from '@keelson/core/spi'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  createTables,
  defineTables,
  integer,
  openDatabase,
  table,
  uuid,
  type OpenDatabaseOptions,
  type PoolMessage,
  type QueryMessage,
} from '../src/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { findMariadb, findPostgres, makeMariadb, makePostgres } from './servers.ts'
import { ALL_SYSTEMS, type MadeDatabase } from './systems.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary(), n: integer() }) })

let names = 0
const open = async (made: MadeDatabase, options: OpenDatabaseOptions = {}) => {
  const name = `diagnosed${++names}`
  const db = await openDatabase(made.adapter, tables, { ...options, name })
  onTestFinished(() => db[Symbol.asyncDispose]())
  await createTables(db)
  return db
}

/** What a channel publishes of the database that is opened next. */
function listen<T extends { readonly database: string }>(to: string): T[] {
  const name = `diagnosed${names + 1}`
  const heard: T[] = []
  const listener = (message: unknown): void => {
    if ((message as T).database === name) heard.push(message as T)
  }
  channel(to).subscribe(listener)
  onTestFinished(() => {
    channel(to).unsubscribe(listener)
  })
  return heard
}

describe.each(ALL_SYSTEMS)('a stream on %s', (_name, make) => {
  it('is told once, with its rows and the time that the database took', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    onTestFinished(() => made.drop())
    const queries = listen<QueryMessage>('keelson:db:query')
    const log = createMemoryLogger()
    const db = await open(made, { slowQueryMs: 0, log: log.log })
    await db.notes.insertMany(Array.from({ length: 450 }, (_, n) => ({ n })))
    const read = async (): Promise<number> => {
      let rows = 0
      for await (const _ of db.notes.stream())
        if (rows++ % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 40))
      return rows
    }
    const streams = (): QueryMessage[] => queries.splice(0).filter(({ label }) => label === 'notes.stream')
    const site = expect.stringMatching(/diagnostics\.test\.ts:\d+/)
    const alone = { rows: 450, isInTransaction: false, site }
    queries.length = 0
    const begun = performance.now()
    expect(await read()).toBe(450)
    const [first, ...more] = streams()
    expect([first, more]).toMatchObject([alone, []])
    expect(first?.durationMs).toBeLessThan(performance.now() - begun - 190)
    expect(log.lines.filter(({ query }) => query === 'notes.stream')).toHaveLength(1)
    await db.transaction(read)
    expect(streams()).toMatchObject([{ ...alone, isInTransaction: true }])
    // A reader that stops early.
    for await (const _ of db.notes.stream()) break
    expect(streams()).toMatchObject([{ rows: 200 }])
    await db.sql`drop table notes`
    await expect(read()).rejects.toThrow('notes.stream')
    expect(streams()).toMatchObject([{ rows: undefined, error: { code: 'ERR_DB_STATEMENT' } }])
    await expect(db.transaction(read)).rejects.toThrow('notes.stream')
    expect(streams()).toMatchObject([{ rows: undefined, error: { code: 'ERR_DB_STATEMENT' } }])
  })
})

const [postgresServer, mariadbServer] = [await findPostgres(), await findMariadb()]
const { url: postgresUrl } = postgresServer
const { url: mariadbUrl } = mariadbServer

const limits = { idleTimeoutMs: 200, poolSize: 2, acquireTimeoutMs: 100 }
const makers: [string, (() => Promise<MadeDatabase>) | undefined, string][] = [
  [
    'PostgreSQL',
    postgresUrl === undefined
      ? undefined
      : async () => {
          const made = await makePostgres(postgresUrl)
          return { adapter: postgres(made.url, limits), drop: made.drop }
        },
    'select pg_terminate_backend(pg_backend_pid())',
  ],
  [
    'MariaDB',
    mariadbUrl === undefined
      ? undefined
      : async () => {
          const made = await makeMariadb(mariadbUrl)
          return { adapter: mysql(made.url, limits), drop: made.drop }
        },
    'kill connection_id()',
  ],
]

describe.each(makers)('the pool of %s', (_name, make, kill) => {
  it('tells what becomes of connections', async (context) => {
    if (make === undefined) return context.skip('the server is not at hand')
    const made = await make()
    onTestFinished(() => made.drop())
    const pool = listen<PoolMessage>('keelson:db:pool')
    const events = (): string[] => pool.splice(0).map(({ event }) => event)
    const db = await open(made)
    expect(events()).toEqual(['connected'])
    await expect.poll(events, { timeout: 5000 }).toEqual(['closed'])
    const { session } = db['~internal']
    const killed = session.operation('kill', open, () =>
      session.run({ statement: { text: kill, isRead: true }, values: [], label: 'kill' }),
    )
    await expect(killed).rejects.toMatchObject({ code: 'ERR_DB_CONNECTION' })
    expect(pool.splice(0)).toMatchObject([
      { event: 'connected' },
      { event: 'broken', connections: 0, error: expect.any(Error) },
    ])
    const inOneOfItsOwn = (work: () => unknown): Promise<unknown> =>
      db.transaction(
        async () => {
          await db.notes.count()
          await work()
        },
        { propagation: 'new' },
      )
    const third = inOneOfItsOwn(() => inOneOfItsOwn(() => inOneOfItsOwn(() => {})))
    await expect(third).rejects.toMatchObject({ code: 'ERR_DB_BUSY' })
    expect(events()).toEqual(['connected', 'connected', 'exhausted'])
    await db[Symbol.asyncDispose]()
    expect(events()).toEqual(['closed', 'closed'])
  })
})
