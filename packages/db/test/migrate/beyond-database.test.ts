// What statements reach outside of their database, and what becomes of them in a scratch database.
import { randomBytes } from 'node:crypto'
import { token } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { database, defineTables, integer, table, type Database } from '../../src/index.ts'
import type { MigrationsOptions } from '../../src/migrate/index.ts'
import { beyondDatabase } from '../../src/migrate/beyond-database.ts'
import type { Adapter } from '../../src/adapter/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { askMariadb, askPostgres, findMariadb, findPostgres } from '../servers.ts'
import { migrationFolder, type Files } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

const DATABASES = new Set(['shop', 'mysql', '2nd', 'o'])

function fateOf(text: string, system: 'mariadb' | 'postgresql' | 'sqlite'): string {
  const beyond = beyondDatabase(text, { system, databases: DATABASES })
  if (beyond === undefined) return 'runs'
  return `${beyond.isOmitted ? 'omitted' : 'refused'}: ${beyond.reach}`
}

describe('a statement of MySQL and MariaDB', () => {
  it.each([
    'drop table shop.orders',
    'drop table `shop` . `orders`',
    'drop table SHOP.orders, notes',
    'drop table notes, shop.orders',
    'drop table if exists shop.orders',
    '/*! drop table shop.orders */',
    '/*!50000 drop table */ shop.orders',
    '/*M!100100 drop */ table shop/* x */.orders',
    'alter table shop -- x\n . orders add x int',
    'rename table notes to shop.notes',
    'alter table notes rename shop.notes',
    'truncate shop.orders',
    'truncate table "shop".orders',
    'create table notes like shop.orders',
    'create view v as select * from shop.orders',
    'create trigger t after insert on notes for each row delete from shop.orders',
    'create procedure p() begin drop table shop.orders; end',
    'call shop.p()',
    'alter table notes exchange partition p with table shop.orders',
  ])('is refused with a name of another database: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('refused: the database shop')
  })

  it.each(['drop table 2nd.orders', 'create table x as select * from 2nd . orders'])(
    'is refused with a name that begins with a digit: %s',
    (text) => expect(fateOf(text, 'mariadb')).toBe('refused: the database 2nd'),
  )

  it.each([
    'delete shop.orders from shop.orders join notes on true',
    'delete a from notes a join shop.orders b on a.id = b.id',
    'insert into shop.orders values (1)',
    'update shop.orders as shop set shop.x = 1',
    'replace into shop.orders select * from notes',
    '/*! insert into shop.orders values (1) */',
  ])('is omitted where it changes rows of another: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('omitted: the database shop')
  })

  it.each([
    "create user 'a'@'%' identified by 'x'",
    'create or replace role reader',
    'create user if not exists a@shop',
    'grant select on shop.* to a',
    'grant all on *.* to a',
    'drop database shop',
    'create database if not exists shop',
    'alter schema shop character set utf8mb4',
    '/*!50000 drop database shop */',
    'set global max_connections = 5',
    'set @@global.max_connections = 5',
    'set session sql_mode = default, global sql_mode = default',
    'set password for a = password(1)',
    "install plugin x soname 'x.so'",
    "create function f returns string soname 'x.so'",
    'flush privileges',
    'kill 5',
    "select * into outfile '/tmp/x' from notes",
    'shutdown',
  ])('is omitted where it is about the server: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('omitted: the server')
  })

  it.each([
    'create procedure p() begin drop database shop; end',
    'create procedure p() begin if true then create user a; end if; end',
    'create event e on schedule every 1 day do set global max_connections = 5',
    'begin not atomic grant all on *.* to a; end',
    'set statement max_statement_time = 1 for drop database shop',
  ])('is refused where its body is about the server: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('refused: the server')
  })

  it.each([
    "execute immediate concat('drop table sh', 'op.orders')",
    "prepare s from 'drop table shop.orders'",
    'execute s',
    '/*! execute immediate @text */',
    'create procedure p() begin execute immediate @text; end',
  ])('is refused where its text is made at run time: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('refused: what its text says at run time')
  })

  it.each([
    "insert into notes values ('drop table shop.orders')",
    'create table notes (id int) -- shop.orders',
    'create table shop (id int)',
    'create table user (role int, `database` int)',
    'update orders shop set shop.x = 1',
    'create view v as select o.id from orders as o',
    'create view v as select o.id from orders o join lines l on l.order_id = o.id',
    'create definer = root@shop view v as select 1',
    'create definer=role@localhost procedure p() select 1',
    "set @@session.sql_mode = ''",
    'set foreign_key_checks = 0',
    'set names utf8mb4',
    'create trigger t before insert on notes for each row set new.text = lower(new.text)',
    'select count(*) from information_schema.tables',
    'create table nowhere.x (id int)',
    'call p()',
    'create index user on notes (id)',
  ])('runs where it stays: %s', (text) => {
    expect(fateOf(text, 'mariadb')).toBe('runs')
  })
})

describe('a statement of PostgreSQL and SQLite', () => {
  it.each([
    'create role reader',
    'drop role if exists reader',
    'drop user reader',
    'alter role reader nologin',
    'drop database shop',
    'alter database shop set timezone = default',
    'alter system set work_mem = default',
    "create tablespace x location '/x'",
    'grant select on notes to reader',
    'revoke all on notes from reader',
    'reassign owned by a to b',
    'drop owned by a',
    'alter default privileges grant select on tables to reader',
    'alter table notes owner to reader',
    "comment on database shop is 'x'",
    'set role reader',
    'set local role reader',
    'set session authorization reader',
    "copy notes to '/tmp/x'",
    "copy notes from program 'x'",
    'reindex database shop',
    "do $$ begin if not exists (select from pg_roles where rolname = 'r') then create role r; end if; end $$",
  ])('is omitted: %s', (text) => {
    expect(fateOf(text, 'postgresql')).toBe('omitted: the server')
  })

  it.each([
    'create table "user" (role int)',
    'create table shop.notes (id int)',
    'drop index concurrently x',
    'create schema shop',
    'alter table notes rename to lines',
    "comment on table notes is 'on role x'",
    'set search_path = shop',
    "do $$ begin perform 'x'; end $$",
  ])('runs: %s', (text) => {
    expect(fateOf(text, 'postgresql')).toBe('runs')
  })

  it('is omitted where it writes another file', () => {
    expect(fateOf("vacuum into 'x.db'", 'sqlite')).toBe('omitted: the server')
    expect(fateOf('vacuum', 'sqlite')).toBe('runs')
  })
})

const tables = defineTables({ notes: table('notes', { id: integer().primary() }) })
const NOTES = 'create table notes (id integer not null primary key);\n'

async function check(
  adapter: Adapter,
  files: Files,
  options: Partial<MigrationsOptions> = {},
  name = 'db check',
): Promise<Ended> {
  using folder = migrationFolder(files)
  const migrations = { folder: folder.path, ...options }
  const args = name === 'db check' ? { write: true } : { words: ['x'] }
  return await runCommand(
    [database(token<Database<typeof tables>>('shop'), adapter, tables, { migrations })],
    name,
    args,
  )
}

const HEAD = `import { migration } from '${new URL('../../src/migrations/index.ts', import.meta.url).href}'\n`

const onMariadb = await findMariadb()
const onPostgres = await findPostgres()
const unique = (): string => `kt_${randomBytes(5).toString('hex')}`

describe.skipIf(onMariadb.url === undefined)('a check on MariaDB', () => {
  const url = onMariadb.url ?? ''
  async function withOther(work: (other: string) => Promise<void>): Promise<void> {
    const other = unique()
    // Files that say no collation are checked with that of the app's database.
    await askMariadb(url, `create database ${other} character set utf8mb4 collate utf8mb4_nopad_bin`)
    await askMariadb(url, `create table ${other}.orders (id int)`)
    try {
      await work(other)
      expect(await askMariadb(url, `show tables from ${other}`)).toHaveLength(1)
    } finally {
      await askMariadb(url, `drop database ${other}`)
    }
  }

  it('refuses all that reaches another database before a file runs, and names the remedy', () =>
    withOther(async (other) => {
      const files = {
        '0001-notes.sql': NOTES,
        '0002-drop.sql': `drop table ${other}.orders;\nexecute immediate 'select 1';`,
      }
      for (const name of ['db check', 'db diff']) {
        const { code, err, out } = await check(mysql(`${url}/${other}`), files, {}, name)
        expect(code).toBe(1)
        expect(`${err}${out}`).toContain(
          `0002-drop.sql:1: 'drop table …' is refused in a scratch database: it reaches the database ${other}. Write the name without '${other}.'.`,
        )
        expect(`${err}${out}`).toContain("0002-drop.sql:2: 'execute immediate …' is refused")
      }
    }))

  it('omits and names what is about users, the server, and rows of another database', () =>
    withOther(async (other) => {
      const user = unique()
      const text = `create user ${user};\ngrant select on ${other}.* to ${user};\ninsert into ${other}.orders values (1);\n`
      const { code, err } = await check(mysql(`${url}/${other}`), {
        '0001-notes.sql': NOTES,
        '0002-x.sql': text,
      })
      expect(code).toBe(0)
      expect(err).toMatch(
        /0002-x\.sql:1: 'create user …' is not run in a scratch database: it reaches the server\.\n/,
      )
      expect(err).toContain(
        `'insert into …' is not run in a scratch database: it reaches the database ${other}.`,
      )
      expect(await askMariadb(url, `select 1 from mysql.user where user = '${user}'`)).toHaveLength(0)
      expect(await askMariadb(url, `select * from ${other}.orders`)).toHaveLength(0)
    }))

  it('looks at each statement of code, too, and says that code is not seen', () =>
    withOther(async (other) => {
      const files = (text: string): Files => ({
        '0001-notes.sql': NOTES,
        '0002-x.ts': `${HEAD}export default migration({ up: async ({ sql }) => void (await sql\`${text}\`) })`,
      })
      const adapter = mysql(`${url}/${other}`)
      const omitted = await check(adapter, files(`insert into ${other}.orders values (1)`))
      expect(omitted.code).toBe(0)
      expect(omitted.err).toContain(`it reaches the database ${other}`)
      expect(omitted.err).toContain('is not seen before. Give it a user that can change nothing else')
      expect(await askMariadb(url, `select * from ${other}.orders`)).toHaveLength(0)
      const refused = await check(adapter, files(`drop table ${other}.orders`))
      expect(refused.err).toContain(`'drop table …' is refused in a scratch database`)
    }))

  it('refuses nothing where the user of scratch databases can change nothing else', () =>
    withOther(async (other) => {
      const user = unique()
      await askMariadb(url, `create user ${user}@'%'`)
      try {
        await askMariadb(url, `grant all on \`keelson\\_%\`.* to ${user}@'%'`)
        const scratch = mysql(url.replace('//root@', `//${user}@`), { database: 'test' })
        // Of the app's database this user learns nothing, so that the file says the collation.
        const notes = `${NOTES.trim().slice(0, -1)} default character set utf8mb4 collate utf8mb4_nopad_bin`
        const files = { '0001-notes.sql': `execute immediate '${notes}';` }
        expect(await check(mysql(`${url}/${other}`), files, { scratch })).toMatchObject({ code: 0, err: '' })
        const drop = { ...files, '0002-drop.sql': `execute immediate 'drop table ${other}.orders';` }
        const { code } = await check(mysql(`${url}/${other}`), drop, { scratch })
        expect(String(code)).toContain('denied')
      } finally {
        await askMariadb(url, `drop user ${user}@'%'`)
      }
    }))
})

describe.skipIf(onPostgres.url === undefined)('a check on PostgreSQL', () => {
  const url = onPostgres.url ?? ''

  it('omits and names what is about the server', async () => {
    const other = unique()
    await askPostgres(url, `create database ${other}`)
    try {
      const files = {
        '0001-notes.sql': NOTES,
        '0002-roles.sql': `create role ${other};\ngrant select on notes to ${other};\nalter table notes owner to ${other};`,
        '0003-drop.sql': `-- transaction: off\ndrop database ${other};`,
      }
      const { code, err } = await check(postgres(`${url}/${other}`), files)
      expect(code).toBe(0)
      expect(err).toContain(
        "0003-drop.sql:2: 'drop database …' is not run in a scratch database: it reaches the server.",
      )
      expect(await askPostgres(url, `select 1 from pg_roles where rolname = '${other}'`)).toHaveLength(0)
    } finally {
      await askPostgres(url, `drop database ${other}`)
    }
  })
})
