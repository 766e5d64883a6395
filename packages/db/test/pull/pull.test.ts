// A database that was there before Keelson, as table values.
import { token } from '@keelson/core'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { ScratchConnection } from '../../src/diff/index.ts'
import { database, defineTables, openDatabase } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { pull, type Pulled } from '../../src/pull/index.ts'
import type { MadeDatabase } from '../systems.ts'
import { migrationFolder, SYSTEMS } from '../migrate/migration-folder.ts'
import { runCommand } from '../migrate/run-command.ts'

const TEXTS: Readonly<Record<string, readonly string[]>> = {
  PostgreSQL: [
    "create type mood as enum ('sad', 'so-so', 'happy')",
    `create table users (
      id serial primary key,
      email varchar(255) not null unique,
      name text,
      mood mood not null default 'so-so',
      is_admin boolean not null default false,
      balance numeric(12, 2) not null default 0 check (balance >= 0),
      settings jsonb not null default '{}',
      search tsvector,
      created_at timestamptz not null default now(),
      legacy_at timestamp
    )`,
    `create table posts (
      id uuid primary key,
      author_id integer not null references users on delete cascade,
      editor_id integer references users,
      "Title" text not null,
      slug text not null,
      views bigint not null default 0,
      constraint posts_slug_unique unique (author_id, slug)
    )`,
    'create index posts_views on posts (views desc)',
    'create index posts_title on posts ("Title")',
    'create index posts_recent on posts (slug) where views > 10',
    'create table tags (post_id uuid references posts, tag varchar(40), primary key (post_id, tag))',
    'create table log (at timestamptz, line text)',
    'create view admins as select * from users where is_admin',
  ],
  MariaDB: [
    `create table users (
      id int unsigned not null auto_increment primary key,
      email varchar(255) not null unique,
      name text,
      mood enum('sad', 'so-so', 'happy') not null default 'so-so',
      is_admin tinyint(1) not null default 0,
      balance decimal(12, 2) not null default 0 check (balance >= 0),
      settings json,
      place point,
      created_at datetime not null default current_timestamp
    ) default charset utf8mb4 collate utf8mb4_general_ci`,
    `create table posts (
      id char(36) character set ascii collate ascii_bin primary key,
      author_id int unsigned not null,
      title varchar(200) not null,
      slug varchar(100) not null,
      views bigint not null default 0,
      key posts_title (title),
      unique key posts_slug_unique (author_id, slug),
      fulltext key posts_words (title),
      constraint posts_author foreign key (author_id) references users (id) on delete cascade
    ) default charset utf8mb4 collate utf8mb4_general_ci`,
    'create table log (at datetime, line text)',
    'create view admins as select id from users where is_admin',
  ],
  SQLite: [
    `create table users (
      id integer primary key autoincrement,
      email varchar(255) not null unique,
      name text,
      is_admin boolean not null default 0,
      balance numeric not null default 0,
      settings json,
      created_at text not null default current_timestamp,
      check (email like '%@%')
    )`,
    `create table posts (
      id text primary key not null,
      author_id integer not null references users on delete cascade,
      title text not null,
      slug text not null,
      views integer not null default 0,
      unique (author_id, slug)
    )`,
    'create index posts_title on posts (title)',
    'create index posts_recent on posts (slug) where views > 10',
    'create table log (at text, line text)',
    'create view admins as select * from users where is_admin',
  ],
}

describe.each(SYSTEMS)('tables of a database that was there before, on %s', (name, make) => {
  let made: MadeDatabase | undefined
  beforeEach(async () => {
    made = await make()
    if (made === undefined) return
    await using connection = await ScratchConnection.open(made.adapter)
    await connection.run(TEXTS[name] ?? [])
  })
  afterEach(() => made?.drop())
  const on =
    (work: (adapter: MadeDatabase['adapter'], pulled: Pulled) => Promise<void>) =>
    async (context: TestContext): Promise<void> => {
      if (made === undefined) return context.skip('the server is not at hand')
      await work(made.adapter, await pull(made.adapter, () => false))
    }

  it(
    'make what is there, but for what they say that they leave',
    on(async (_adapter, { source, left }) => {
      expect(left).toEqual([])
      expect(source).toMatch(/email: text\(\{ maxLength: 255/)
      expect(source).toMatch(/authorId: .*\.references\('users', \{ onDelete: 'cascade'/)
      expect(source).toContain('table log, which has no primary key that is read')
      expect(source).toContain('view admins')
      expect(source).toContain("default('so-so')".repeat(name === 'SQLite' ? 0 : 1))
    }),
  )

  it(
    'read and write its rows',
    on(async (adapter, { tables }) => {
      await using db = await openDatabase(adapter, tables)
      await db.sql`insert into users (email) values (${'ada@example.org'})`
      const users = (db as unknown as { users: { find(): Promise<Record<string, unknown>[]> } }).users
      expect(await users.find()).toMatchObject([{ id: 1, email: 'ada@example.org', isAdmin: false }])
    }),
  )

  it(
    'leave nothing to do for a comparison',
    on(async (adapter, { tables }) => {
      using folder = migrationFolder({ '0001-before.sql': `${(TEXTS[name] ?? []).join(';\n\n')};\n` })
      const migrations = { folder: folder.path, ignore: ['log'] }
      const plugin = database(token<never>('shop') as never, adapter, tables, { migrations })
      expect(await runCommand([plugin], 'db check', { write: true })).toMatchObject({ code: 0, err: '' })
      const empty = database(token<never>('shop') as never, adapter, defineTables({}), {})
      const printed = await runCommand([empty], 'db pull')
      expect([printed.code, printed.err]).toEqual([0, ''])
      expect(printed.out).toContain("export const Users = table('users', {")
      const apart = database(token<never>('shop') as never, sqlite(':memory:'), defineTables({}), {
        migrations: { folder: folder.path, adapter },
      })
      expect(await runCommand([apart], 'db pull')).toEqual(printed)
    }),
  )
})

describe.each(SYSTEMS.filter(([name]) => name === 'PostgreSQL'))(
  'columns that refer, on %s',
  (_name, make) => {
    it('have the values of the key, whatever their own width', async (context) => {
      const made = await make()
      if (made === undefined) return context.skip('the server is not at hand')
      await using _dropped = { [Symbol.asyncDispose]: () => made.drop() }
      await using connection = await ScratchConnection.open(made.adapter)
      await connection.run([
        'create table authors (id integer primary key)',
        'create table topics (id bigint primary key)',
        'create table books (id integer primary key, author_id bigint not null references authors, topic_id integer references topics)',
        'insert into authors values (1)',
        'insert into topics values (2)',
        'insert into books values (3, 1, 2)',
      ])
      const { tables, left } = await pull(made.adapter, () => false)
      expect(left).toEqual([])
      await using db = await openDatabase(made.adapter, tables)
      const { books } = db as unknown as { books: { find(): Promise<unknown[]> } }
      expect(await books.find()).toEqual([{ id: 3, authorId: 1, topicId: '2' }])
    })
  },
)
