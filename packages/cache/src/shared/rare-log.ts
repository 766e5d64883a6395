import type { Clock } from '@keelson/core'

/** How often the log has the same line, ms. */
const LOG_MS = 60_000

/** Says now and then what happens often. */
export class RareLog {
  readonly #clock: Clock
  #count = 0
  #toldAt = -Infinity

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** @param tell - called with the number since it was last called */
  add(tell: (count: number) => void): void {
    this.#count++
    const now = this.#clock.monotonic()
    if (now - this.#toldAt < LOG_MS) return
    tell(this.#count)
    this.#toldAt = now
    this.#count = 0
  }
}
