// The store of an app in its database, by an option of the plugin.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, KEY_VALUE_STORE, route, token } from '@keelson/core'
import { testApp } from '@keelson/testing'
import { expect, it } from 'vitest'
import { database, defineTables, integer, openDatabase, table, type Database } from '../src/index.ts'
import { sqlite } from '../src/sqlite/index.ts'
import { postgres } from '../src/postgres/index.ts'

const tables = defineTables({ notes: table('notes', { id: integer().primary() }) })
const DB = token<Database<typeof tables>>('db')
const add = route
  .inject({ store: KEY_VALUE_STORE })
  .post('/', { access: 'public' }, ({ store }) => store.increment('seen', 1, { ttlMs: 60_000 }))

it('keeps what the app before it kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-store-'))
  try {
    for (const count of [1, 2]) {
      const shop = database(DB, sqlite(join(folder, 'shop.db')), tables, {
        createTables: true,
        keyValueStore: { adapter: sqlite(join(folder, 'store.db')) },
      })
      await using app = await testApp({ routes: { add }, plugins: [shop] })
      expect(await (await app.request('POST', '/')).json()).toBe(count)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

it('is shared, to who looks at the app before it is deployed', () => {
  const shop = database(DB, postgres('postgres://shop@127.0.0.1/shop'), tables, { keyValueStore: {} })
  const app = createApp({ name: 'shop', routes: { add }, plugins: [shop], mode: 'test' })
  expect(app['~internal'].isShared(KEY_VALUE_STORE)).toBe(true)
})

it('is refused where the one writer of a database would be waited for', () => {
  expect(() => database(DB, sqlite('shop.db'), tables, { keyValueStore: {} })).toThrow(
    /has one writer.*keyValueStore: \{ adapter: sqlite\('shop-store\.db'\) \}/s,
  )
})

it('takes no option but an adapter, since limits and sessions outlive a transaction', async () => {
  const joins = { joins: true } as object
  expect(() => database(DB, sqlite('shop.db'), tables, { keyValueStore: joins })).toThrow(
    "'keyValueStore.joins'",
  )
  const inScript = openDatabase(sqlite(':memory:'), tables, { keyValueStore: {} } as object)
  await expect(inScript).rejects.toThrow("no option 'keyValueStore'")
})
