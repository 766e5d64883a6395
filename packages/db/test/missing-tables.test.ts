// What an app does at its start whose database lacks tables.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, plugin, SetupError, token } from '@keelson/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createTables,
  database,
  defineTables,
  integer,
  openDatabase,
  table,
  text,
  type Adapter,
  type Database,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { ALL_SYSTEMS, type MadeDatabase } from './systems.ts'

const odd = 'Odd "name`s'
const tables = defineTables({
  orders: table('orders', { id: integer().primary() }),
  odd: table(odd, { id: integer().primary(), title: text() }),
})
const DB = token<Database<typeof tables>>('db')

const started = async (options: Parameters<typeof createApp>[0]): Promise<SetupError | undefined> => {
  const app = createApp({ mode: 'test', log: { level: 'silent' }, ...options })
  try {
    await app.start()
    return undefined
  } catch (error) {
    return error as SetupError
  } finally {
    await app.stop()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'keelson-missing-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, '0001-others.sql'), 'create table others (id integer primary key);\n')

describe.each(ALL_SYSTEMS)('a database on %s that lacks tables', (_name, make) => {
  let made: MadeDatabase | undefined
  beforeAll(async () => {
    made = await make()
  })
  afterAll(() => made?.drop())
  const adapter = (skip: (reason: string) => never): Adapter => made?.adapter ?? skip('not at hand')

  it('stops the start with their names, unless something makes them by its own start', async ({ skip }) => {
    const place = adapter(skip)
    const db = database(DB, place, tables)
    expect((await started({ routes: {}, plugins: [db] }))?.problems).toEqual([
      {
        code: 'ERR_DB_TABLE',
        place: place.place,
        message: `The database lacks the tables 'orders', '${odd}'.`,
        remedy:
          'Make them by migrations (the option migrations); in examples and tests by createTables: true.',
      },
    ])
    await using opened = await openDatabase(place, defineTables({ orders: tables.orders }))
    await createTables(opened)
    expect((await started({ routes: {}, plugins: [db] }))?.problems).toMatchObject([
      { message: `The database lacks the table '${odd}'.` },
    ])
    const maker = plugin({
      name: 'maker',
      inject: { db: DB },
      start: ({ services }) => createTables(services.db),
    })
    expect(await started({ routes: {}, plugins: [maker, db] })).toBeUndefined()
    expect(await started({ routes: {}, plugins: [db] })).toBeUndefined()
  })

  it('is told which migration is needed', async ({ skip }) => {
    const others = defineTables({ wanted: table('wanted', { id: integer().primary() }) })
    const OTHERS = token<Database<typeof others>>('others')
    const migrated = (options: object): Promise<SetupError | undefined> => {
      const migrations = { folder, migrateAtStart: true, ...options }
      return started({ routes: {}, plugins: [database(OTHERS, adapter(skip), others, { migrations })] })
    }
    expect((await migrated({}))?.problems).toMatchObject([
      {
        message: "The database lacks the table 'wanted'.",
        remedy: 'No migration makes them: write one by `keelson db diff`.',
      },
    ])
    expect(await migrated({ migrateAtStart: false, verify: false })).toBeUndefined()
  })
})

describe('a table whose name has capitals', () => {
  it('is there for SQLite, where names are equal in both cases', async () => {
    const place = sqlite(join(folder, 'capitals.db'))
    await using opened = await openDatabase(place, defineTables({}))
    await opened.sql`create table ORDERS (id integer primary key)`
    const db = database(DB, place, tables)
    expect((await started({ routes: {}, plugins: [db] }))?.problems).toMatchObject([
      { message: `The database lacks the table '${odd}'.` },
    ])
  })

  it('is another one for PostgreSQL', async ({ skip }) => {
    const made = await ALL_SYSTEMS.find(([name]) => name === 'PostgreSQL')![1]()
    if (made === undefined) return skip('not at hand')
    try {
      await using opened = await openDatabase(made.adapter, defineTables({}))
      await opened.sql`create table "ORDERS" (id integer primary key)`
      const db = database(DB, made.adapter, tables)
      expect((await started({ routes: {}, plugins: [db] }))?.problems).toMatchObject([
        { message: `The database lacks the tables 'orders', '${odd}'.` },
      ])
    } finally {
      await made.drop()
    }
  })
})
