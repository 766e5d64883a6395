import { setTimeout as sleep } from 'node:timers/promises'
import { keyValueStoreSuite } from '@keelson/core/suites'
import { beforeEach, describe, expect, it } from 'vitest'
import { redisStore } from '../src/redis/index.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'
import { deletePrefix, findRedis, testPrefix, TIMER_MS, TTL_UNIT_MS } from './redis-server.ts'

const { url = '', reason } = await findRedis()
beforeEach(({ skip }) => skip(url === '', reason))

// All at once, since they wait for times of the server.
for (const driver of DRIVERS)
  keyValueStoreSuite(
    { describe: describe.concurrent, it, expect },
    {
      name: `redisStore by ${driver}`,
      make: () => {
        const prefix = testPrefix()
        const store = redisStore(url, { driver, prefix, ...PATIENT })
        return {
          store,
          advance: (ms) => sleep(ms + TIMER_MS),
          ttlUnitMs: TTL_UNIT_MS,
          dispose: async () => {
            await store.close()
            await deletePrefix(url, prefix)
          },
        }
      },
      skip: { 'when full, refuses new keys and drops none': 'the server sets the limit, for all its users' },
    },
  )
