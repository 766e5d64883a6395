// On the request path where the store cannot take from a quota in one step.
import type { Clock, KeyValueStore, StoreQuota, StoreTaken } from '@keelson/core'
import { slidingRoom, slidingTaken } from '@keelson/core/ports'
import { steadyTime } from './steady-time.ts'

/** Takes from quotas; throws or rejects when it cannot. */
export type Take = (key: string, quota: StoreQuota) => StoreTaken | Promise<StoreTaken>

/** Takes from quotas by two counters of each caller: that of the window which runs, and that of the one before. */
export function slidingCounter(store: KeyValueStore, clock: Clock): Take {
  const time = steadyTime(clock)
  return async (key, quota) => {
    const { windowMs, amount } = quota
    const now = Math.floor(time())
    const window = Math.floor(now / windowMs)
    const elapsedMs = now % windowMs
    const running = `${key}:${window}`
    // It is read until the next window is over.
    const ttlMs = 2 * windowMs
    const previous = toCount(await store.get(`${key}:${window - 1}`))
    if (amount < 0) {
      const sum = await store.increment(running, amount, { ttlMs })
      // It was taken in a window that is over by now.
      const current = sum < 0 ? await store.increment(running, -sum, { ttlMs }) : sum
      return slidingTaken({ ...quota, amount: 0 }, { previous, current, elapsedMs })
    }
    const max = slidingRoom(quota, { previous, elapsedMs })
    const sum = await store.increment(running, amount, { max, ttlMs })
    return slidingTaken(quota, { previous, current: sum - amount, elapsedMs })
  }
}

function toCount(value: Uint8Array | undefined): number {
  return value === undefined ? 0 : Number(Buffer.from(value).toString('latin1'))
}
