// A statement that fails in the middle: what is left, what the message says, and that the next run goes on.
import { describe, expect, it } from 'vitest'
import { openDatabase } from '../../src/index.ts'
import { migrate, migrationStatus, rollback, type MigrationEvent } from '../../src/migrations/index.ts'
import { findPostgres, makePostgres } from '../servers.ts'
import { postgres } from '../../src/postgres/index.ts'
import { messageOf, migrationFolder, NO_TABLES, SYSTEMS, withDatabase } from './migration-folder.ts'

const BROKEN =
  'create table b (id integer primary key);\ninsert into b values (1);\n\ninsert into nowhere values (1);\ncreate table c (id integer);'

describe.each(SYSTEMS)('a file that fails on %s', (name, make) => {
  const isWhole = name !== 'MariaDB'

  it(
    'says file, line, statement and why, and the next run goes on',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({
        '0001-a.sql': 'create table a (id integer)',
        '0002-b.sql': BROKEN,
        '0003-d.sql': 'create table d (id integer)',
      })
      const options = { folder: folder.path }
      const message = await messageOf(migrate(db, options))
      expect(message).toMatch(/0002-b\.sql:4(?::13)?: statement 3 of 4 failed: .*nowhere/)
      expect(message).toContain('\n  insert into nowhere values (1)')
      expect(message).toMatch(
        isWhole
          ? /Nothing of the file is done\./
          : /Statements 1 to 2 are done, and stay.*Mend statement 3 of 0002-b\.sql/,
      )
      expect(await tables()).toEqual(isWhole ? ['a'] : ['a', 'b'])
      const { applied, pending, unfinished } = await migrationStatus(db, options)
      expect(applied).toHaveLength(1)
      expect(pending).toEqual(isWhole ? ['0002-b.sql', '0003-d.sql'] : ['0003-d.sql'])
      expect(unfinished).toEqual(
        isWhole ? undefined : { file: '0002-b.sql', direction: 'up', statementsDone: 2 },
      )
      folder.write({ '0002-b.sql': BROKEN.replace('nowhere', 'b').replace('(1);\ncreate', '(2);\ncreate') })
      expect(await migrate(db, options)).toHaveLength(2)
      expect(await tables()).toEqual(['a', 'b', 'c', 'd'])
      expect(await db.sql`select id from b order by id`).toEqual([{ id: 1 }, { id: 2 }])
    }),
  )

  it(
    'on its way back goes on there, too',
    withDatabase(make, async ({ db, folder, tables }) => {
      const text = (statement: string): string =>
        `create table a (id integer);\ncreate table b (id integer);\n-- down\ndrop table b;\n${statement};\n`
      folder.write({ '0001-a.sql': text('drop table a') })
      const options = { folder: folder.path }
      await migrate(db, options)
      await db.sql`drop table a`
      const message = await messageOf(rollback(db, options))
      expect(message).toMatch(/0001-a\.sql:5(?::\d+)?: statement 2 of 2 failed: .*\ba\b/)
      expect(await tables()).toEqual(isWhole ? ['b'] : [])
      const forward = await messageOf(migrate(db, options))
      expect(forward).toMatch(
        isWhole ? /nothing was thrown/ : /its way back ended in the middle\. Run keelson db rollback/,
      )
      await db.sql`create table a (id integer)`
      expect(await rollback(db, options)).toHaveLength(1)
      expect(await tables()).toEqual([])
    }),
  )

  it(
    'leaves no setting to the next one',
    withDatabase(make, async ({ db, folder }) => {
      const [set, ask, expected] = (
        {
          SQLite: [
            '-- foreign keys: off\ncreate table a (id integer)',
            'pragma foreign_keys',
            { foreign_keys: 1 },
          ],
          PostgreSQL: [
            'create schema s; set search_path = s; set role pg_monitor; reset role',
            "select current_setting('search_path') as path",
            { path: '"$user", public' },
          ],
          MariaDB: [
            "set session foreign_key_checks = 0, sql_mode = ''",
            'select @@session.foreign_key_checks as checks',
            { checks: 1 },
          ],
        } as const
      )[name as 'SQLite'] as readonly [string, string, object]
      folder.write({
        '0001-set.sql': set,
        '0002-ask.mjs': `
import { writeFileSync } from 'node:fs'
const { migration } = await import(${JSON.stringify(new URL('../../src/migrations/index.ts', import.meta.url).href)})
export default migration({
  up: async ({ sql }) => {
    writeFileSync(new URL('answer.json', import.meta.url), JSON.stringify((await sql\`${ask}\`)[0]))
  },
})`,
      })
      await migrate(db, { folder: folder.path })
      expect(JSON.parse(folder.read('answer.json'))).toEqual(expected)
    }),
  )
})

/** The longest of a timer. */
const LONGEST_MS = 2_147_483_647
const PAUSE: Readonly<Record<string, string>> = {
  SQLite: 'select 1',
  PostgreSQL: 'select pg_sleep(0.2)',
  MariaDB: 'do sleep(0.2)',
}

describe.each(SYSTEMS)('the longest limits on %s', (name, make) => {
  it(
    'are no shorter than others',
    withDatabase(
      make,
      async ({ db, folder }) => {
        folder.write({ '0001-a.sql': PAUSE[name]!, '0002-b.sql': `-- transaction: off\n${PAUSE[name]!}` })
        expect(await migrate(db, { folder: folder.path })).toHaveLength(2)
      },
      {
        migrations: {
          folder: '.',
          verify: false,
          statementTimeoutMs: LONGEST_MS,
          lockTimeoutMs: LONGEST_MS,
          runnerTimeoutMs: LONGEST_MS,
        },
      },
    ),
  )
})

describe('PostgreSQL', () => {
  const on = SYSTEMS.find(([name]) => name === 'PostgreSQL')![1]

  it(
    'tells detail, hint and column, and what helps',
    withDatabase(on, async ({ db, folder }) => {
      const fails = async (text: string): Promise<string> => {
        folder.write({ '0001-a.sql': text })
        return messageOf(migrate(db, { folder: folder.path }))
      }
      expect(await fails('create table a (id integer);\n\nselect\n  "é", idd from a')).toMatch(
        /0001-a\.sql:4:3: statement 2 of 2/,
      )
      expect(await fails('create table a (id integer unique); insert into a values (1), (1)')).toMatch(
        /duplicate key value.*Detail: Key \(id\)=\(1\) already exists\./,
      )
      expect(await fails('create table a (note text); select nota from a')).toMatch(/Hint: Perhaps you meant/)
      expect(await fails('create table a (id integer); create index concurrently a_id on a (id)')).toMatch(
        /cannot run inside a transaction block.*'-- transaction: off' at the head/,
      )
      expect(
        await fails("create type mood as enum ('a'); alter type mood add value 'b'; select 'b'::mood"),
      ).toMatch(/use it in the next file/)
      expect(
        await fails(
          '-- transaction: off\ncreate table a (id integer); insert into a values (1), (1); create unique index concurrently a_id on a (id);',
        ),
      ).toMatch(/statement 3 of 3 failed: .*invalid index.*Statements 1 to 2 are done/s)
    }),
    60_000,
  )

  it(
    'leaves no invalid index where none is begun, and none is told of',
    withDatabase(on, async ({ db, folder }) => {
      for (const text of [
        'drop index concurrently nowhere',
        'create index concurrently a_id on nowhere (id)',
      ]) {
        folder.write({ '0001-a.sql': `-- transaction: off\n${text}` })
        expect(await messageOf(migrate(db, { folder: folder.path }))).toMatch(
          /statement 1 of 1 failed: (?!.*invalid index).*does not exist/,
        )
      }
    }),
  )

  it(
    'has its history in a schema of any name',
    withDatabase(on, async ({ adapter, db, folder }) => {
      const connection = await adapter.connect('any', AbortSignal.timeout(20_000))
      const asDefault = `do $$ begin execute format('alter database %I set search_path = "what?"', current_database()); end $$`
      for (const text of ['create schema "what?"', asDefault])
        await connection.run({ text, isRead: false }, [])
      await connection.close()
      folder.write({ '0001-a.sql': 'create table a (id integer);\n-- down\ndrop table a;' })
      folder.write({
        '0002-b.sql': '-- transaction: off\ncreate table b (id integer);\n-- down\ndrop table b;',
      })
      const options = { folder: folder.path }
      await migrate(db, options)
      expect(
        await db.sql`select table_schema from information_schema.tables where table_name = 'keelson_migrations'`,
      ).toEqual([{ table_schema: 'what?' }])
      expect(await rollback(db, { ...options, steps: 2 })).toHaveLength(2)
    }),
  )

  it(
    'waits for a lock no longer than it may, and tries again',
    withDatabase(
      on,
      async ({ db, folder }) => {
        folder.write({ '0001-a.sql': 'create table a (id integer)' })
        await migrate(db, { folder: folder.path })
        folder.write({ '0002-b.sql': 'alter table a add column note text' })
        const events: MigrationEvent[] = []
        let free: () => void = () => undefined
        const holding = new Promise<void>((resolve) => (free = resolve))
        const holder = db.transaction(async () => {
          await db.sql`select * from a`
          await holding
        })
        const run = migrate(db, {
          folder: folder.path,
          onEvent: (event) => {
            events.push(event)
            if (event.kind === 'retrying') free()
          },
        })
        await Promise.all([run, holder])
        expect(events.map(({ kind }) => kind)).toEqual(['begun', 'retrying', 'done'])
        expect(await db.sql`select note from a`).toEqual([])
      },
      { migrations: { folder: '.', verify: false, lockTimeoutMs: 300 } },
    ),
    30_000,
  )

  it('says so at last where the lock is not to be had', async (context) => {
    const { url } = await findPostgres()
    if (url === undefined) return context.skip('the server is not at hand')
    const made = await makePostgres(url)
    try {
      using folder = migrationFolder({ '0001-a.sql': 'create table a (id integer)' })
      const migrations = { folder: folder.path, migrateAtStart: true, lockTimeoutMs: 100, lockRetries: 1 }
      await using db = await openDatabase(postgres(made.url), NO_TABLES, { migrations })
      folder.write({ '0002-b.sql': 'drop table a' })
      await db.transaction(async () => {
        await db.sql`select * from a`
        expect(await messageOf(migrate(db))).toMatch(
          /0002-b\.sql:1: statement 1 of 1 failed: .*lock timeout.*Nothing/,
        )
      })
    } finally {
      await made.drop()
    }
  })

  it(
    'cancels what runs when it is to end, and rolls its file back',
    withDatabase(on, async ({ db, folder, tables }) => {
      folder.write({ '0001-a.sql': 'create table a (id integer); select pg_sleep(60)' })
      const ends = new AbortController()
      const run = messageOf(migrate(db, { folder: folder.path, signal: ends.signal }))
      const asleep = () =>
        db.sql`select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
      await expect.poll(asleep, { timeout: 20_000 }).toHaveLength(1)
      ends.abort(new Error('told to end'))
      expect(await run).toBe('told to end')
      expect(await tables()).toEqual([])
      const locks =
        await db.sql`select * from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`
      expect(locks).toEqual([])
    }),
    30_000,
  )
})
