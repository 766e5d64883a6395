// A command that only looks starts the app, whose start would apply migrations: it must not, since nobody has asked for that.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { keelson, type Ended } from './cli-support.ts'

const scratch = mkdtempSync(join(tmpdir(), 'keelson-migrate-'))
afterAll(() => rmSync(scratch, { recursive: true }))
const app = join(import.meta.dirname, 'processes/notes-app.ts')

mkdirSync(join(scratch, 'migrations'))
writeFileSync(
  join(scratch, 'migrations/0001-create-notes.sql'),
  'create table notes (id integer primary key);\n',
)
mkdirSync(join(scratch, 'seeds'))
writeFileSync(
  join(scratch, 'seeds/notes.mjs'),
  `import { seed } from '${import.meta.resolve('@keelson/db')}'
import { tables } from '${pathToFileURL(app).href}'
export default seed(tables, ({ put }) => put('notes', [{ id: 7 }]))
`,
)
const file = join(scratch, 'notes.db')
const run = (args: readonly string[], FILE = file): Promise<Ended> =>
  keelson([...args, '--app', app], { env: { FOLDER: scratch, FILE } })
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
