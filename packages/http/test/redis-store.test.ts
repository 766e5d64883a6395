import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { keyValueStoreSuite } from '@keelson/core/suites'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { findRedis, RedisStore } from './redis-store.ts'

const { redis, reason } = await findRedis()
afterAll(() => redis?.disconnect())
beforeEach(({ skip }) => skip(redis === undefined, reason))

keyValueStoreSuite(
  { describe, it, expect },
  {
    name: 'a store on Redis',
    make: () => {
      const prefix = `keelson-test:${randomUUID()}:`
      return {
        store: new RedisStore(redis!, prefix),
        advance: (ms) => sleep(ms),
        // Longer than a busy machine takes between two calls.
        ttlUnitMs: 500,
        dispose: async () => {
          const keys = await redis!.keys(`${prefix}*`)
          if (keys.length > 0) await redis!.unlink(keys)
        },
      }
    },
    skip: { 'when full, refuses new keys and drops none': 'the server sets the limit, for all its users' },
  },
)
