// The commands of an app's databases, as `keelson` runs them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, token, type Plugin } from '@keelson/core'
import { describe, expect, it } from 'vitest'
import { database, type Database } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { migrationFolder, NO_TABLES } from './migration-folder.ts'
import { runCommand as run } from './run-command.ts'

const newDatabase = (name: string) => token<Database<typeof NO_TABLES>>(name)

/** An app with a database in a file. */
function shop(files: Readonly<Record<string, string>> = {}) {
  const place = mkdtempSync(join(tmpdir(), 'keelson-shop-'))
  const folder = migrationFolder(files)
  const migrations = { folder: folder.path }
  const plugins = [database(newDatabase('shop'), sqlite(join(place, 'shop.db')), NO_TABLES, { migrations })]
  const end = (): void => {
    folder[Symbol.dispose]()
    rmSync(place, { recursive: true })
  }
  return { plugins, folder, place, [Symbol.dispose]: end }
}

const A = 'create table a (id integer);\n-- down\ndrop table a;\n'

describe('the commands of a database', () => {
  it('say what is applied and pending, apply it, take it back and do it anew', async () => {
    using app = shop({ '0001-a.sql': A, '0002-b.sql': A.replaceAll('table a', 'table b') })
    expect(await run(app.plugins, 'db status')).toEqual({
      code: 1,
      out: 'pending   0001-a.sql\npending   0002-b.sql\n',
      err: '',
    })
    const migrated = await run(app.plugins, 'db migrate')
    expect([migrated.code, migrated.out]).toEqual([
      0,
      expect.stringMatching(/^applied {3}0001-a\.sql {2}\d+ ms\napplied {3}0002-b\.sql {2}\d+ ms\n$/),
    ])
    expect((await run(app.plugins, 'db migrate')).out).toBe('Nothing to do: all files are applied.\n')
    const status = await run(app.plugins, 'db status')
    expect([status.code, status.out]).toEqual([
      0,
      expect.stringMatching(/^applied {3}0001-a\.sql {2}20\S+Z, \d+ ms\n/),
    ])
    expect((await run(app.plugins, 'db rollback')).out).toMatch(/^taken back 0002-b\.sql/)
    expect((await run(app.plugins, 'db reset')).out).toMatch(/0001-a\.sql.*\n.*0002-b\.sql/)
    expect((await run(app.plugins, 'db rollback', { steps: 0 })).err).toContain('--steps: It is less than 1')
    expect((await run(app.plugins, 'db migrate', { resumeAfter: 1 })).code).toMatchObject({
      code: 'ERR_DB_MIGRATION',
    })
  })

  it('are told of files that a database had before its history, once', async () => {
    using app = shop({ '0001-a.sql': A, '0002-b.sql': A.replaceAll('table a', 'table b') })
    expect((await run(app.plugins, 'db migrate', { baseline: '0003-c' })).code).toMatchObject({
      message: expect.stringContaining('there is no such file') as string,
    })
    const { code, out } = await run(app.plugins, 'db migrate', { baseline: '0001-a' })
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^assumed {3}0001-a\.sql\napplied {3}0002-b\.sql {2}\d+ ms\n$/),
    ])
    expect((await run(app.plugins, 'db status')).code).toBe(0)
    expect((await run(app.plugins, 'db migrate', { baseline: '0001-a' })).code).toMatchObject({
      message: expect.stringContaining('has a history already') as string,
    })
    // It was not run.
    expect((await run(app.plugins, 'db rollback', { steps: 2 })).code).toMatchObject({
      code: 'ERR_DB_MIGRATION',
    })
  })

  it('make files with the next number, which are not empty by oversight', async () => {
    using app = shop({ '0001-a.sql': A })
    expect((await run(app.plugins, 'db create', { words: ['Add', 'notes', 'to Orders'] })).out).toMatch(
      /0002-add-notes-to-orders\.sql\n$/,
    )
    expect((await run(app.plugins, 'db create', { words: ['fillSlugs'], ts: true })).out).toMatch(
      /0003-fill-slugs\.ts\n$/,
    )
    expect(readFileSync(join(app.folder.path, '0003-fill-slugs.ts'), 'utf8')).toContain(
      'export default migration({',
    )
    expect((await run(app.plugins, 'db migrate')).err).toMatch(
      /0002-.*\.sql:\d: There is no statement after '-- down'/,
    )
    expect((await run(app.plugins, 'db create', { words: ['заказы'] })).err).toContain(
      "'заказы' has no letter or digit",
    )
    expect((await run(app.plugins, 'db create', { words: ['Créer Notes!', 'Größe'] })).out).toMatch(
      /0004-creer-notes-grosse\.sql\n$/,
    )
  })

  it('say what is dangerous in the files that are pending, and the safe way', async () => {
    using app = shop({ '0001-a.sql': A, '0002-b.sql': 'alter table a rename to b;\r\n' })
    const both = await run(app.plugins, 'db status')
    expect([both.code, both.err]).toEqual([
      1,
      expect.stringMatching(/0002-b\.sql:1: table-renamed: .* The safe way:\n {2}\S/),
    ])
    await run(app.plugins, 'db migrate')
    expect(await run(app.plugins, 'db status')).toMatchObject({ code: 0, err: '' })
  })

  it('say which pending files were not looked at for dangers', async () => {
    using app = shop({ '0001-a.sql': A, '0002-b.ts': 'export default 1' })
    expect(await run(app.plugins, 'db status')).toMatchObject({
      code: 1,
      err: expect.stringContaining(
        '0002-b.ts: not looked at for dangers, which are found in SQL files alone.',
      ),
    })
  })

  it('that lose data refuse in production, unless that is said', async () => {
    using app = shop({ '0001-a.sql': A })
    await run(app.plugins, 'db migrate', {}, 'production')
    for (const name of ['db rollback', 'db reset']) {
      const refused = await run(app.plugins, name, {}, 'production')
      expect([refused.code, refused.err]).toEqual([
        1,
        expect.stringMatching(/and this is production.*--in-production/),
      ])
    }
    expect((await run(app.plugins, 'db rollback', { inProduction: true }, 'production')).out).toContain(
      'taken back 0001-a',
    )
  })

  it('are one for all databases, and say which there are', async () => {
    using app = shop({ '0001-a.sql': A })
    const two = [...app.plugins, database(newDatabase('log'), sqlite(join(app.place, 'log.db')), NO_TABLES)]
    expect((await run(two, 'db status')).err).toMatch(
      /several databases: shop, log\. Name one: --database shop\./,
    )
    expect((await run(two, 'db status', { database: 'shop' })).out).toContain('pending')
    expect((await run(two, 'db status', { database: 'log' })).err).toContain(
      'log: This database has no migrations',
    )
    expect((await run(two, 'db status', { database: 'lag' })).err).toContain(
      "has no database 'lag'. Write one of shop, log.",
    )
  })

  it('do not pretend to have changed a database in memory', async () => {
    using folder = migrationFolder({ '0001-a.sql': A })
    const migrations = { folder: folder.path }
    const plugins = [database(newDatabase('shop'), sqlite(':memory:'), NO_TABLES, { migrations })]
    expect((await run(plugins, 'db migrate')).err).toContain('in memory, and gone when the command ends')
  })
})

describe('an app', () => {
  const start = async (plugins: readonly Plugin[]): Promise<string> => {
    const app = createApp({ routes: {}, plugins, mode: 'test', log: { level: 'silent' } })
    const error: unknown = await app.start().then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    await app.stop()
    return error instanceof Error ? error.message : 'started'
  }

  it('starts only with what its files say', async () => {
    using app = shop({ '0001-a.sql': A })
    expect(await start(app.plugins)).toMatch(
      /0001-a\.sql: It is not applied\. Run keelson db migrate.*ERR_DB_MIGRATION_PENDING/,
    )
    await run(app.plugins, 'db migrate')
    expect(await start(app.plugins)).toBe('started')
    app.folder.write({ '0002-b.sql': A.replaceAll('table a', 'table b') })
    await run(app.plugins, 'db migrate')
    // An older version has neither.
    app.folder.remove('0002-b.sql')
    app.folder.remove('checksums')
    expect(await start(app.plugins)).toMatch(
      /0002-b: It was applied by a newer version.*ERR_DB_MIGRATION_HISTORY/,
    )
    const allowNewer = { folder: app.folder.path, allowNewer: true }
    const older = database(newDatabase('shop'), sqlite(join(app.place, 'shop.db')), NO_TABLES, {
      migrations: allowNewer,
    })
    expect(await start([older])).toBe('started')
  })

  it('applies them at start where it is told to, in memory too', async () => {
    using folder = migrationFolder({ '0001-a.sql': A })
    const migrations = { folder: folder.path, migrateAtStart: true }
    const plugins = [database(newDatabase('shop'), sqlite(':memory:'), NO_TABLES, { migrations })]
    expect(await start(plugins)).toBe('started')
    folder.write({ '0002-b.sql': 'insert into nowhere values (1)' })
    expect(await start(plugins)).toMatch(/0002-b\.sql:1: statement 1 of 1 failed/)
  })

  it('is told of options that contradict each other', () => {
    const both = { createTables: true, migrations: { folder: 'migrations' } }
    expect(() => database(newDatabase('shop'), sqlite(':memory:'), NO_TABLES, both)).toThrow(
      /Omit createTables/,
    )
  })
})
