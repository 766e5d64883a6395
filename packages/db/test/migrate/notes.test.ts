// What the history and the session are when a file runs, and when others meddle with them.
import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/index.ts'
import { migrate, migrationStatus } from '../../src/migrations/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { messageOf, migrationFolder, NO_TABLES, SYSTEMS, withDatabase } from './migration-folder.ts'

const OFF = '-- transaction: off\n'

describe.each(SYSTEMS)('a file in steps on %s', (_name, make) => {
  it(
    'does not go on where what is done of it was altered since',
    withDatabase(make, async ({ db, folder, tables }) => {
      const text = (first: string, second: string): string =>
        `${OFF}create table ${first} (id integer);\ninsert into ${second} values (1);`
      folder.write({ '0001-a.sql': text('a', 'nowhere') })
      const options = { folder: folder.path }
      await messageOf(migrate(db, options))
      folder.write({ '0001-a.sql': text('b', 'a') })
      expect(await messageOf(migrate(db, options))).toMatch(
        /0001-a\.sql: what is done of it, statement 1, was altered since\. Bring back that text/,
      )
      expect(await tables()).toEqual(['a'])
      folder.write({ '0001-a.sql': text('a', 'a') })
      expect(await migrate(db, options)).toHaveLength(1)
    }),
  )

  it(
    'ends where its row of the history is gone',
    withDatabase(make, async ({ db, folder }) => {
      folder.write({
        '0001-a.sql': `${OFF}create table a (id integer);\ndelete from keelson_migrations;\ncreate table b (id integer);`,
      })
      expect(await messageOf(migrate(db, { folder: folder.path }))).toMatch(
        /keelson_migrations was changed by somebody else meanwhile: 0 rows were written instead of one/,
      )
      expect((await migrationStatus(db, { folder: folder.path })).applied).toEqual([])
    }),
  )
})

describe('a file on PostgreSQL', () => {
  const on = SYSTEMS.find(([name]) => name === 'PostgreSQL')![1]

  it(
    'waits for locks within a transaction no longer than it may, and in steps as long as it takes',
    withDatabase(on, async ({ db, folder }) => {
      const ask = (name: string): string =>
        `create table ${name} as select current_setting('lock_timeout') as longest`
      folder.write({ '0001-a.sql': ask('a'), '0002-b.sql': `${OFF}${ask('b')}`, '0003-c.sql': ask('c') })
      await migrate(db, { folder: folder.path })
      expect(
        await db.sql`select longest from a union all select longest from b union all select longest from c`,
      ).toEqual([{ longest: '5s' }, { longest: '0' }, { longest: '5s' }])
    }),
  )
})

describe('a file on SQLite', () => {
  it('is passed by where somebody has applied it since it was begun', async () => {
    using folder = migrationFolder({
      '0001-a.sql': 'create table a (id integer)',
      '0002-b.sql': 'create table b (id integer)',
    })
    const place = join(folder.path, 'test.db')
    await using db = await openDatabase(sqlite(place), NO_TABLES)
    const runs = await migrate(db, {
      folder: folder.path,
      onEvent: (event) => {
        if (event.kind !== 'begun' || event.file !== '0002-b.sql') return
        const other = new DatabaseSync(place)
        other.exec("update keelson_migrations set name = '0002-b'")
        other.close()
      },
    })
    expect(runs.map(({ file }) => file)).toEqual(['0001-a.sql'])
    expect(await db.sql`select name from sqlite_master where name = 'b'`).toEqual([])
  })

  it('leaves the connection of a database in memory as it was', async () => {
    using folder = migrationFolder({ '0001-a.sql': '-- foreign keys: off\ncreate table a (id integer)' })
    await using db = await openDatabase(sqlite(':memory:'), NO_TABLES)
    await migrate(db, { folder: folder.path })
    expect(await db.sql`pragma foreign_keys`).toEqual([{ foreign_keys: 1 }])
  })
})
