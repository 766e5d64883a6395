// `keelson db seed` and `keelson db reset --seed`.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { token } from '@keelson/core'
import { expect, it } from 'vitest'
import { database, defineTables, table, text, type Database, type DatabaseOptions } from '../../src/index.ts'
import { sqlite } from '../../src/sqlite/index.ts'
import { migrationFolder } from '../migrate/migration-folder.ts'
import { runCommand } from '../migrate/run-command.ts'

const tables = defineTables({
  roles: table('roles', { name: text({ maxLength: 20 }).primary(), title: text() }),
})
const DB = token<Database<typeof tables>>('shop')
const index = JSON.stringify(new URL('../../src/index.ts', import.meta.url).href)
const roles = (title: string): string =>
  `const { seed } = await import(${index})
export default seed({}, async ({ put }: any) => void (await put('roles', [{ name: 'admin', title: '${title}' }])))\n`

/** An app with a database in a file. */
function shop(options: Partial<DatabaseOptions> = {}) {
  const place = mkdtempSync(join(tmpdir(), 'keelson-seeds-'))
  const seeds = migrationFolder({ 'roles.ts': roles('Admin'), 'more.ts': roles('Admin') })
  const migrations = migrationFolder({
    '0001-roles.sql': 'create table roles (name text primary key, title text not null) strict',
  })
  const plugins = [
    database(DB, sqlite(join(place, 'shop.db')), tables, {
      seeds: { folder: seeds.path },
      migrations: { folder: migrations.path },
      ...options,
    }),
  ]
  const end = (): void => {
    seeds[Symbol.dispose]()
    migrations[Symbol.dispose]()
    rmSync(place, { recursive: true })
  }
  return { plugins, seeds, [Symbol.dispose]: end }
}

it('db seed says what has become of the rows of each seed, and changes nothing the second time', async () => {
  using app = shop()
  expect((await runCommand(app.plugins, 'db seed')).err).toContain('0001-roles.sql')
  await runCommand(app.plugins, 'db migrate')
  const told = (counts: string, file: string): RegExp =>
    new RegExp(String.raw`seeded    ${file}  ${counts} unchanged, \d+ ms\n`)
  const first = await runCommand(app.plugins, 'db seed')
  expect(first.code).toBe(0)
  expect(first.out).toMatch(told('1 inserted, 0 updated, 0', 'more\\.ts'))
  expect(first.out).toMatch(told('0 inserted, 0 updated, 1', 'roles\\.ts'))
  app.seeds.write({ 'roles.ts': roles('Administrator') })
  const named = await runCommand(app.plugins, 'db seed', { names: ['roles'] })
  expect(named.out).toMatch(told('0 inserted, 1 updated, 0', 'roles\\.ts'))
  expect(named.out).not.toContain('more')
})

it('db seed ends with an error for a seed that fails', async () => {
  using app = shop()
  await runCommand(app.plugins, 'db migrate')
  app.seeds.write({ 'a.ts': roles('Admin').replace("title: 'Admin'", 'title: null') })
  const { code, err } = await runCommand(app.plugins, 'db seed')
  expect([code, err]).toEqual([
    expect.objectContaining({ code: 'ERR_DB_SEED' }),
    expect.stringMatching(/a\.ts: .*title.*Nothing of this seed is done/),
  ])
})

it('db reset --seed fills the tables that it makes', async () => {
  using app = shop()
  const { code, out } = await runCommand(app.plugins, 'db reset', { seed: true })
  expect([code, out]).toEqual([
    0,
    expect.stringMatching(/0001-roles\.sql[^]*seeded {4}more\.ts[^]*roles\.ts/),
  ])
  using without = shop({ seeds: undefined })
  const refused = await runCommand(without.plugins, 'db reset', { seed: true })
  expect(refused.err).toContain('This database has no seeds')
})

it('db seed is refused in production unless that is said, in memory, and without a folder', async () => {
  using app = shop()
  const refused = await runCommand(app.plugins, 'db seed', {}, 'production')
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringMatching(
      /--in-production: Seeds write rows over those that are there, and this is production/,
    ),
  ])
  await runCommand(app.plugins, 'db migrate')
  const allowed = await runCommand(
    app.plugins,
    'db seed',
    { inProduction: true, names: ['roles'] },
    'production',
  )
  expect(allowed).toMatchObject({ code: 0, out: expect.stringContaining('1 inserted') as string })
  const inMemory = database(DB, sqlite(':memory:'), tables, { seeds: { folder: app.seeds.path } })
  expect((await runCommand([inMemory], 'db seed')).err).toContain('This database is in memory')
  using without = shop({ seeds: undefined })
  expect((await runCommand(without.plugins, 'db seed')).err).toContain('shop: This database has no seeds')
})

it('db seed refuses a database that production has migrated', async () => {
  using app = shop()
  await runCommand(app.plugins, 'db migrate', {}, 'production')
  expect((await runCommand(app.plugins, 'db seed', {}, 'development')).err).toMatch(
    /Seeds write rows over .* says that production has migrated it\./,
  )
  const allowed = await runCommand(app.plugins, 'db seed', { inProduction: true }, 'development')
  expect([allowed.code, allowed.err]).toEqual([0, ''])
})
