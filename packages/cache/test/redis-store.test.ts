import { setTimeout as sleep } from 'node:timers/promises'
import { keyValueStoreSuite } from '@keelson/core/suites'
import { beforeEach, describe, expect, it } from 'vitest'
import { ownStore } from './own-store.ts'
import { DRIVERS } from './redis-drivers.ts'
import { findRedis, TIMER_MS, TTL_UNIT_MS } from './redis-server.ts'

const { url = '', reason } = await findRedis()
beforeEach(({ skip }) => skip(url === '', reason))

// All at once, since they wait for times of the server.
for (const driver of DRIVERS)
  keyValueStoreSuite(
    { describe: describe.concurrent, it, expect },
    {
      name: `redisStore by ${driver}`,
      make: () => ({
        ...ownStore(url, driver),
        advance: (ms) => sleep(ms + TIMER_MS),
        ttlUnitMs: TTL_UNIT_MS,
      }),
      skip: { 'when full, refuses new keys and drops none': 'the server sets the limit, for all its users' },
    },
  )
