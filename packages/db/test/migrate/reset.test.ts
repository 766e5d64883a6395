// `keelson db reset`: what it drops and what stays, and the databases that it refuses.
import { token, type Plugin } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import { database, openDatabase, type Database } from '../../src/index.ts'
import type { MigrationsOptions } from '../../src/migrate/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import type { MakeDatabase } from '../systems.ts'
import { NO_TABLES, SYSTEMS, withDatabase, type MigrationTest } from './migration-folder.ts'
import { runCommand } from './run-command.ts'

const DB = token<Database<typeof NO_TABLES>>('shop')
const TABLE = 'create table notes (id integer primary key);\n-- down\ndrop table notes;\n'

const pluginsOf = (
  { adapter, folder }: Pick<MigrationTest, 'adapter' | 'folder'>,
  options: Partial<MigrationsOptions> = {},
): Plugin[] => [database(DB, adapter, NO_TABLES, { migrations: { folder: folder.path, ...options } })]

/** What somebody does to a database beside its migrations. */
async function runIn(adapter: Adapter, ...texts: readonly string[]): Promise<void> {
  await using db = await openDatabase(adapter, NO_TABLES)
  for (const text of texts) await db.sql(Object.assign([text], { raw: [text] }))
}

describe.each(SYSTEMS)('db reset on %s', (_name, make: MakeDatabase) => {
  it(
    'says where it was, and how many tables are gone',
    withDatabase(make, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE })
      await runCommand(pluginsOf(test), 'db migrate')
      await runIn(test.adapter, 'create table other (id integer)')
      const { code, out } = await runCommand(pluginsOf(test), 'db reset')
      expect([code, out.split('\n')[0]]).toEqual([0, `${test.adapter.place}: 2 tables dropped`])
      expect(await test.tables()).toEqual(['notes'])
    }),
  )

  it(
    'leaves ignored tables that no file makes, with their rows, and makes those anew that one makes',
    withDatabase(make, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE, '0002-audit.sql': 'create table audit_own (id integer)' })
      const plugins = pluginsOf(test, { ignore: ['audit_*', 'notes.text'] })
      await runCommand(plugins, 'db migrate')
      await runIn(
        test.adapter,
        'create table audit_other (id integer)',
        'insert into audit_other values (7)',
        'insert into audit_own values (7)',
      )
      const { code, out } = await runCommand(plugins, 'db reset')
      expect([code, out]).toEqual([
        0,
        expect.stringContaining(': 2 tables dropped; ignored, and left: audit_other\n'),
      ])
      expect(await test.tables()).toEqual(['audit_other', 'audit_own', 'notes'])
      expect(await test.db.sql<{ id: number }>`select id from audit_other`).toMatchObject([{ id: 7 }])
      expect(await test.db.sql`select id from audit_own`).toEqual([])
    }),
  )

  it(
    'drops nothing where a later file of code cannot be imported',
    withDatabase(make, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE })
      await runCommand(pluginsOf(test), 'db migrate')
      test.folder.write({ '0002-broken.ts': 'export default {{\n' })
      expect((await runCommand(pluginsOf(test), 'db reset')).err).toContain(
        '0002-broken.ts: the file cannot be imported',
      )
      expect(await test.tables()).toEqual(['notes'])
    }),
  )

  it(
    'is refused, as rollback is, where production has migrated the database',
    withDatabase(make, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE })
      const plugins = pluginsOf(test)
      await runCommand(plugins, 'db migrate', {}, 'production')
      for (const name of ['db reset', 'db rollback']) {
        const { code, err } = await runCommand(plugins, name, {}, 'development')
        expect([code, err]).toEqual([
          1,
          expect.stringContaining(
            `the history of ${test.adapter.place} says that production has migrated it.`,
          ),
        ])
      }
      expect(await test.tables()).toEqual(['notes'])
      expect((await runCommand(plugins, 'db reset', { inProduction: true }, 'development')).code).toBe(0)
      // From then on it is one of development.
      expect((await runCommand(plugins, 'db reset', {}, 'development')).code).toBe(0)
    }),
  )

  it(
    'wants the name of a database on another machine',
    withDatabase(make, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE })
      const plugins = pluginsOf({ ...test, adapter: { ...test.adapter, remote: 'db.internal/shop' } })
      await runCommand(plugins, 'db migrate')
      for (const remote of [undefined, 'db.internal/staging']) {
        const { code, err } = await runCommand(plugins, 'db reset', { remote })
        expect([code, err]).toEqual([
          1,
          expect.stringContaining(
            'is on another machine. Where it is meant, name it: --remote db.internal/shop.',
          ),
        ])
      }
      expect((await runCommand(plugins, 'db reset', { remote: 'db.internal/shop' })).out).toContain(
        '1 table dropped',
      )
      expect((await runCommand(pluginsOf(test), 'db reset', { remote: 'db.internal/shop' })).err).toContain(
        'is on this machine',
      )
    }),
  )
})

const [, makePostgres] = SYSTEMS.find(([name]) => name === 'PostgreSQL')!
const [, makeMariadb] = SYSTEMS.find(([name]) => name === 'MariaDB')!

describe('db reset', () => {
  it('does not connect to another machine', async () => {
    const remote = postgres('postgres://ana:secret@db.invalid:5432/shop')
    const plugins = [database(DB, remote, NO_TABLES, { migrations: { folder: 'migrations' } })]
    const { err } = await runCommand(plugins, 'db reset')
    expect(err).toContain('postgres://ana@db.invalid:5432/shop is on another machine.')
    expect(err).not.toContain('secret')
  })

  it(
    'drops the schemas and extensions that files make, and what they make in schemas of others',
    withDatabase(makePostgres, async (test) => {
      await runIn(test.adapter, 'create schema others', 'create table others.stay (id integer)')
      test.folder.write({
        '0001-audit.sql': `create schema audit;
create table audit.entries (id serial primary key);
create extension citext;
create schema if not exists others;
create table others."Entries" (id integer);
create type others.mood as enum ('sad');
create materialized view others.seen as select 1 as one;
create table "table" (id integer);
create table plain (mood others.mood);`,
        '0002-rename.sql': 'alter schema audit rename to log; create schema "Second"',
      })
      await runCommand(pluginsOf(test), 'db migrate')
      for (const _round of [1, 2]) {
        const { code, err } = await runCommand(pluginsOf(test), 'db reset')
        expect([code, err]).toEqual([0, ''])
      }
      expect(await test.db.sql`select * from others.stay`).toEqual([])
    }),
  )

  it(
    'leaves what an ignored table is made with',
    withDatabase(makePostgres, async (test) => {
      test.folder.write({ '0001-notes.sql': TABLE })
      const plugins = pluginsOf(test, { ignore: ['log'] })
      await runCommand(plugins, 'db migrate')
      await runIn(
        test.adapter,
        "create type mood as enum ('sad')",
        'create function stamp() returns trigger language plpgsql as $$ begin new.note := 1; return new; end $$',
        "create table log (id serial primary key, mood mood default 'sad', note integer references notes)",
        'alter table log drop constraint log_note_fkey',
        'create trigger log_stamp before insert on log for each row execute function stamp()',
        "create type gone as enum ('a')",
      )
      for (const _round of [1, 2]) expect((await runCommand(plugins, 'db reset')).code).toBe(0)
      await test.db.sql`insert into log (note) values (0)`
      expect(await test.db.sql`select id, mood::text, note from log`).toMatchObject([
        { id: 1, mood: 'sad', note: 1 },
      ])
      expect(await test.db.sql`select typname from pg_type where typname = 'gone'`).toEqual([])
    }),
  )

  it(
    'drops the databases that files make on MariaDB',
    withDatabase(makeMariadb, async (test) => {
      const [{ name }] = (await test.db.sql<{
        name: string
      }>`select concat(database(), '_audit') as name`) as [{ name: string }]
      test.folder.write({
        '0001-audit.sql': `create database \`${name}\`; create table \`${name}\`.entries (id integer)`,
      })
      for (const command of ['db migrate', 'db reset', 'db reset'])
        expect((await runCommand(pluginsOf(test), command)).code).toBe(0)
      await runIn(test.adapter, `drop database \`${name}\``)
    }),
  )
})
