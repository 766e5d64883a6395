// The suite of keyv over stores of ours. Its newest version asks for keyv 5; all but the named cases hold with 6.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyValueStore } from '@keelson/core'
import { createMemoryStore } from '@keelson/core/ports'
import { defineTables, integer, openDatabase, table } from '@keelson/db'
import { postgres } from '@keelson/db/postgres'
import { sqlite } from '@keelson/db/sqlite'
import keyvTestSuite, { keyvIteratorTests } from '@keyv/test-suite'
import { Keyv } from 'keyv'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { redisStore } from '../src/redis/index.ts'
import { PortAdapter } from './port-adapter.ts'
import { isPostgresThere, POSTGRES_URL } from './postgres-server.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'
import { deletePrefix, findRedis, testPrefix } from './redis-server.ts'

/** A store, and what ends it. */
interface Opened {
  readonly store: KeyValueStore
  readonly dispose: () => Promise<void>
}

const { url = '' } = await findRedis()
const isPostgres = await isPostgresThere()

async function inDatabase(adapter: Parameters<typeof openDatabase>[0]): Promise<Opened> {
  const notes = table(`keelson_cache_${randomBytes(6).toString('hex')}`, { id: integer().primary() })
  const db = await openDatabase(adapter, defineTables({ notes }))
  const store = db.keyValueStore({ joins: true })
  return { store, dispose: async () => db[Symbol.asyncDispose]() }
}

function onSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'keelson-keyv-'))
  return inDatabase(sqlite(join(folder, 'kept.db'))).then(({ store, dispose }) => ({
    store,
    dispose: async () => {
      await dispose()
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }))
}

const STORES: { name: string; isMissing?: boolean; open: () => Promise<Opened> }[] = [
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
    open: async () => {
      const prefix = testPrefix()
      const store = redisStore(url, { driver, prefix, ...PATIENT })
      const dispose = async (): Promise<void> => {
        await store.close()
        await deletePrefix(url, prefix)
      }
      return { store, dispose }
    },
  })),
  { name: 'SQLite', open: onSqlite },
  {
    name: 'PostgreSQL',
    isMissing: !isPostgres,
    open: () => inDatabase(postgres(`${POSTGRES_URL}/postgres`)),
  },
]

/** Cases that cannot hold, with the reason. */
const SKIP: Readonly<Record<string, string>> = {
  '.deleteMany([keys]) with nonexistent keys resolves to false':
    'keyv 6 resolves to a list, which is never falsy',
}

describe.each(STORES)('keyv over $name', ({ isMissing = false, open }) => {
  let opened: Opened
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
