// The key-value stores over which the stores of this package are proven: of the process, on Redis, and in each database.
import type { KeyValueStore } from '@keelson/core'
import { createMemoryStore } from '@keelson/core/ports'
import { redisStore } from '@keelson/cache/redis'
import { defineTables, openDatabase, table, uuid } from '@keelson/db'
import { afterAll, beforeAll, describe } from 'vitest'
import { deletePrefix, findRedis, testPrefix } from '../../cache/test/redis-server.ts'
import { findMariadb, findPostgres } from '../../db/test/servers.ts'
import { SYSTEMS, type MadeDatabase } from '../../db/test/systems.ts'

/** An empty store that no other case uses. */
export interface StoreSubject {
  readonly store: KeyValueStore
  readonly dispose: () => Promise<void>
}

const redis = await findRedis()
const reasons: Readonly<Record<string, string>> = {
  Redis: redis.reason,
  PostgreSQL: (await findPostgres()).reason,
  MariaDB: (await findMariadb()).reason,
}
const tables = defineTables({ notes: table('notes', { id: uuid().primary() }) })

/** Describes something for each store; where a server is missing, its reason was printed. */
export function describeStores(describeOne: (name: string, make: () => Promise<StoreSubject>) => void): void {
  describeOne('in the process', async () => {
    const store = createMemoryStore()
    return { store, dispose: () => store.close() }
  })
  describe.skipIf(reasons['Redis'] !== '')('on a server', () => {
    describeOne('on Redis', onRedis)
  })
  for (const [name, make] of SYSTEMS)
    describe.skipIf((reasons[name] ?? '') !== '')('in a database', () => {
      let made: MadeDatabase
      beforeAll(async () => {
        made = (await make())!
      })
      afterAll(() => made.drop())
      describeOne(`in ${name}`, () => inDatabase(made))
    })
}

async function onRedis(): Promise<StoreSubject> {
  const prefix = testPrefix()
  const { url = '' } = redis
  const store = redisStore(url, { prefix, commandTimeoutMs: 10_000, connectTimeoutMs: 10_000 })
  const dispose = async (): Promise<void> => {
    await store.close()
    await deletePrefix(url, prefix)
  }
  return { store, dispose }
}

async function inDatabase({ adapter }: MadeDatabase): Promise<StoreSubject> {
  const db = await openDatabase(adapter, tables)
  const store = db.keyValueStore({ joins: true })
  await store.delete('x')
  await db.sql`delete from keelson_key_values`
  return { store, dispose: async () => db[Symbol.asyncDispose]() }
}
