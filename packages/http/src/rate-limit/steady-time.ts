// On the request path: a time that all processes share, and that does not go back.
import type { Clock } from '@keelson/core'

/**
 * The wall clock, ms since 1970, while it goes on. When it is set back, time goes on from where it was: counts stay, and no
 * window takes longer than it is long.
 */
export function steadyTime(clock: Clock): () => number {
  let ahead = -Infinity
  return () => {
    const monotonic = clock.monotonic()
    ahead = Math.max(ahead, clock.now() - monotonic)
    return monotonic + ahead
  }
}
