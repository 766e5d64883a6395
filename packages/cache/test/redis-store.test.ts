import { setTimeout as sleep } from 'node:timers/promises'
import { keyValueStoreSuite } from '@keelson/core/suites'
import { beforeEach, describe, expect, it } from 'vitest'
import { redisStore } from '../src/redis/index.ts'
import { DRIVERS } from './redis-drivers.ts'
import { deletePrefix, findRedis, testPrefix } from './redis-server.ts'

const { url = '', reason } = await findRedis()
beforeEach(({ skip }) => skip(url === '', reason))

for (const driver of DRIVERS)
  keyValueStoreSuite(
    { describe, it, expect },
    {
      name: `redisStore by ${driver}`,
      make: () => {
        const prefix = testPrefix()
        const store = redisStore(url, { driver, prefix, commandTimeoutMs: 10_000, connectTimeoutMs: 10_000 })
        return {
          store,
          // The clock is the server's.
          advance: (ms) => sleep(ms),
          // Longer than a busy machine takes between two calls.
          ttlUnitMs: 500,
          dispose: async () => {
            await store.close()
            await deletePrefix(url, prefix)
          },
        }
      },
      skip: { 'when full, refuses new keys and drops none': 'the server sets the limit, for all its users' },
    },
  )
