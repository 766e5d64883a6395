// Databases beside a database: made, listed, copied, dropped with the connections to them; and those for one piece of work.
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { SetupError } from '@keelson/core'
import { datedName, withScratchDatabase, type Adapter, type Databases } from '../src/adapter/index.ts'
import { createTables, defineTables, openDatabase, table, text, uuid } from '../src/index.ts'
import { mysql } from '../src/mysql/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { openSession } from './open-session.ts'
import { askMariadb, askPostgres, findMariadb, findPostgres } from './servers.ts'
import { ALL_SYSTEMS, SYSTEMS, type MadeDatabase, type MakeDatabase } from './systems.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary(), text: text({ maxLength: 9 }) }) })

async function namesOf(databases: Databases | undefined, prefix: string): Promise<string[]> {
  return ((await databases?.list(prefix)) ?? []).map(({ name }) => name)
}

/** Gives tests an adapter, and what it makes databases with; they are skipped where its server is not at hand. */
function onSystem(make: MakeDatabase) {
  let made: MadeDatabase | undefined
  beforeAll(async () => {
    made = await make()
  })
  afterAll(() => made?.drop())
  return (work: (adapter: Adapter, databases: Databases) => Promise<void>) =>
    async (context: TestContext): Promise<void> => {
      if (made === undefined) return context.skip('the server is not at hand')
      await work(made.adapter, made.adapter.databases!)
    }
}

// PGlite is here for what it does differently: a folder that is copied.
describe.each(ALL_SYSTEMS)('databases beside one of %s', (_name, make) => {
  const on = onSystem(make)

  it(
    'are copied with what is in them, where the system copies',
    { timeout: 180_000 },
    on(async ({ name }, databases) => {
      const { copies } = databases
      expect(copies === undefined).toBe(name === 'mysql')
      if (copies === undefined) return
      const [template, renamed, copy] = [
        datedName('keelson_t_'),
        datedName('keelson_t_'),
        datedName('keelson_t_'),
      ]
      await databases.create(template)
      const first = await openDatabase(databases.at(template), tables, { createTables: true })
      await first.notes.insert({ text: 'kept' })
      await first[Symbol.asyncDispose]()
      await copies.rename(template, renamed)
      await copies.create(copy, renamed)
      await databases.drop(renamed)
      const second = await openDatabase(databases.at(copy), tables)
      expect(await second.notes.find()).toMatchObject([{ text: 'kept' }])
      await second[Symbol.asyncDispose]()
      await databases.drop(copy)
      await expect(copies.create(copy, template)).rejects.toMatchObject({
        problems: [{ code: 'ERR_DB_DATABASE', message: expect.stringContaining(template) }],
      })
    }),
  )
})

describe.each(SYSTEMS)('databases beside one of %s', (_name, make) => {
  const on = onSystem(make)

  it(
    'are made, listed, opened, and dropped with the connections to them',
    on(async (adapter, databases) => {
      const name = datedName('keelson_test_')
      await databases.create(name)
      expect(await namesOf(databases, name.slice(0, -3))).toEqual([name])
      await expect(databases.create(name)).rejects.toThrow(SetupError)
      const other = databases.at(name)
      expect(other).toMatchObject({ name: adapter.name, pool: { poolSize: adapter.pool.poolSize } })
      const db = await openDatabase(other, tables)
      await createTables(db)
      await db.notes.insertMany([{ text: 'a' }, { text: 'A' }])
      expect(await db.notes.count({ text: 'a' })).toBe(1)
      expect(await databases.list(name)).toEqual([{ name, isInUse: true }])
      if (adapter.lanes !== 'equal') await db[Symbol.asyncDispose]()
      await databases.drop(name)
      await databases.drop(name)
      expect(await namesOf(databases, name)).toEqual([])
      await db[Symbol.asyncDispose]()
    }),
  )

  it(
    'are refused a name that would be another or a path',
    on(async (_adapter, databases) => {
      for (const name of ['', 'a\0b', 'é'.repeat(65)]) {
        await expect((async () => databases.create(name))()).rejects.toMatchObject({
          problems: [{ code: 'ERR_DB_DATABASE' }],
        })
        expect(() => databases.at(name)).toThrow('cannot have the name')
      }
    }),
  )

  it(
    'serve one piece of work, and are dropped whatever comes of it; old ones, too',
    on(async (adapter, databases) => {
      const old = `keelson_scratch_${Math.floor(Date.now() / 1000) - 100_000}_0123456789ab`
      await databases.create(old)
      let used = ''
      const work = async (scratch: Adapter): Promise<number> => {
        used = scratch.place
        await using db = await openSession(scratch)
        await db.run('create table a (b integer)')
        return (await db.list('select count(*) from a')).length
      }
      expect(await withScratchDatabase(adapter, work)).toBe(1)
      expect(used).toMatch(/keelson_scratch_/)
      await expect(
        withScratchDatabase(adapter, (scratch) => {
          used = scratch.place
          return Promise.reject(new Error('no'))
        }),
      ).rejects.toThrow('no')
      const left = await namesOf(databases, 'keelson_scratch_')
      expect(left).not.toContain(old)
      expect(left.filter((name) => used.includes(name))).toEqual([])
    }),
  )
})

describe('who may not make a database is told user and remedy', async () => {
  const [onPostgres, onMariadb] = [await findPostgres(), await findMariadb()]
  const user = `keelson_${process.pid}`
  const none = (scratch: Adapter): Promise<never> => Promise.reject(new Error(`${scratch.place} was made`))

  it.skipIf(onPostgres.url === undefined)(`PostgreSQL ${onPostgres.reason}`, async () => {
    await askPostgres(onPostgres.url!, `create role ${user} login`)
    try {
      const adapter = postgres(onPostgres.url!.replace('//postgres@', `//${user}@`), { database: 'postgres' })
      await expect(withScratchDatabase(adapter, none)).rejects.toMatchObject({
        problems: [
          { code: 'ERR_DB_DATABASE', remedy: expect.stringContaining(`alter role "${user}" createdb`) },
        ],
      })
    } finally {
      await askPostgres(onPostgres.url!, `drop role ${user}`)
    }
  })

  it.skipIf(onMariadb.url === undefined)(`MariaDB ${onMariadb.reason}`, async () => {
    await askMariadb(onMariadb.url!, `create user ${user}@'%'`)
    try {
      const adapter = mysql(onMariadb.url!.replace('//root@', `//${user}@`), { database: 'test' })
      await expect(withScratchDatabase(adapter, none)).rejects.toMatchObject({
        problems: [{ code: 'ERR_DB_DATABASE', remedy: expect.stringContaining(`.* to ${user}`) }],
      })
    } finally {
      await askMariadb(onMariadb.url!, `drop user ${user}@'%'`)
    }
  })

  it('and a server that is not there is a problem of the connection', async () => {
    const adapter = postgres('postgres://shop:s3cr3t@127.0.0.1:1/orders')
    await expect(withScratchDatabase(adapter, none)).rejects.toMatchObject({
      problems: [{ code: 'ERR_DB_CONNECTION', place: 'postgres://shop@127.0.0.1:1/orders' }],
    })
    await expect(withScratchDatabase({ ...adapter, databases: undefined }, none)).rejects.toThrow(
      'does not make databases',
    )
  })
})
