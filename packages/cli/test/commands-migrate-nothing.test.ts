// A command that only looks starts the app, whose start would apply migrations: it must not, since nobody has asked for that.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { keelson, type Ended } from './cli-support.ts'

const scratch = mkdtempSync(join(tmpdir(), 'keelson-migrate-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const at = (name: string) => JSON.stringify(import.meta.resolve(name))

mkdirSync(join(scratch, 'migrations'))
writeFileSync(
  join(scratch, 'migrations/0001-create-notes.sql'),
  'create table notes (id integer primary key);\n',
)
mkdirSync(join(scratch, 'seeds'))
writeFileSync(
  join(scratch, 'seeds/notes.mjs'),
  `import { seed } from ${at('@keelson/db')}
import { tables } from '../app.mjs'
export default seed(tables, ({ put }) => put('notes', [{ id: 7 }]))
`,
)
writeFileSync(
  join(scratch, 'app.mjs'),
  `import { cache } from ${at('@keelson/cache')}
import { createApp, plugin, route, token } from ${at('@keelson/core')}
import { database, defineTables, integer, table } from ${at('@keelson/db')}
import { sqlite } from ${at('@keelson/db/sqlite')}

export const tables = defineTables({ notes: table('notes', { id: integer().primary() }) })
const DB = token('db')
const notes = plugin({
  name: 'notes',
  inject: { db: DB },
  commands: {
    'notes add': {
      description: 'Adds one',
      needs: 'started',
      run: async ({ app }) => void (await app.services.db.notes.insert({ id: 1 })),
    },
  },
})
export const app = createApp({
  routes: { count: route.inject({ db: DB }).get('/', { access: 'public' }, ({ db }) => db.notes.count()) },
  plugins: [
    database(DB, sqlite(process.env.FILE), tables, {
      migrations: { folder: new URL('./migrations', import.meta.url), migrateAtStart: true },
      seeds: { folder: new URL('./seeds', import.meta.url) },
    }),
    cache(),
    notes,
  ],
  log: { level: 'error' },
})
`,
)
writeFileSync(join(scratch, 'package.json'), '{ "keelson": { "app": "./app.mjs" } }')

const file = join(scratch, 'notes.db')
const run = (args: readonly string[], FILE = file): Promise<Ended> =>
  keelson(args, { cwd: scratch, env: { FILE } })
const commands = [
  ['cache', 'stats'],
  ['notes', 'add'],
  ['call', 'count'],
  ['db', 'seed'],
]

it.each(commands)(
  'keelson %s %s is refused while a migration is pending, and applies none',
  async (...args) => {
    const { code, out, err } = await run(args)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('0001-create-notes.sql: It is not applied.')
    expect(err).toContain('Run keelson db migrate: a command applies nothing by its start.')
    using db = new DatabaseSync(file)
    expect(db.prepare("select name from sqlite_master where type = 'table'").all()).toEqual([])
  },
)

it('runs them once all are applied', async () => {
  expect((await run(['db', 'migrate'])).code).toBe(0)
  for (const args of commands) expect(await run(args)).toMatchObject({ code: 0, err: '' })
  expect((await run(['call', 'count'])).out).toBe('200\n2\n')
})

it('applies them to a database in memory, which is empty and gone afterwards', async () => {
  expect((await run(['call', 'count'], ':memory:')).out).toBe('200\n0\n')
})
