// Rows whose values are not JSON, `as: Date` and `as: BigInt`, as the answers of routes.
import { reply, route, router, t, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, expectTypeOf, it } from 'vitest'
import { bigint, database, defineTables, table, timestamp, uuid, type Database } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'

const Visits = table('visits', {
  id: uuid().primary(),
  at: timestamp({ as: Date }),
  leftAt: timestamp({ as: Date }).nullable(),
})
const Totals = table('totals', { id: uuid().primary(), bytes: bigint({ as: BigInt }) })
const tables = defineTables({ visits: Visits, totals: Totals })
const DB = token<Database<typeof tables>>('db')
const site = route.inject({ db: DB })

const visits = router('/visits', {
  add: site.post(
    '/',
    { body: Visits.new, response: { 201: Visits.row }, access: 'public' },
    async ({ body, db }) =>
      reply(
        201,
        await db.visits.insert({ at: new Date(body.at), leftAt: body.leftAt ? new Date(body.leftAt) : null }),
      ),
  ),
  list: site.get('/', { response: t.Array(Visits.row), access: 'public' }, ({ db }) => db.visits.find()),
})
const totals = router('/totals', {
  add: site.post('/', { body: Totals.new, response: Totals.row, access: 'public' }, async ({ body, db }) => {
    const row = await db.totals.insert({ bytes: BigInt(body.bytes) })
    return { ...row, bytes: String(row.bytes) }
  }),
})

it('sends a Date as its text with three digits, and types it so for the client', async () => {
  await using test = await testApp({
    routes: { visits },
    plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
  })
  const { client } = test
  const first = await client.visits.add({ body: { at: '2026-11-30T02:00:00+01:00' } })
  const second = await client.visits.add({
    body: { at: '2026-11-30T01:00:00.5Z', leftAt: '2026-11-30T01:00:01Z' },
  })
  expectTypeOf(first.at).toEqualTypeOf<string>()
  expectTypeOf(first.leftAt).toEqualTypeOf<string | null>()
  expect(first).toMatchObject({ at: '2026-11-30T01:00:00.000Z', leftAt: null })
  expect(second).toMatchObject({ at: '2026-11-30T01:00:00.500Z', leftAt: '2026-11-30T01:00:01.000Z' })
  expect(await client.visits.list()).toEqual(expect.arrayContaining([first, second]))
})

it('sends a BigInt as the text that the handler makes of it', async () => {
  await using test = await testApp({
    routes: { totals },
    plugins: [database(DB, sqlite(':memory:'), tables, { createTables: true })],
  })
  const total = await test.client.totals.add({ body: { bytes: '9007199254740993' } })
  expectTypeOf(total.bytes).toEqualTypeOf<string>()
  expect(total.bytes).toBe('9007199254740993')
})
