// Names, texts and line ends that a careless reader of SQL would break, and tables that somebody changed by hand.
import { join } from 'node:path'
import { token } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import {
  database,
  defineTables,
  integer,
  openDatabase,
  sql,
  table,
  text,
  type AnyTables,
  type Database,
} from '../../src/index.ts'
import { migrate, migrationStatus } from '../../src/migrations/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { messageOf, migrationFolder, SYSTEMS, withDatabase } from './migration-folder.ts'
import { runCommand, type Ended } from './run-command.ts'

/** 63 bytes, which is the longest name of PostgreSQL, in 32 letters. */
const LONG = `${'é'.repeat(31)}x`
const HARD = String.raw`it's "quoted" \ and; -- no /* comment */ $$ {{ ?`

describe.each(SYSTEMS)('on %s', (name, make) => {
  it(
    'a file with CRLF, comments and quotes does what it says',
    withDatabase(make, async ({ db, folder }) => {
      const lines = [
        "-- it's a comment; with a quote",
        'create table a (id integer primary key, /* ; */ note varchar(100));',
        "insert into a values (1, 'a; -- b /* c */ it''s');",
        "insert into a values (2, 'two",
        "lines');",
        ...(name === 'PostgreSQL' ? ["insert into a values (3, $q$it's; $$ -- $q$);"] : []),
        '-- down',
        'drop table a;',
      ]
      folder.write({ '0001-a.sql': `\uFEFF${lines.join('\r\n')}` })
      await migrate(db, { folder: folder.path })
      expect(await db.sql`select note from a order by id`).toEqual([
        { note: "a; -- b /* c */ it's" },
        { note: 'two\nlines' },
        ...(name === 'PostgreSQL' ? [{ note: "it's; $$ -- " }] : []),
      ])
    }),
  )

  it(
    'a table that was changed by hand stops the file that needs it, which goes on when it is mended',
    withDatabase(make, async ({ db, folder, tables }) => {
      folder.write({ '0001-a.sql': 'create table a (id integer primary key)' })
      await migrate(db, { folder: folder.path })
      await db.sql`alter table a add note varchar(10)`
      folder.write({
        '0002-b.sql': 'create table b (id integer);\nalter table a add note varchar(10)',
        '0003-c.sql': 'create table c (id integer)',
      })
      expect(await messageOf(migrate(db, { folder: folder.path }))).toMatch(
        /0002-b\.sql:2(?::\d+)?: statement 2 of 2 failed: .*note/,
      )
      expect(await tables()).toEqual(name === 'MariaDB' ? ['a', 'b'] : ['a'])
      await db.sql`alter table a drop column note`
      expect(await migrate(db, { folder: folder.path })).toHaveLength(2)
      expect((await migrationStatus(db, { folder: folder.path })).pending).toEqual([])
    }),
  )

  it('tables of long names, reserved words and hard defaults are written, made and compared', async (context) => {
    const made = await make()
    if (made === undefined) return context.skip('the server is not at hand')
    using folder = migrationFolder()
    const run = (tables: AnyTables, command: string, args = {}): Promise<Ended> => {
      const migrations = { folder: folder.path }
      const plugin = database(token<Database<typeof tables>>('shop'), made.adapter, tables, { migrations })
      return runCommand([plugin], command, args)
    }
    const id = integer().primary()
    const before = defineTables({ long: table(LONG, { id }), order: table('order', { id }) })
    const after = defineTables({
      long: table(LONG, {
        id,
        select: integer()
          .nullable()
          .references('order', { as: 'table' })
          .named(`${LONG.slice(0, -1)}y`),
      }),
      order: table(
        'order',
        {
          id,
          group: text({ maxLength: 100 }).default(HARD),
          from: integer().nullable().references('long', { as: 'where' }),
        },
        { unique: [{ columns: ['group', 'id'] }] },
      ),
    })
    try {
      expect(await run(before, 'db diff', { words: ['first'] })).toMatchObject({ code: 0, err: '' })
      expect(await run(before, 'db migrate')).toMatchObject({ code: 0, err: '' })
      expect(await run(after, 'db diff', { words: ['second'] })).toMatchObject({ code: 0 })
      expect(await run(after, 'db migrate')).toMatchObject({ code: 0, err: '' })
      // Of a text in dollars nobody knows what it does: with a user of all rights the check says so.
      const { code, err } = await run(after, 'db check')
      expect({ code, err: err.replace(/^.* is not seen before\. .*\n/, '') }).toEqual({ code: 0, err: '' })
      await using db = await openDatabase(made.adapter, after)
      await db.sql`insert into ${sql.table(after.order)} (id) values (1)`
      await db.long.insert({ id: 1, select: 1 })
      expect(await db.order.byId(1)).toEqual({ id: 1, group: HARD, from: null })
    } finally {
      await made.drop()
    }
  })
})

describe('two hundred tables that refer to each other in a circle', () => {
  it('are written, made and compared', async () => {
    using folder = migrationFolder()
    const names = Array.from({ length: 200 }, (_, at) => `t${at}`)
    const id = integer().primary()
    const all = names.map((name, at) => {
      const next = integer()
        .nullable()
        .references(names[(at + 1) % names.length]!)
      return [name, table(name, { id, nextId: next, note: text().nullable() })] as const
    })
    const migrations = { folder: folder.path }
    const tables = defineTables(Object.fromEntries(all))
    const shop = database(
      token<Database<typeof tables>>('shop'),
      sqlite(join(folder.path, 'shop.db')),
      tables,
      { migrations },
    )
    for (const command of ['db diff', 'db migrate', 'db check'])
      expect(await runCommand([shop], command, { words: ['all'] })).toMatchObject({ code: 0, err: '' })
    expect(folder.read('0001-all.sql').match(/^create table/gm)).toHaveLength(200)
  })
})
