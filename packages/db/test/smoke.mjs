// The built package as a user has it, on one version of Node.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { createApp, defineError, reply, route, token } from '@keelson/core'
import { database, defineTables, openDatabase, table, text, transaction, uuid, version } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'

const NameTaken = defineError('NAME_TAKEN', { status: 409, title: 'The name is taken' })
const Notes = table('notes', {
  id: uuid().primary(),
  name: text({ maxLength: 40 }).unique(NameTaken),
  version: version(),
})
const tables = defineTables({ notes: Notes })
const DB = token('db')
const create = route.inject({ db: DB }).post(
  '/',
  {
    body: Notes.new,
    response: { 201: Notes.row },
    errors: [NameTaken],
    access: 'public',
    use: [transaction()],
  },
  async ({ body, db }) => reply(201, await db.notes.insert(body)),
)
const app = createApp({
  name: 'smoke',
  routes: { create },
  mode: 'test',
  log: false,
  plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
})
const send = () =>
  app.fetch(
    new Request('http://localhost/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name":"first"}',
    }),
  )
assert.equal((await send()).status, 201)
assert.equal((await (await send()).json()).code, 'NAME_TAKEN')
await app.stop()

const db = await openDatabase(sqlite(':memory:'), tables, { createTables: true })
const note = await db.notes.insert({ name: 'a' })
assert.equal((await db.notes.update(note, { name: 'b' })).version, 2)
assert.equal((await db.kysely.selectFrom('notes').select('name').execute())[0].name, 'b')
await db[Symbol.asyncDispose]()

// CommonJS users load the same modules, not a second copy.
assert.equal(createRequire(import.meta.url)('@keelson/db').table, table)
