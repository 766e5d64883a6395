// A database of its own for each test file, whatever the system, and what of it is left in the end.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupError } from '@keelson/core'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import type { Adapter, Databases } from '../src/adapter/index.ts'
import { creationTexts } from '../src/create-tables/index.ts'
import { defineTables, openDatabase, table, text, uuid, type OwnedDatabase } from '../src/index.ts'
import { migrationStatus } from '../src/migrations/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { factsOf } from '../src/table/index.ts'
import { databasePerWorker } from '../src/testing/index.ts'
import { SYSTEMS, type MadeDatabase, type MakeDatabase } from './systems.ts'

const tables = defineTables({
  notes: table('notes', { id: uuid().primary(), text: text({ maxLength: 20 }).unique() }),
})

async function namesOf(databases: Databases, prefix: string): Promise<string[]> {
  return (await databases.list(prefix)).map(({ name }) => name)
}

/** A folder of migrations with one that makes the tables. */
async function filesOf(adapter: Adapter): Promise<string> {
  // MySQL and MariaDB are told apart by a connection.
  await using _db = await openDatabase(adapter, defineTables({}))
  const folder = mkdtempSync(join(tmpdir(), 'keelson-db-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  writeFileSync(
    join(folder, '0001-notes.sql'),
    `${creationTexts(factsOf(tables), adapter.dialect()).join(';\n')};\n`,
  )
  return folder
}

function onSystem(make: MakeDatabase) {
  let made: MadeDatabase | undefined
  let before: string[] = []
  beforeAll(async () => {
    made = await make()
    before = made === undefined ? [] : await namesOf(made.adapter.databases!, 'keelson_template_')
  })
  afterAll(async () => {
    const { databases } = made?.adapter ?? {}
    if (databases === undefined) return
    for (const name of await namesOf(databases, 'keelson_template_'))
      if (!before.includes(name)) await databases.drop(name)
    await made?.drop()
  })
  return (work: (adapter: Adapter, databases: Databases) => Promise<void>) =>
    async (context: TestContext): Promise<void> => {
      if (made === undefined) return context.skip('the server is not at hand')
      await work(made.adapter, made.adapter.databases!)
    }
}

// PGlite, whose start takes seconds, has its databases as SQLite has them.
describe.each(SYSTEMS)('on %s', (_system, make) => {
  const on = onSystem(make)

  it(
    'four at once share one template',
    on(async (adapter, databases) => {
      const key = randomUUID()
      let prepared = 0
      const prepare = (): Promise<void> => {
        prepared += 1
        return Promise.resolve()
      }
      const open = (): Promise<OwnedDatabase<typeof tables>> =>
        openDatabase(databasePerWorker(adapter, tables, { key, prepare }), tables)
      const all = await Promise.all([open(), open(), open(), open()])
      for (const db of all) await db[Symbol.asyncDispose]()
      expect(prepared).toBe(databases.copies === undefined ? 4 : 1)
    }),
  )

  it(
    'each has tables and rows of its own, and is dropped when it is closed',
    on(async (adapter, databases) => {
      const key = randomUUID()
      let prepared = 0
      const own = (): Adapter =>
        databasePerWorker(adapter, tables, {
          key,
          prepare: async (db) => {
            prepared += 1
            await db.notes.insert({ text: 'prepared' })
          },
        })
      const workers = await namesOf(databases, 'keelson_worker_')
      const first = await openDatabase(own(), tables)
      const second = await openDatabase(own(), tables)
      const { id } = await first.notes.insert({ text: 'mine' })
      await second.notes.insert({ text: 'mine' })
      expect(await first.notes.count()).toBe(2)
      await first.notes.delete(id)
      expect([await first.notes.count(), await second.notes.count()]).toEqual([1, 2])
      expect((await namesOf(databases, 'keelson_worker_')).length).toBe(workers.length + 2)
      await first[Symbol.asyncDispose]()
      await second[Symbol.asyncDispose]()
      expect(await namesOf(databases, 'keelson_worker_')).toEqual(workers)
      expect(prepared).toBe(databases.copies === undefined ? 2 : 1)
      // Opened again, it is a new one.
      const again = own()
      for (const _time of [1, 2]) {
        await using db = await openDatabase(again, tables)
        await db.notes.insert({ text: 'again' })
        expect(await db.notes.count()).toBe(2)
      }
    }),
  )

  it(
    'several that begin at the same time do not meet',
    on(async (adapter) => {
      const key = randomUUID()
      const counts = await Promise.all(
        Array.from({ length: 4 }, async (_each, at) => {
          const prepare = (db: { notes: { insert(row: { text: string }): Promise<unknown> } }) =>
            db.notes.insert({ text: 'prepared' })
          await using db = await openDatabase(databasePerWorker(adapter, tables, { key, prepare }), tables)
          for (let i = 0; i <= at; i++) await db.notes.insert({ text: `${i}` })
          return await db.notes.count()
        }),
      )
      expect(counts).toEqual([2, 3, 4, 5])
    }),
  )

  it(
    'what a killed run has left is dropped by a later one, and what is in use stays',
    on(async (adapter, databases) => {
      const seconds = Math.floor(Date.now() / 1000)
      const [left, used] = [seconds - 90_000, adapter.lanes === 'equal' ? seconds - 100 : seconds - 90].map(
        (time, at) => `keelson_worker_${time}_0123456789a${at}_7`,
      ) as [string, string]
      await databases.create(left)
      await databases.create(used)
      await using user = await openDatabase(databases.at(used), tables, { createTables: true })
      await using db = await openDatabase(databasePerWorker(adapter, tables), tables)
      expect(await db.notes.count()).toBe(0)
      const there = await namesOf(databases, 'keelson_worker_')
      expect(there).not.toContain(left)
      expect(there).toContain(used)
      expect(await user.notes.count()).toBe(0)
      await user[Symbol.asyncDispose]()
      await databases.drop(used)
    }),
  )

  it(
    'a template that is dropped by another is made anew, and one of other tables is not taken',
    on(async (adapter, databases) => {
      const key = randomUUID()
      const before = await namesOf(databases, 'keelson_template_')
      const open = async (of: typeof tables): Promise<number> => {
        await using db = await openDatabase(databasePerWorker(adapter, of, { key }), of)
        return await db.notes.count()
      }
      expect(await open(tables)).toBe(0)
      for (const name of await namesOf(databases, 'keelson_template_'))
        if (!before.includes(name)) await databases.drop(name)
      expect(await open(tables)).toBe(0)
      const other = defineTables({
        notes: table('notes', { id: uuid().primary(), text: text({ maxLength: 30 }).unique() }),
      })
      expect(await open(other as never)).toBe(0)
      const made = (await namesOf(databases, 'keelson_template_')).length - before.length
      expect(made).toBe(databases.copies === undefined ? 0 : 2)
    }),
  )

  it(
    'the migrations of the app make the tables, once for a template, and the app finds them applied',
    on(async (adapter, databases) => {
      const folder = await filesOf(adapter)
      const migrations = { folder }
      const before = await namesOf(databases, 'keelson_template_')
      const own = (): Adapter =>
        databasePerWorker(adapter, tables, {
          migrations,
          prepare: (db) => db.notes.insert({ text: 'prepared' }),
        })
      for (const migrateAtStart of [false, true]) {
        await using db = await openDatabase(own(), tables, { migrations: { folder, migrateAtStart } })
        expect(await db.notes.count()).toBe(1)
        expect((await migrationStatus(db)).applied).toMatchObject([{ file: '0001-notes.sql' }])
      }
      const templates = async (): Promise<number> =>
        (await namesOf(databases, 'keelson_template_')).length - before.length
      const copies = databases.copies === undefined ? 0 : 1
      expect(await templates()).toBe(copies)

      // One more file, with the same tables.
      writeFileSync(join(folder, '0002-first.sql'), "update notes set text = 'first';\n")
      await using db = await openDatabase(own(), tables, { migrations })
      expect((await migrationStatus(db)).pending).toEqual([])
      expect(await templates()).toBe(2 * copies)
    }),
  )

  it(
    'a migration that fails is told with its file, and leaves nothing',
    on(async (adapter, databases) => {
      const folder = await filesOf(adapter)
      writeFileSync(join(folder, '0002-missing.sql'), 'update missing set a = 1;\n')
      const failing = databasePerWorker(adapter, tables, { migrations: { folder } })
      const error = await openDatabase(failing, tables).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        problems: [
          { code: 'ERR_DB_DATABASE', message: expect.stringMatching(/migrations failed.*0002-missing/) },
        ],
      })
      expect(await namesOf(databases, 'keelson_unfinished_')).toEqual([])
    }),
  )

  it(
    'what prepare throws is told with its place, and leaves nothing',
    on(async (adapter, databases) => {
      const reason = new Error('no rows today')
      const failing = databasePerWorker(adapter, tables, {
        key: randomUUID(),
        prepare: () => Promise.reject(reason),
      })
      const unfinished = await namesOf(databases, 'keelson_unfinished_')
      const error = await openDatabase(failing, tables).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({
        problems: [{ code: 'ERR_DB_DATABASE', message: 'prepare failed: no rows today.' }],
        cause: { cause: reason },
      })
      expect(await namesOf(databases, 'keelson_unfinished_')).toEqual(unfinished)
    }),
  )
})

describe('databasePerWorker', () => {
  it('refuses an adapter that makes no databases, and an unknown option', () => {
    const { databases: _none, ...bare } = sqlite(':memory:')
    expect(() => databasePerWorker(bare, tables)).toThrow(SetupError)
    expect(() => databasePerWorker(sqlite(':memory:'), tables, { prepared: 1 } as never)).toThrow('prepared')
  })

  it('refuses migrations in a database whose tables they do not make', async () => {
    const adapter = databasePerWorker(sqlite(':memory:'), tables)
    for (const migrateAtStart of [false, true])
      await expect(
        openDatabase(adapter, tables, { migrations: { folder: '.', migrateAtStart } }),
      ).rejects.toThrow(
        'Have the files make them: databasePerWorker(adapter, tables, { migrations: { folder } }).',
      )
  })

  it('refuses migrations that would run in another database', async () => {
    const migrations = { folder: '.' }
    const adapter = databasePerWorker(sqlite(':memory:'), tables, { migrations })
    const direct = { ...migrations, migrateAtStart: true, adapter: sqlite('real.db') }
    await expect(openDatabase(adapter, tables, { migrations: direct })).rejects.toThrow(
      'migrations.adapter: it is to another database than the one that databasePerWorker makes.',
    )
  })
})
