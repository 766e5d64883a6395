// The key-value stores over which the stores of this package are proven: of the process, on Redis, and in each database.
import { createMemoryStore } from '@keelson/core/ports'
import { defineTables, openDatabase, table, uuid } from '@keelson/db'
import { afterAll, beforeAll, describe } from 'vitest'
import { ownStore, type OwnStore } from '../../cache/test/own-store.ts'
import { findRedis } from '../../cache/test/redis-server.ts'
import { findMariadb, findPostgres } from '../../db/test/servers.ts'
import { SYSTEMS, type MadeDatabase } from '../../db/test/systems.ts'

const redis = await findRedis()
const reasons: Readonly<Record<string, string>> = {
  Redis: redis.reason,
  PostgreSQL: (await findPostgres()).reason,
  MariaDB: (await findMariadb()).reason,
}
const tables = defineTables({ notes: table('notes', { id: uuid().primary() }) })

/** Describes something for each store; where a server is missing, its reason was printed. */
export function describeStores(describeOne: (name: string, make: () => Promise<OwnStore>) => void): void {
  describeOne('in the process', async () => {
    const store = createMemoryStore()
    return { store, dispose: () => store.close() }
  })
  describe.skipIf(reasons['Redis'] !== '')('on a server', () => {
    describeOne('on Redis', async () => ownStore(redis.url!))
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

async function inDatabase({ adapter }: MadeDatabase): Promise<OwnStore> {
  const db = await openDatabase(adapter, tables)
  const store = db.keyValueStore({ joins: true })
  await store.delete('x')
  await db.sql`delete from keelson_key_values`
  return { store, dispose: async () => db[Symbol.asyncDispose]() }
}
