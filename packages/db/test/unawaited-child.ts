// Started by unawaited-process.test.ts: an app whose routes forget to await. The argument is the URL of a database; none: SQLite.
import { createApp, createLogger, route, token } from '@keelson/core'
import { sql } from 'kysely'
import { database, defineTables, table, text, transaction, uuid, type Database } from '../src/index.ts'
import { postgres } from '../src/postgres/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const [url = ''] = process.argv.slice(2)
const Notes = table('notes', { id: uuid().primary(), name: text({ maxLength: 9 }).unique() })
const tables = defineTables({ notes: Notes })
const DB = token<Database<typeof tables>>('db')
const post = route.inject({ db: DB })
const each = post.post('/each', { access: 'public', use: [transaction()] }, ({ db }) => {
  const addTwo = async (name: string): Promise<void> => {
    await db.notes.insert({ name })
    await db.notes.insert({ name: `${name}2` })
  }
  for (const name of ['a', 'b', 'c']) void addTwo(name)
  return 'done'
})
const taken = post.post('/taken', { access: 'public', use: [transaction()] }, async ({ db }) => {
  await db.notes.insert({ name: 'a' })
  const add = async (): Promise<unknown> => await db.notes.insert({ name: 'a' })
  void add()
  void add()
  return 'done'
})
// What Kysely's own tag gives is a promise of Kysely's.
const tagged = post.post('/tagged', { access: 'public', use: [transaction()] }, ({ db }) => {
  void sql`selec`.execute(db.kysely)
  void sql`commit`.execute(db.kysely)
  return 'done'
})
const count = post.get('/count', { access: 'public' }, ({ db }) => db.notes.count())
const own = post.post('/own', { access: 'public', use: [transaction()] }, () => {
  void Promise.reject(new Error('of the program'))
  return 'done'
})
const outside = post.post('/outside', { access: 'public' }, ({ db }) => {
  void db.transaction(() => db.sql`selec`)
  return 'done'
})

const app = createApp({
  name: 'unawaited',
  mode: 'test',
  log: createLogger({ pretty: false }),
  routes: { each, taken, tagged, count, own, outside },
  plugins: [database(DB, url === '' ? sqlite(':memory:') : postgres(url), tables, { createTables: true })],
})
const listening = await app.listen({ port: 0, host: '127.0.0.1', signals: false })
const ask = async (path: string, method = 'POST'): Promise<void> => {
  const answer = await fetch(`${listening.urls[0]}${path}`, { method })
  const body = await answer.text()
  await new Promise((resolve) => setTimeout(resolve, 50))
  process.stdout.write(`answer ${path} ${answer.status}${method === 'GET' ? ` ${body}` : ''}\n`)
}
await ask('/each')
await ask('/taken')
await ask('/tagged')
await ask('/count', 'GET')
if (process.argv[3] === undefined) await app.stop()
else await ask(process.argv[3])
