// On the request path: each hit asks what time it is.
import type { Clock } from '@keelson/core'
import { systemClock } from '@keelson/core/ports'

/** How often the system's clock is asked at least: each so many reads, and after so long. */
const READS = 64
const MAX_AGE_MS = 1

/**
 * The steady time of a clock, ms. That of the system is asked once for up to 64 reads of one millisecond, since asking takes longer than
 * finding an entry; another clock is asked each time.
 */
export function steadyTime(clock: Clock): () => number {
  if (clock !== systemClock) return () => clock.monotonic()
  let now = 0
  let left = 0
  let isTimed = false
  const expire = (): void => {
    left = 0
    isTimed = false
  }
  return () => {
    if (left-- > 0) return now
    left = READS
    now = performance.now()
    if (!isTimed) {
      isTimed = true
      setTimeout(expire, MAX_AGE_MS).unref()
    }
    return now
  }
}
