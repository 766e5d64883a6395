// Files run in order, once, and back again, on each system.
import { describe, expect, it } from 'vitest'
import { migrate, migrationStatus, rollback } from '../../src/migrations/index.ts'
import { messageOf, SYSTEMS, withDatabase } from './migration-folder.ts'

const FIRST = 'create table a (id integer primary key);\n-- down\ndrop table a;\n'
const SECOND = 'create table b (id integer primary key);\ninsert into b values (1);\n-- down\ndrop table b'

describe.each(SYSTEMS)('migrations on %s', (_name, make) => {
  it(
    'run in order, each once',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({ '0001-a.sql': FIRST, 'README.md': 'words' })
      const options = { folder: folder.path }
      expect(await migrationStatus(db, options)).toEqual({
        applied: [],
        pending: ['0001-a.sql'],
        unfinished: undefined,
        problems: [],
      })
      expect(await migrate(db, options)).toMatchObject([{ file: '0001-a.sql', direction: 'up' }])
      folder.write({ '0002-b.sql': SECOND })
      expect(await migrate(db, options)).toMatchObject([{ file: '0002-b.sql' }])
      expect(await migrate(db, options)).toEqual([])
      expect(await tables()).toEqual(['a', 'b'])
      const { applied, pending } = await migrationStatus(db, options)
      expect(applied.map(({ file }) => file)).toEqual(['0001-a.sql', '0002-b.sql'])
      expect(Math.abs(Date.parse(applied[0]!.appliedAt) - Date.now())).toBeLessThan(60_000)
      expect(pending).toEqual([])
    }),
  )

  it(
    'run back, the last first, and forward again',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({ '0001-a.sql': FIRST, '0002-b.sql': SECOND })
      const options = { folder: folder.path }
      await migrate(db, options)
      expect(await rollback(db, options)).toMatchObject([{ file: '0002-b.sql', direction: 'down' }])
      expect(await tables()).toEqual(['a'])
      await migrate(db, options)
      expect(await rollback(db, { ...options, steps: 5 })).toHaveLength(2)
      expect(await tables()).toEqual([])
      expect(await rollback(db, options)).toEqual([])
    }),
  )

  it(
    'are taken back only where all of them have a way back',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({
        '0001-a.sql': 'create table a (id integer)',
        '0002-b.sql': SECOND,
        '0003-c.sql': 'create table c (id integer);\n-- down: nothing\n',
      })
      const options = { folder: folder.path }
      await migrate(db, options)
      expect(await messageOf(rollback(db, { ...options, steps: 3 }))).toMatch(
        /0001-a\.sql: it has no way back, so nothing/,
      )
      expect(await tables()).toEqual(['a', 'b', 'c'])
      await rollback(db, { ...options, steps: 2 })
      expect(await tables()).toEqual(['a', 'c'])
    }),
  )

  it(
    'are refused where a file was altered, renamed, or is missing after it was applied',
    withDatabase(make, async ({ db, folder }) => {
      folder.write({ '0001-a.sql': FIRST, '0002-b.sql': SECOND })
      const options = { folder: folder.path }
      await migrate(db, options)
      // Line ends and a byte order mark are no change.
      folder.write({ '0001-a.sql': `\uFEFF${FIRST.replaceAll('\n', '\r\n')}` })
      expect(await migrate(db, options)).toEqual([])
      folder.write({ '0001-a.sql': `${FIRST} ` })
      expect(await messageOf(migrate(db, options))).toMatch(
        /0001-a\.sql: It was altered after it was applied \(20/,
      )
      expect(await messageOf(rollback(db, options))).toMatch(/0001-a\.sql: It was altered/)
      folder.write({ '0001-z.sql': FIRST })
      folder.remove('0001-a.sql')
      expect(await messageOf(migrate(db, options))).toMatch(
        /0001-a: It was applied, and is now called 0001-z\.sql/,
      )
      folder.write({ '0001-z.sql': 'select 1' })
      expect(await messageOf(migrate(db, options))).toMatch(
        /0001-a: It was applied, and is missing.*0001-z\.sql: It is not applied, though 0002-b/s,
      )
    }),
  )

  it(
    'of a newer version are refused',
    withDatabase(make, async ({ db, folder }) => {
      folder.write({ '0001-a.sql': FIRST, '0002-b.sql': SECOND })
      await migrate(db, { folder: folder.path })
      folder.remove('0002-b.sql')
      expect(await messageOf(migrate(db, { folder: folder.path }))).toMatch(
        /0002-b: It was applied by a newer version/,
      )
      const { problems, applied } = await migrationStatus(db, { folder: folder.path })
      expect([problems.length, applied.length]).toEqual([1, 1])
    }),
  )
})
