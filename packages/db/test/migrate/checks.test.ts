// The check of migrations: as a command, and as a part of `keelson check`.
import { createApp, token, type Inspection, type Plugin } from '@keelson/core'
import { describe, expect, it, type TestContext } from 'vitest'
import type { Adapter } from '../../src/adapter/index.ts'
import {
  database,
  defineTables,
  integer,
  table,
  text,
  type AnyTables,
  type Database,
} from '../../src/index.ts'
import { mysql } from '../../src/mysql/index.ts'
import { postgres } from '../../src/postgres/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { askMariadb, askPostgres, findMariadb, findPostgres } from '../servers.ts'
import { migrationFolder, NO_TABLES, type MigrationFolder } from './migration-folder.ts'
import { runCommand } from './run-command.ts'

const tables = defineTables({
  notes: table('notes', { id: integer().primary(), text: text({ maxLength: 9 }) }),
})
const NOTES = { '0001-notes.sql': 'create table notes (id integer not null primary key);' }

interface Shop {
  readonly name?: string
  readonly tables?: AnyTables
  readonly folder?: MigrationFolder
}

function shop(adapter: Adapter, { name = 'shop', tables: given = tables, folder }: Shop): Plugin {
  const migrations = folder === undefined ? undefined : { folder: folder.path }
  return database(token<Database<typeof given>>(name), adapter, given, { migrations })
}

function inspect(plugins: readonly Plugin[], isOffline: boolean): Promise<Inspection> {
  const app = createApp({ routes: {}, plugins, mode: 'test', log: { level: 'silent' } })
  return app['~internal'].inspect({ isOffline, signal: new AbortController().signal })
}

/** Nothing listens there. */
const DOWN = postgres('postgres://postgres@127.0.0.1:1/shop')
/** A file that nobody could open. */
const NOWHERE = sqlite('/nowhere/at/all/shop.db')

describe('keelson db check', () => {
  it('has nothing to check without migrations, and asks no server', async () => {
    expect(await runCommand([shop(DOWN, {})], 'db check')).toEqual({
      code: 0,
      out: 'Nothing to check: no database of the app has migrations.\n',
      err: '',
    })
    expect((await runCommand([shop(DOWN, {})], 'db check', { database: 'shop' })).err).toContain(
      'This database has no migrations',
    )
    using folder = migrationFolder()
    expect(await runCommand([shop(DOWN, { tables: NO_TABLES, folder })], 'db check')).toMatchObject({
      code: 0,
    })
  })

  it('says that one database differs rather than that another cannot be reached', async () => {
    using folder = migrationFolder(NOTES)
    using other = migrationFolder()
    const differs = shop(NOWHERE, { name: 'log', folder: other })
    const ended = await runCommand([shop(DOWN, { folder }), differs], 'db check', { write: true })
    expect(ended).toMatchObject({
      code: 1,
      err: expect.stringMatching(/of shop make the tables is not known/),
    })
    expect(await runCommand([shop(DOWN, { folder })], 'db check')).toMatchObject({ code: 3 })
  })

  it('checks all databases that have migrations, where none is named', async () => {
    using folder = migrationFolder(NOTES)
    using other = migrationFolder()
    const plugins = [
      shop(NOWHERE, { folder }),
      shop(NOWHERE, { name: 'log', tables: NO_TABLES, folder: other }),
      shop(NOWHERE, { name: 'third' }),
    ]
    expect(await runCommand(plugins, 'db check', { write: true })).toEqual({
      code: 1,
      out: 'noted     0001-notes.sql\nThe migrations of log make the tables.\n',
      err: expect.stringMatching(
        /^column notes\.text is new\n[^]*The migrations of shop do not make these tables yet: keelson db diff writes/,
      ),
    })
    expect((await runCommand(plugins, 'db check', { database: 'log' })).code).toBe(0)
  })

  it('ends with 3 where there is no server, and with 1 all the same where the files are not in order', async () => {
    using folder = migrationFolder(NOTES)
    const unknown = await runCommand([shop(DOWN, { folder })], 'db check', { write: true })
    expect([unknown.code, unknown.err]).toEqual([
      3,
      expect.stringMatching(
        /127\.0\.0\.1:1.*: The database cannot be opened: .* Look whether the server runs.*\nWhether the migrations make the tables is not known\.\n/,
      ),
    ])
    folder.write({ '0002-b.sql': 'select 1' })
    const both = await runCommand([shop(DOWN, { folder })], 'db check')
    expect([both.code, both.err]).toEqual([
      1,
      expect.stringMatching(/0002-b.*not in checksums.*\n.*not known/s),
    ])
  })

  it('ends with 1 for a file that fails', async () => {
    using folder = migrationFolder({ '0001-a.sql': 'insert into nowhere values (1)' })
    const { code, err } = await runCommand([shop(NOWHERE, { folder })], 'db check', { write: true })
    expect([code, err]).toEqual([
      expect.objectContaining({ code: 'ERR_DB_MIGRATION' }),
      expect.stringContaining('0001-a.sql:1: statement 1 of 1 failed'),
    ])
  })
})

describe('keelson db check at a server', async () => {
  const onPostgres = await findPostgres()
  const onMariadb = await findMariadb()
  const needs = (
    context: TestContext,
    { url, reason }: { url: string | undefined; reason: string },
  ): string => {
    if (url === undefined) context.skip(reason)
    return url!
  }

  it('does not need the database of the app', async (context) => {
    for (const [found, at] of [
      [onPostgres, postgres],
      [onMariadb, mysql],
    ] as const) {
      using folder = migrationFolder(NOTES)
      const plugin = shop(at(`${needs(context, found)}/keelson_is_not_there`), { folder })
      const checked = await runCommand([plugin], 'db check', { write: true })
      expect([checked.code, checked.err]).toEqual([1, expect.stringContaining('column notes.text is new')])
    }
  })

  it('ends with 3 for a user that may not make a database, and says what gives the right', async (context) => {
    const url = needs(context, onPostgres)
    const user = `keelson_check_${process.pid}`
    await askPostgres(url, `create role ${user} login`)
    try {
      using folder = migrationFolder(NOTES)
      const plugin = shop(postgres(`postgres://${user}@${new URL(url).host}/postgres`), { folder })
      const checked = await runCommand([plugin], 'db check', { write: true })
      expect([checked.code, checked.err]).toEqual([
        3,
        expect.stringContaining(`alter role "${user}" createdb`),
      ])
    } finally {
      await askPostgres(url, `drop role ${user}`)
    }
  })

  it('does the same on MariaDB', async (context) => {
    const url = needs(context, onMariadb)
    const user = `keelson_check_${process.pid}`
    await askMariadb(url, `create user ${user}@'%'`)
    try {
      using folder = migrationFolder(NOTES)
      const plugin = shop(mysql(`mysql://${user}@${new URL(url).host}/test`), { folder })
      const checked = await runCommand([plugin], 'db check', { write: true })
      expect([checked.code, checked.err]).toEqual([
        3,
        expect.stringMatching(/grant all on .* to keelson_check/),
      ])
    } finally {
      await askMariadb(url, `drop user ${user}@'%'`)
    }
  })
})

describe('keelson check', () => {
  it('asks no server for an app without migrations, or offline', async () => {
    expect(await inspect([shop(DOWN, {})], false)).toEqual({ problems: [], warnings: [], omitted: [] })
    using folder = migrationFolder(NOTES)
    expect(await inspect([shop(DOWN, { folder })], true)).toEqual({
      problems: [
        expect.objectContaining({
          code: 'ERR_DB_MIGRATION_FILE',
          message: expect.stringContaining('not in checksums') as string,
        }),
      ],
      warnings: [],
      omitted: ['Whether the migrations of shop make its tables: it takes a server.'],
    })
  })

  it('fails where files and tables differ, and where that is not known', async () => {
    using folder = migrationFolder(NOTES)
    await runCommand([shop(NOWHERE, { folder })], 'db check', { write: true })
    const { problems, omitted } = await inspect([shop(NOWHERE, { folder })], false)
    expect(omitted).toEqual([])
    expect(problems).toContainEqual({
      code: 'ERR_DB_MIGRATION_DIFFERS',
      place: 'database shop',
      message: 'No migration makes what the tables say: column notes.text is new.',
      remedy: 'Run keelson db diff, which writes what is missing.',
    })
    expect((await inspect([shop(DOWN, { folder })], false)).problems).toEqual([
      {
        code: 'ERR_DB_CONNECTION',
        place: 'database shop',
        message: expect.stringMatching(
          /^Its migrations cannot be compared with its tables\. .*127\.0\.0\.1:1/,
        ),
        remedy: expect.stringMatching(/Look whether the server runs .* run keelson check --offline\.$/),
      },
    ])
  })

  it('tells a file that fails as a problem of the database', async () => {
    using folder = migrationFolder({ '0001-a.sql': 'insert into nowhere values (1)' })
    const { problems } = await inspect([shop(NOWHERE, { folder })], false)
    expect(problems.map(({ code, place }) => [code, place])).toEqual([['ERR_DB_MIGRATION', 'database shop']])
  })
})
