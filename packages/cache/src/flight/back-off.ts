import type { Clock } from '@keelson/core'

/** How often the pause is doubled at most. */
const MAX_DOUBLINGS = 5
/** Keys that are remembered. */
const MAX_KEYS = 10_000

/** Keys whose factory failed, and until when it is left alone. */
export class BackOff {
  readonly #clock: Clock
  readonly #firstMs: number
  readonly #failed = new Map<string, { readonly times: number; readonly until: number }>()

  constructor(clock: Clock, firstMs: number) {
    this.#clock = clock
    this.#firstMs = firstMs
  }

  isResting(key: string): boolean {
    const failed = this.#failed.get(key)
    return failed !== undefined && this.#clock.monotonic() < failed.until
  }

  fail(key: string): void {
    const times = this.#failed.get(key)?.times ?? 0
    const pauseMs = this.#firstMs * 2 ** Math.min(times, MAX_DOUBLINGS)
    this.#failed.delete(key)
    this.#failed.set(key, { times: times + 1, until: this.#clock.monotonic() + pauseMs })
    if (this.#failed.size <= MAX_KEYS) return
    const [oldest] = this.#failed.keys()
    if (oldest !== undefined) this.#failed.delete(oldest)
  }

  succeed(key: string): void {
    if (this.#failed.size > 0) this.#failed.delete(key)
  }
}
