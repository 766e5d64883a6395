// Two apps on one engine, told apart by their names alone: neither sees what the other keeps there.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signedIn } from '@keelson/auth'
import { ApiKeys, apiKeys } from '@keelson/auth/api-keys'
import { CACHE, cache, cached, invalidates, LOCKS, locks } from '@keelson/cache'
import { redis, redisPorts } from '@keelson/cache/redis'
import { BUS, KEY_VALUE_STORE, route, t, token, type Plugin } from '@keelson/core'
import { database, defineTables, table, uuid, type Adapter, type Database } from '@keelson/db'
import { sqlite } from '@keelson/db/sqlite'
import { rateLimit } from '@keelson/http'
import { testApp } from '@keelson/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { openRedis, until, whyNoServer } from '../../cache/test/own-redis.ts'
import { sessionRoutes } from './session-app.ts'
import { Browser } from './session-browser.ts'

const tables = defineTables({ notes: table('notes', { id: uuid().primary() }) })
const DB = token<Database<typeof tables>>('db')
const folder = mkdtempSync(join(tmpdir(), 'two-apps-'))
afterAll(() => rmSync(folder, { recursive: true }))

const byKey = route
  .use(apiKeys({ user: ({ userId }) => ({ id: userId }) }))
  .get('/key', { access: signedIn(), response: t.String() }, ({ user }) => user.id)
const few = route.get(
  '/few',
  { access: 'public', use: [rateLimit({ limit: 1, windowMs: 60_000 })] },
  () => 'in time',
)

const appOf = (name: string, plugins: readonly Plugin[], routes: object = {}) =>
  testApp({
    name,
    routes: { ...sessionRoutes, byKey, few, ...routes },
    plugins: [...plugins, locks()],
  } as never)

/** What shop keeps, and crm does not have. */
async function keepApart(shop: Awaited<ReturnType<typeof appOf>>, crm: typeof shop): Promise<void> {
  const { key } = await shop.resolve(ApiKeys).issue({ userId: 'ada', name: 'import' })
  const headers = { authorization: `Bearer ${key.reveal()}` }
  expect((await shop.request('GET', '/key', { headers })).status).toBe(200)
  expect((await crm.request('GET', '/key', { headers })).status).toBe(401)

  const browser = new Browser(shop)
  await browser.ask('POST', '/sign-in/ada')
  expect(await browser.status('GET', '/me')).toBe(200)
  expect(await new Browser(crm, browser.cookie).status('GET', '/me')).toBe(401)

  const statusOf = async (app: typeof shop): Promise<number> => (await app.request('GET', '/few')).status
  expect([await statusOf(shop), await statusOf(shop), await statusOf(crm)]).toEqual([200, 429, 200])

  await shop.resolve(LOCKS).lock('import')
  await expect(shop.resolve(LOCKS).lock('import')).rejects.toMatchObject({ code: 'ERR_CACHE_LOCK_TAKEN' })
  await expect(crm.resolve(LOCKS).lock('import')).resolves.toBeDefined()

  await shop.resolve(KEY_VALUE_STORE).set('own', new Uint8Array([1]))
  expect(await crm.resolve(KEY_VALUE_STORE).get('own')).toBeUndefined()
}

describe('two apps of different names', () => {
  it.skipIf(whyNoServer() !== '')('see nothing of each other on one Redis', async () => {
    await using server = await openRedis()
    const counts = { shop: 0, crm: 0 }
    const named = (name: 'shop' | 'crm') => {
      const total = route.get(
        '/total',
        { access: 'public', response: t.Number(), use: [cached({ ttlMs: 60_000, tags: ['orders'] })] },
        () => ++counts[name],
      )
      const change = route.post(
        '/change',
        { access: 'public', use: [invalidates('orders')] },
        () => undefined,
      )
      return appOf(name, [redisPorts(server.url), cache(redis(server.url))], { total, change })
    }
    await using shop = await named('shop')
    await using crm = await named('crm')
    await keepApart(shop, crm)

    const rates = (app: typeof shop) => app.resolve(CACHE).namespace<string>('rates', { ttlMs: 60_000 })
    await rates(shop).set('EUR', 'of shop')
    expect(await rates(crm).get('EUR')).toBeUndefined()

    const totalOf = async (app: typeof shop): Promise<unknown> => (await app.request('GET', '/total')).json()
    expect([await totalOf(shop), await totalOf(crm), await totalOf(crm)]).toEqual([1, 1, 1])
    await shop.request('POST', '/change')
    expect([await totalOf(shop), await totalOf(crm)]).toEqual([2, 1])

    const told: string[] = []
    for (const [name, app] of Object.entries({ shop, crm }))
      await app.resolve(BUS).subscribe('prices', () => void told.push(name))
    await shop.resolve(BUS).publish('prices', new Uint8Array())
    await until(() => told.length > 0, 'the message did not come')
    await crm.resolve(BUS).publish('prices', new Uint8Array())
    await until(() => told.length > 1, 'the message did not come')
    expect(told).toEqual(['shop', 'crm'])
  })

  it('see nothing of each other in one table of a database', async () => {
    const file = join(folder, 'store.db')
    const on = (own: Adapter): Plugin =>
      database(DB, own, tables, { createTables: true, keyValueStore: { adapter: sqlite(file) } })
    await using shop = await appOf('shop', [on(sqlite(':memory:'))])
    await using crm = await appOf('crm', [on(sqlite(':memory:'))])
    await keepApart(shop, crm)
  })

  it('share what they keep where they say the same prefix', async () => {
    const file = join(folder, 'shared.db')
    const both = (): Plugin => {
      const keyValueStore = { adapter: sqlite(file), prefix: 'sales:' }
      return database(DB, sqlite(':memory:'), tables, { createTables: true, keyValueStore })
    }
    await using shop = await appOf('shop', [both()])
    await using crm = await appOf('crm', [both()])
    await shop.resolve(KEY_VALUE_STORE).set('own', new Uint8Array([1]))
    expect(await crm.resolve(KEY_VALUE_STORE).get('own')).toEqual(new Uint8Array([1]))
  })
})
