import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import type { Bus } from '@keelson/core'
import { busSuite } from '@keelson/core/suites'
import { beforeEach, describe, expect, it } from 'vitest'
import { redisBus } from '../src/redis/index.ts'
import { openNetwork } from './faulty-network.ts'
import { DRIVERS, PATIENT } from './redis-drivers.ts'
import { findRedis, testPrefix } from './redis-server.ts'

const { url = '', reason } = await findRedis()
beforeEach(({ skip }) => skip(url === '', reason))

/** Publishes a mark until it arrives: all that was published before has arrived by then, and the connection is there again. */
async function settle(bus: Bus): Promise<void> {
  let isSeen = false
  const unsubscribe = await bus.subscribe('the mark', () => {
    isSeen = true
  })
  for (let at = 0; at < 500 && !isSeen; at++) {
    await bus.publish('the mark', new Uint8Array()).catch(() => {})
    await sleep(5)
  }
  await unsubscribe()
  await setImmediate()
}

for (const driver of DRIVERS)
  busSuite(
    { describe, it, expect },
    {
      name: `redisBus by ${driver}`,
      make: async () => {
        const network = await openNetwork(Number(new URL(url).port || 6379))
        const errors: unknown[] = []
        const bus = redisBus(`redis://127.0.0.1:${network.port}`, {
          driver,
          ...PATIENT,
          prefix: testPrefix(),
          onError: (error) => void errors.push(error),
        })
        return {
          bus,
          settle: () => settle(bus),
          lose: async () => {
            const { made } = network
            const cut = network.cut()
            while (network.made < made + cut) await sleep(5)
          },
          errors,
          dispose: async () => {
            await bus.close()
            await network[Symbol.asyncDispose]()
          },
        }
      },
    },
  )
