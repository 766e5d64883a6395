// On the request path: what requests see of a store that may fail.
import type { BaseContext, Clock, StoreQuota, StoreTaken } from '@keelson/core'
import type { Take } from './bucket-counter.ts'

/** How long a store that did not answer is left alone, ms. */
export const STORE_REST_MS = 1000
/** How often the log is told, ms. */
const LOG_MS = 60_000

/** What came of it; `undefined` when the store failed. */
export type Taken = StoreTaken | undefined

/** Settings of {@link StoreWatch}. */
export interface WatchSettings {
  readonly clock: Clock
  readonly storeTimeoutMs: number
}

/** Takes from quotas and waits no longer than it may. Neither throws nor rejects. */
export class StoreWatch {
  readonly #take: Take
  readonly #settings: WatchSettings
  #restsUntil = -Infinity
  #loggedAt = -Infinity
  #failures = 0

  constructor(take: Take, settings: WatchSettings) {
    this.#take = take
    this.#settings = settings
  }

  take(ctx: BaseContext, key: string, quota: StoreQuota): Taken | Promise<Taken> {
    if (this.#restsUntil !== -Infinity && this.#isResting()) return undefined
    try {
      const taken = this.#take(key, quota)
      return taken instanceof Promise ? this.#wait(ctx, taken) : taken
    } catch (error) {
      return this.#note(ctx, error)
    }
  }

  #isResting(): boolean {
    if (this.#settings.clock.monotonic() < this.#restsUntil) return true
    this.#restsUntil = -Infinity
    return false
  }

  async #wait(ctx: BaseContext, taking: Promise<StoreTaken>): Promise<Taken> {
    const { clock, storeTimeoutMs } = this.#settings
    try {
      return await new Promise((resolve, reject) => {
        const late = (): void => {
          this.#restsUntil = clock.monotonic() + STORE_REST_MS
          reject(new Error(`The store did not answer within ${storeTimeoutMs} ms.`))
        }
        const timer = clock.setTimeout(late, storeTimeoutMs, { unref: true })
        taking.finally(() => timer.cancel()).then(resolve, reject)
      })
    } catch (error) {
      return this.#note(ctx, error)
    }
  }

  #note({ log }: BaseContext, error: unknown): undefined {
    this.#failures++
    const now = this.#settings.clock.monotonic()
    if (now - this.#loggedAt < LOG_MS) return
    log.error({ err: error, failures: this.#failures }, 'The store of rate limits fails.')
    this.#loggedAt = now
    this.#failures = 0
  }
}
