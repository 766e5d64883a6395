// Stores over keyv on real engines. The adapters for keyv 6 are pre-releases: of @keyv/redis and @keyv/sqlite nothing later asks for it.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyValueStoreSuite } from '@keelson/core/suites'
import KeyvRedis from '@keyv/redis'
import KeyvSqlite from '@keyv/sqlite'
import { Redis } from 'ioredis'
import { Keyv } from 'keyv'
import { beforeEach, describe, expect, it } from 'vitest'
import { keyvStore } from '../src/keyv/index.ts'
import { deletePrefix, findRedis, testPrefix, TIMER_MS, TTL_UNIT_MS } from './redis-server.ts'

const { url = '', reason } = await findRedis()
const value = new TextEncoder().encode('1')
const LIMIT = { 'when full, refuses new keys and drops none': 'the engine sets the limit' }
const FACTS = { shared: true, keeps: true }

describe('over Redis', () => {
  beforeEach(({ skip }) => skip(url === '', reason))
  keyValueStoreSuite(
    { describe: describe.concurrent, it, expect },
    {
      name: 'keyvStore by @keyv/redis',
      make: () => {
        const namespace = testPrefix()
        const store = keyvStore(new Keyv({ store: new KeyvRedis(url), namespace }), FACTS)
        const dispose = async (): Promise<void> => {
          await store.close()
          await deletePrefix(url, namespace)
        }
        return { store, advance: (ms) => sleep(ms + TIMER_MS), ttlUnitMs: TTL_UNIT_MS, dispose }
      },
      skip: LIMIT,
    },
  )

  it('the engine itself ends a value after its time', async () => {
    const [namespace, redis] = [testPrefix(), new Redis(url)]
    const store = keyvStore(new Keyv({ store: new KeyvRedis(url), namespace }), FACTS)
    try {
      await store.set('one', value, { ttlMs: 60_000 })
      await store.setMany([{ key: 'many', value, ttlMs: 60_000 }])
      for (const key of ['one', 'many']) {
        const leftMs = await redis.pttl(`${namespace}::${key}`)
        expect(leftMs).toBeGreaterThan(30_000)
        expect(leftMs).toBeLessThanOrEqual(61_000)
      }
    } finally {
      await store.close()
      redis.disconnect()
      await deletePrefix(url, namespace)
    }
  })
})

describe('over SQLite', () => {
  keyValueStoreSuite(
    { describe: describe.concurrent, it, expect },
    {
      name: 'keyvStore by @keyv/sqlite',
      make: async () => {
        const folder = await mkdtemp(join(tmpdir(), 'keelson-keyv-'))
        const adapter = new KeyvSqlite({ uri: `sqlite://${join(folder, 'kept.db')}`, driver: 'node:sqlite' })
        const store = keyvStore(new Keyv({ store: adapter, namespace: 'shop' }), FACTS)
        const dispose = async (): Promise<void> => {
          await store.close()
          await rm(folder, { recursive: true })
        }
        return { store, advance: (ms) => sleep(ms + TIMER_MS), ttlUnitMs: TTL_UNIT_MS, dispose }
      },
      skip: LIMIT,
    },
  )
})
