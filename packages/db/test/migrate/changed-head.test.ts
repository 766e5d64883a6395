// A file that ended in the middle, and whose head says something else when it runs again.
import { describe, expect, it } from 'vitest'
import { migrate, migrationStatus, rollback } from '../../src/migrations/index.ts'
import { messageOf, SYSTEMS, withDatabase } from './migration-folder.ts'

const OFF = '-- transaction: off\n'

describe.each(SYSTEMS)('a file that is one transaction since it failed in steps on %s', (name, make) => {
  it(
    'goes on where it ended, before the files after it',
    withDatabase(make, async ({ db, folder, tables }) => {
      const text =
        'create table a (id integer);\ninsert into nowhere values (1);\ncreate table c (id integer);'
      folder.write({ '0001-a.sql': OFF + text, '0002-d.sql': 'create table d (id integer)' })
      const options = { folder: folder.path }
      expect(await messageOf(migrate(db, options))).toContain('statement 2 of 3 failed')
      folder.write({ '0001-a.sql': text.replace('nowhere', 'a') })
      expect(await migrate(db, options)).toHaveLength(2)
      expect(await tables()).toEqual(['a', 'c', 'd'])
      expect(await db.sql`select id from a`).toEqual([{ id: 1 }])
      const { applied, unfinished, problems } = await migrationStatus(db, options)
      expect([applied.length, unfinished, problems]).toEqual([2, undefined, []])
    }),
  )

  it(
    'is one where nothing of it was done',
    withDatabase(make, async ({ db, folder, tables }) => {
      const text = (first: string, second: string): string =>
        `insert into ${first} values (1);\ninsert into ${second} values (2);`
      folder.write({
        '0001-a.sql': 'create table a (id integer)',
        '0002-b.sql': OFF + text('nowhere', 'nowhere'),
      })
      const options = { folder: folder.path }
      expect(await messageOf(migrate(db, options))).toContain('No statement is done')
      folder.write({ '0002-b.sql': text('a', 'nowhere') })
      expect(await messageOf(migrate(db, options))).toContain(
        name === 'MariaDB' ? 'Statement 1 is done, and stays' : 'Nothing of the file is done',
      )
      folder.write({ '0002-b.sql': text('a', 'a') })
      expect(await migrate(db, options)).toHaveLength(1)
      expect(await db.sql`select id from a order by id`).toEqual([{ id: 1 }, { id: 2 }])
      expect(await tables()).toEqual(['a'])
      expect((await migrationStatus(db, options)).applied).toHaveLength(2)
    }),
  )

  it(
    'is asked about where nobody knows what is done',
    withDatabase(make, async ({ db, folder, tables }) => {
      const text = 'create table a (id integer);\ncreate table b (id integer);'
      folder.write({ '0001-a.sql': `${OFF}create table a (id integer);\ninsert into nowhere values (1);` })
      const options = { folder: folder.path }
      await messageOf(migrate(db, options))
      // As a runner leaves it that is killed.
      await db.sql`update keelson_migrations set statement_begun = 2`
      folder.write({ '0001-a.sql': text })
      expect(await messageOf(migrate(db, options))).toMatch(
        /0001-a\.sql:2: statement 2 of 2 was begun, and whether it is done is not known/,
      )
      expect(await tables()).toEqual(['a'])
      await migrate(db, { ...options, resumeAfter: 1 })
      expect(await tables()).toEqual(['a', 'b'])
    }),
  )

  it(
    'takes back what is left',
    withDatabase(make, async ({ db, folder, tables }) => {
      const up = 'create table a (id integer);\ncreate table b (id integer);\n-- down\ndrop table b;\n'
      folder.write({ '0001-a.sql': `${OFF}${up}drop table nowhere;` })
      const options = { folder: folder.path }
      await migrate(db, options)
      expect(await messageOf(rollback(db, options))).toContain('statement 2 of 2 failed')
      folder.write({ '0001-a.sql': `${up}drop table a;` })
      expect(await rollback(db, options)).toHaveLength(1)
      expect(await tables()).toEqual([])
      expect((await migrationStatus(db, options)).pending).toEqual(['0001-a.sql'])
    }),
  )
})
