import { inspect } from 'node:util'
import { route, t, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { describe, expect, it } from 'vitest'
import { database, defineTables, table, text, timestamp, uuid, type Database } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { openingDatabase } from './opened-systems.ts'
import { SYSTEMS } from './systems.ts'

const Teams = table('teams', { id: uuid().primary(), name: text(), code: text().hidden() })
const Users = table(
  'users',
  {
    id: uuid().primary(),
    email: text({ maxLength: 99, caseInsensitive: true }).unique(),
    teamId: uuid().references('teams'),
    secret: text().hidden(),
    goneAt: timestamp().nullable().hidden(),
  },
  { softDelete: 'goneAt' },
)
const tables = defineTables({ teams: Teams, users: Users })

describe.each(SYSTEMS)('hidden columns of rows on %s', (_name, make) => {
  const on = openingDatabase(make, tables)

  it(
    'are in the row, and not in what is written of it as JSON',
    on(async (db) => {
      const team = await db.teams.insert({ name: 'a', code: 'S3CRET' })
      const given = { email: 'A@example.com', teamId: team.id, secret: 'S3CRET' }
      const user = await db.users.insert(given)
      const many = await db.users.insertMany([{ ...given, email: 'b@example.com' }])
      const streamed: unknown[] = []
      for await (const row of db.users.stream()) streamed.push(row)
      const rows: Record<string, unknown> = {
        insert: user,
        insertMany: many,
        update: await db.users.update(user, { email: 'c@example.com' }),
        streamed,
        nothing: await db.users.update(user, {}),
        upsert: await db.users.upsert({ ...given, email: 'd@example.com' }, { on: ['email'] }),
        upsertThere: await db.users.upsert({ ...given, email: 'd@example.com' }, { on: ['email'] }),
        byId: await db.users.byId(user.id),
        first: await db.users.first(),
        find: await db.users.find(),
        page: await db.users.page({ limit: 2 }),
        one: await db.users.with('team').find(),
        of: await db.teams.with('users').byId(team.id),
        copied: { list: [...many] },
      }
      for (const [name, row] of Object.entries(rows)) {
        const written = `${name}: ${JSON.stringify(row)}`
        expect(written).not.toMatch(/S3CRET|secret|goneAt|code/)
        expect(written).toContain('@example.com')
        const shown = `${name}: ${inspect(row, { depth: 5 })}`
        expect(shown).toContain('S3CRET')
        expect(shown).not.toMatch(/prototype/i)
      }
      expect(user.secret).toBe('S3CRET')
      expect(Object.keys(user)).toContain('secret')
      expect(await db.users.byId(user.id)).toMatchObject({ secret: 'S3CRET', goneAt: null })
    }),
  )
})

describe('a route that gives rows with hidden columns', () => {
  const DB = token<Database<typeof tables>>('db')
  const get = route.inject({ db: DB })
  const plain = { access: 'public' } as const
  const routes = {
    list: get.get('/list', plain, ({ db }) => db.users.find()),
    nested: get.get('/nested', plain, async ({ db }) => ({ users: await db.users.with('team').find() })),
    one: get.get('/one', plain, ({ db }) => db.users.first()),
    wide: get.get('/wide', { ...plain, response: t.Array(t.Object({ email: t.String() })) }, ({ db }) =>
      db.users.find(),
    ),
    any: get.get('/any', { ...plain, response: t.Unknown() }, ({ db }) => db.users.with('team').find()),
    shown: get.get(
      '/shown',
      { ...plain, response: t.Array(Users.row.extend({ team: Teams.row })) },
      ({ db }) => db.users.with('team').find(),
    ),
    both: get.get('/both', plain, ({ db }) =>
      Promise.all([db.teams.find(), db.teams.find()].map(async (found) => (await found)[0])),
    ),
  }

  it('shows none of them, with and without a response schema', async () => {
    await using test = await testApp({
      routes,
      plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
    })
    const db = test.resolve(DB)
    const team = await db.teams.insert({ name: 'a', code: 'S3CRET' })
    await db.users.insert({ email: 'a@example.com', teamId: team.id, secret: 'S3CRET' })
    for (const path of Object.keys(routes)) {
      const answer = await test.request('GET', `/${path}`)
      const body = `${path}: ${await answer.text()}`
      expect({ path, status: answer.status }).toEqual({ path, status: 200 })
      expect(body).not.toMatch(/S3CRET|secret|goneAt|code/)
      expect(body).toContain(path === 'both' ? '"name":"a"' : 'a@example.com')
    }
    expect(JSON.stringify(await test.client.list())).not.toContain('S3CRET')
    expect(JSON.stringify(await test.app.invoke('list'))).not.toContain('S3CRET')
  })
})
