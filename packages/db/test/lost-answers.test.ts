// What is told of a statement by itself whose connection is lost: whether nothing was done, or nobody knows.
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createTables,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  type OwnedDatabase,
} from '../src/index.ts'
import { openNetwork, type FaultyNetwork } from './faulty-network.ts'
import { adapterThrough, networkedServers } from './networked-servers.ts'

const Notes = table('notes', {
  id: integer().primary(),
  name: text({ maxLength: 50 }).unique(),
  count: integer(),
})
const tables = defineTables({ notes: Notes })
type Notebook = OwnedDatabase<typeof tables>
type Work = (db: Notebook) => Promise<unknown>

const kept = { id: 1, name: 'kept', count: 1 }
const made = { id: 2, name: 'made', count: 1 }
const notesOf = (count: number): (typeof made)[] =>
  Array.from({ length: count }, (_, id) => ({ id: id + 9, name: `note ${id}`, count: 1 }))

const WRITES: readonly (readonly [name: string, work: Work])[] = [
  ['insert', (db) => db.notes.insert(made)],
  ['insertMany', (db) => db.notes.insertMany(notesOf(2))],
  ['update', (db) => db.notes.update(kept, { count: 2 })],
  ['updateMany', (db) => db.notes.updateMany({ where: { id: 1 }, set: { count: 2 } })],
  ['delete', (db) => db.notes.delete(1)],
  ['sql', (db) => db.sql`update notes set count = count + 1`],
  ['sql.affected', (db) => db.sql.affected`update notes set count = count + 1`],
  ['kysely', (db) => db.kysely.updateTable('notes').set({ count: 5 }).execute()],
  ['prepare', (db) => db.prepare((k) => k.updateTable('notes').set({ count: 5 }))({})],
]

/** A message that begins to change rows: by its text, or on MariaDB, where that was prepared before, by its kind, COM_STMT_EXECUTE. */
const WRITING: Readonly<Record<string, RegExp>> = {
  PostgreSQL: /insert into|update .?notes|delete from/,
  // oxlint-disable-next-line no-control-regex -- they are kinds of messages
  MariaDB: /^[^]{4}(?:\x17|\x03update)/,
}

const READS: readonly (readonly [name: string, work: Work])[] = [
  ['byId', (db) => db.notes.byId(1)],
  ['find', (db) => db.notes.find({ where: { count: 1 } })],
  ['count', (db) => db.notes.count()],
  ['sql', (db) => db.sql`select id, lower(name) from notes where count in (select max(count) from notes)`],
  [
    'kysely',
    (db) =>
      db.kysely
        .selectFrom('notes')
        .select((q) => q.fn.countAll().as('all'))
        .execute(),
  ],
]

/** Long enough for a statement to wait for a lock. */
const pause = (): Promise<void> => wait(100)

const failureOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error)

const UNKNOWN = { code: 'ERR_DB_OUTCOME_UNKNOWN', status: 500, cause: { code: 'ERR_DB_CONNECTION' } }
const UNDONE = { code: 'ERR_DB_CONNECTION', status: 503 }

const reachable = await networkedServers()
afterAll(() => Promise.all(reachable.map((server) => server.drop())))

describe.each(reachable)('a statement by itself on $name whose connection is lost', (server) => {
  let observer: Notebook
  let network: FaultyNetwork
  let db: Notebook
  beforeEach(async () => {
    observer = await openDatabase(server.adapter(server.url), tables)
    await createTables(observer)
    await observer.notes.insert(kept)
    network = await openNetwork(server.port)
    db = await openDatabase(adapterThrough(network, server), tables)
  })
  afterEach(async () => {
    network.fault = { kind: 'none' }
    await db[Symbol.asyncDispose]()
    await network[Symbol.asyncDispose]()
    await observer.sql`drop table notes`
    await observer[Symbol.asyncDispose]()
  })
  const rows = (): Promise<readonly unknown[]> => observer.notes.find({ orderBy: { id: 'asc' } })
  /** What ends on the server that has begun so. */
  const endConnection = async (begin: string): Promise<void> => {
    const like = `${begin}%`
    if (server.name === 'PostgreSQL') {
      await observer.sql`select pg_terminate_backend(pid) from pg_stat_activity where state = 'active' and query like ${like} and pid <> pg_backend_pid()`
      return
    }
    const found = await observer.sql<{
      id: number
    }>`select id from information_schema.processlist where info like ${like}`
    for (const { id } of found) await observer.sql`kill ${id}`
  }

  it.each(WRITES)('may have been done: %s', async (_name, work) => {
    network.fault = { kind: 'cut', at: WRITING[server.name] as RegExp, isSent: true }
    await expect(work(db)).rejects.toMatchObject(UNKNOWN)
    expect(await rows()).not.toEqual([kept])
  })

  it('may have been done: upsert, which is a transaction where the system has none', async () => {
    network.fault = { kind: 'cut', at: /on conflict|commit/, isSent: true }
    await expect(db.notes.upsert(made, { on: ['id'] })).rejects.toMatchObject(UNKNOWN)
    expect(await rows()).toEqual([kept, made])
  })

  it.each(READS)('has changed nothing where it reads: %s', async (_name, work) => {
    network.fault = { kind: 'cut', at: /[^]/, isSent: true }
    await expect(work(db)).rejects.toMatchObject(UNDONE)
  })

  it('may have done what a function does that somebody has written', async () => {
    network.fault = { kind: 'cut', at: /[^]/, isSent: true }
    await expect(db.sql`select mine(1)`).rejects.toMatchObject(UNKNOWN)
  })

  it('was never sent where there is no connection', async () => {
    network.fault = { kind: 'cut', at: /[^]/, isSent: false }
    await expect(db.notes.count()).rejects.toMatchObject(UNDONE)
    await expect(db.notes.insert(made)).rejects.toMatchObject(UNDONE)
    expect(await rows()).toEqual([kept])
  })

  it('was not done within a transaction that had not come to its COMMIT', async () => {
    network.fault = { kind: 'cut', at: /insert into/, isSent: true }
    await expect(db.transaction(() => db.notes.insert(made))).rejects.toMatchObject(UNDONE)
    expect(await rows()).toEqual([kept])
  })

  it('was not done where it is several, before their COMMIT', async () => {
    network.fault = { kind: 'cut', at: /insert into/, isSent: true }
    await expect(db.notes.insertMany(notesOf(30_000))).rejects.toMatchObject(UNDONE)
    expect(await rows()).toEqual([kept])
  })

  it('was not done where it is an upsert that waits for the key of another', async () => {
    await observer.transaction(async () => {
      await observer.notes.insert(made)
      const lost = failureOf(db.notes.upsert({ ...made, id: 3 }, { on: ['id'] }))
      await pause()
      await observer.transaction(() => endConnection('insert'), { propagation: 'new' })
      expect(await lost).toMatchObject(UNDONE)
    })
    expect(await rows()).toEqual([kept, made])
  })

  it('was not done where PostgreSQL itself says so', async () => {
    await observer.transaction(async () => {
      await observer.notes.first({ where: { id: 1 }, lock: 'update' })
      const lost = failureOf(db.notes.updateMany({ where: { id: 1 }, set: { count: 7 } }))
      await pause()
      await observer.transaction(() => endConnection('update'), { propagation: 'new' })
      expect(await lost).toMatchObject(server.name === 'PostgreSQL' ? UNDONE : UNKNOWN)
    })
    expect(await rows()).toEqual([kept])
  })
})
