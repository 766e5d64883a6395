// Pages of a repository as answers of a route that declares the error of their cursors.
import * as core from '@keelson/core'
import { route, t, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, expectTypeOf, it } from 'vitest'
import {
  database,
  defineTables,
  integer,
  InvalidCursorError,
  isDatabaseError,
  table,
  type Database,
} from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const Notes = table('notes', { id: integer().primary() })
const tables = defineTables({ notes: Notes })
const DB = token<Database<typeof tables>>('db')
const PageQuery = t.Object({ limit: t.Optional(t.Integer()), after: t.Optional(t.String()) })
const list = route
  .inject({ db: DB })
  .get(
    '/notes',
    { query: PageQuery, response: t.Array(Notes.row), errors: [InvalidCursorError], access: 'public' },
    async ({ query, db }) => (await db.notes.page(query)).items,
  )

it('a cursor of another list is the declared error of the route', async () => {
  await using test = await testApp({
    routes: { list },
    plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
  })
  const outcome = await test.client.list.result({ query: { after: 'x' } })
  expect(outcome).toMatchObject({ ok: false, error: { code: 'ERR_CORE_CURSOR', status: 400 } })
  if (!outcome.ok && outcome.error.code === 'ERR_CORE_CURSOR')
    expectTypeOf(outcome.error.status).toEqualTypeOf<400>()
})

it('the schema of a route alone bounds a page', async () => {
  const query = t.Object({ limit: t.Integer({ minimum: 1, maximum: 500 }) })
  const many = route
    .inject({ db: DB })
    .get('/many', { query, response: t.Array(Notes.row), access: 'public' }, async ({ query, db }) => {
      await db.notes.insertMany(Array.from({ length: 201 }, (_, id) => ({ id })))
      return (await db.notes.page(query)).items
    })
  await using test = await testApp({
    routes: { many },
    plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
  })
  expect(await test.client.many({ query: { limit: 200 } })).toHaveLength(200)
})

it('the error of a cursor is the one that the other packages throw', () => {
  expect(InvalidCursorError).toBe(core.InvalidCursorError)
  expect(isDatabaseError(new InvalidCursorError())).toBe(false)
})
