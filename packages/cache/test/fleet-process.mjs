// One process of a fleet: asks so often at once for a cold key, whose factory takes long, and says what it got. Arguments: url, how often, how long, the time of locks, ms.
import { setTimeout as sleep } from 'node:timers/promises'
import { createCache } from '@keelson/cache'
import { redis } from '@keelson/cache/redis'
import { Redis } from 'ioredis'

const [url, count, factoryMs, lockTtlMs] = process.argv.slice(2)
const own = new Redis(url)
const kept = createCache({
  shared: redis(url, { commandTimeoutMs: 30_000, connectTimeoutMs: 30_000 }),
  storeTimeoutMs: 30_000,
  lockTtlMs: Number(lockTtlMs),
})
const numbers = kept.namespace('numbers', { ttlMs: 60_000, tags: ['numbers'] })
await numbers.get('warm')
process.send('ready')
process.on('message', () => void answer())

async function answer() {
  const compute = async () => {
    const run = await own.incr('runs')
    await own.set('owner', `${process.pid}:${run}`)
    await sleep(Number(factoryMs))
    return run
  }
  const all = await Promise.allSettled(
    Array.from({ length: Number(count) }, () => numbers.getOrSet('cold', compute)),
  )
  const values = [...new Set(all.filter(({ status }) => status === 'fulfilled').map(({ value }) => value))]
  const failures = all.filter(({ status }) => status === 'rejected').map(({ reason }) => String(reason))
  process.send({ values, failures: failures.slice(0, 3) }, () => process.exit(0))
}
