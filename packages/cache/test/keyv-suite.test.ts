// The suite of keyv over stores of ours. Its newest version asks for keyv 5; all but the named cases hold with 6.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMemoryStore } from '@keelson/core/ports'
import { defineTables, integer, openDatabase, table } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite'
import { Keyv } from 'keyv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findPostgres } from '../../db/test/servers.ts'
import { ownStore, type OwnStore } from './own-store.ts'
import { PortAdapter } from './port-adapter.ts'
import { DRIVERS } from './redis-drivers.ts'
import { findRedis } from './redis-server.ts'

const { url = '' } = await findRedis()
const postgresql = await findPostgres()

async function inDatabase(adapter: Parameters<typeof openDatabase>[0]): Promise<OwnStore> {
  const notes = table(`keelson_cache_${randomBytes(6).toString('hex')}`, { id: integer().primary() })
  const db = await openDatabase(adapter, defineTables({ notes }))
  const store = db.keyValueStore({ joins: true })
  return { store, dispose: async () => db[Symbol.asyncDispose]() }
}

function onSqlite(): Promise<OwnStore> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-keyv-'))
  return inDatabase(sqlite(join(folder, 'kept.db'))).then(({ store, dispose }) => ({
    store,
    dispose: async () => {
      await dispose()
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }))
}

const STORES: { name: string; isMissing?: boolean; open: () => Promise<OwnStore> }[] = [
  {
    name: 'memory',
    open: async () => {
      const store = createMemoryStore()
      return { store, dispose: () => store.close() }
    },
  },
  ...DRIVERS.map((driver) => ({
    name: `Redis by ${driver}`,
    isMissing: url === '',
    open: async () => ownStore(url, driver),
  })),
  { name: 'SQLite', open: onSqlite },
  {
    name: 'PostgreSQL',
    isMissing: postgresql.url === undefined,
    open: () => inDatabase(postgres(`${postgresql.url}/postgres`)),
  },
]

/** Cases that cannot hold, with the reason. */
const SKIP: Readonly<Record<string, string>> = {
  '.deleteMany([keys]) with nonexistent keys resolves to false':
    'keyv 6 resolves to a list, which is never falsy',
}

describe.each(STORES)('keyv over $name', ({ isMissing = false, open }) => {
  let opened: OwnStore
  const held = new Set<string>()
  // One for each Keyv, which gives its adapter a namespace.
  const adapter = () => new PortAdapter(opened.store, held)
  beforeAll(async () => {
    if (!isMissing) opened = await open()
  })
  afterAll(() => opened?.dispose())
  beforeEach(({ skip, task }) => {
    skip(isMissing, 'no server answers, so that nothing was proven of it')
    skip(task.name in SKIP, SKIP[task.name])
  })

  const runner = { it, expect, beforeEach, afterEach }
  keyvTestSuite(runner as never, Keyv as never, adapter)
  keyvIteratorTests(runner as never, Keyv as never, adapter)
})
