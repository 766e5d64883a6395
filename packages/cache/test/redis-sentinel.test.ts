import { beforeEach, describe, expect, it } from 'vitest'
import { redis } from '../src/redis/index.ts'
import { until, whyNoServer } from './own-redis.ts'
import { openSentinel } from './own-sentinel.ts'
import { DRIVERS } from './redis-drivers.ts'

const reason = whyNoServer()
beforeEach(({ skip }) => skip(reason !== '', reason))

const value = new TextEncoder().encode('1')

describe.each(DRIVERS)('a Redis behind sentinels, by %s', (driver) => {
  it('is the replica once the master is dead, and a subscription is told the gap', async () => {
    await using sentinel = await openSentinel()
    await using tier = redis(sentinel.client(driver), { commandTimeoutMs: 1000 })
    const seen: string[] = []
    await tier.bus.subscribe('a', () => void seen.push('message'), { onGap: () => void seen.push('gap') })
    await until(async () => (await tier.store.set('a', value), true), 'the master was not used')
    await until(async () => {
      await tier.bus.publish('a', value)
      return seen.includes('message')
    }, 'the message did not come')
    await sentinel.master.kill()
    let longest = 0
    await until(async () => {
      const begun = performance.now()
      try {
        await tier.store.set('b', value)
        return true
      } finally {
        longest = Math.max(longest, performance.now() - begun)
      }
    }, 'the replica was not used')
    // Ten times the limit of a command, on a machine that may be busy.
    expect(longest).toBeLessThan(10_000)
    expect(await sentinel.replica.ask('GET', 'keelson:b')).toBe('1')
    await until(() => seen.includes('gap'), 'the gap was not told')
    await until(async () => {
      await tier.bus.publish('a', value)
      return seen.at(-1) === 'message'
    }, 'messages do not come again')
  })
})
