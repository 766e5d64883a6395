import type { Clock } from './clock.ts'

/** How often the log has the same line, ms. */
const LOG_MS = 60_000

/**
 * Says once in a minute what happens often, so that an outage does not fill the log.
 *
 * @example
 * import { RareLog, systemClock } from '@keelson/core/ports'
 *
 * const failures = new RareLog(systemClock)
 * const told: number[] = []
 * failures.add((count) => told.push(count))
 * failures.add((count) => told.push(count))
 * told // => [1]
 */
export class RareLog {
  readonly #clock: Pick<Clock, 'monotonic'>
  #count = 0
  #toldAt = -Infinity

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock
  }

  /** @param tell - called at once where nothing was told for a minute, with how often it happened since, this time included */
  add(tell: (count: number) => void): void {
    this.#count++
    const now = this.#clock.monotonic()
    if (now - this.#toldAt < LOG_MS) return
    tell(this.#count)
    this.#toldAt = now
    this.#count = 0
  }
}
