// On the request path: each hit asks what time it is.
import type { Clock } from '@keelson/core'
import { systemClock } from '@keelson/core/ports'

/** How often the system's clock is asked at least: each so many reads, and after so long. */
const READS = 64
const MAX_AGE_MS = 1

/**
 * The steady time of a clock, ms. That of the system is asked once for up to 64 reads of one millisecond, since asking takes longer than
 * finding an entry; another clock is asked each time. Fields, for a hit that has no time for a call: `time.left-- > 0 ? time.last : time.ask()`.
 */
export class SteadyTime {
  readonly #clock: Clock
  readonly #isSystem: boolean
  #isTimed = false
  last = 0
  left = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.#isSystem = clock === systemClock
  }

  now(): number {
    return this.left-- > 0 ? this.last : this.ask()
  }

  ask(): number {
    if (!this.#isSystem) {
      this.left = 0
      return this.#clock.monotonic()
    }
    this.left = READS
    this.last = performance.now()
    if (!this.#isTimed) this.#expireSoon()
    return this.last
  }

  #expireSoon(): void {
    this.#isTimed = true
    const expire = (): void => {
      this.left = 0
      this.#isTimed = false
    }
    setTimeout(expire, MAX_AGE_MS).unref()
  }
}
