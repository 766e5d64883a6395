// On the request path: what requests see of a store that may fail.
import type { BaseContext, Clock, StoreQuota, StoreTaken } from '@keelson/core'
import { RareLog, waitUntil } from '@keelson/core/ports'
import type { Take } from './bucket-counter.ts'
import { isFull, Overflow, type TakenTogether } from './overflow.ts'
import type { ReadyQuota } from './read-options.ts'
import { checkedAnswer, isThenable } from './store-answer.ts'

/** How long a store that did not answer is left alone, ms. */
export const STORE_REST_MS = 1000

/** What came of it; `undefined` when the store failed. */
export type Taken = StoreTaken | TakenTogether | undefined

/** What is taken from a quota. */
export interface Asked {
  readonly quota: Pick<ReadyQuota, 'prefix' | 'callerOf'>
  readonly units: StoreQuota
}

/** Settings of {@link StoreWatch}. */
export interface WatchSettings {
  readonly clock: Clock
  readonly storeTimeoutMs: number
  readonly maxBytes: number
}

/** Takes from quotas and waits no longer than it may. Neither throws nor rejects. */
export class StoreWatch {
  readonly #take: Take
  readonly #settings: WatchSettings
  readonly #overflow: Overflow
  readonly #failures: RareLog
  readonly #overflows: RareLog
  #restsUntil = -Infinity

  constructor(take: Take, settings: WatchSettings) {
    const { clock, maxBytes } = settings
    this.#take = take
    this.#settings = settings
    this.#overflow = new Overflow(maxBytes, clock)
    this.#failures = new RareLog(clock)
    this.#overflows = new RareLog(clock)
  }

  take(ctx: BaseContext, key: string, asked: Asked): Taken | Promise<Taken> {
    if (this.#restsUntil !== -Infinity && this.#isResting()) return undefined
    try {
      const answer: unknown = this.#take(key, asked.units)
      return isThenable(answer) ? this.#wait(ctx, answer, asked) : checkedAnswer(answer, asked.units)
    } catch (error) {
      return this.#instead(ctx, error, asked)
    }
  }

  #isResting(): boolean {
    if (this.#settings.clock.monotonic() < this.#restsUntil) return true
    this.#restsUntil = -Infinity
    return false
  }

  async #wait(ctx: BaseContext, answer: PromiseLike<unknown>, asked: Asked): Promise<Taken> {
    const { clock, storeTimeoutMs: limitMs } = this.#settings
    const late = (): Error => {
      this.#restsUntil = clock.monotonic() + STORE_REST_MS
      return new Error(`The store did not answer within ${limitMs} ms.`)
    }
    try {
      const given = await waitUntil(() => answer, { limit: { clock, limitMs, late, unref: true } })
      return checkedAnswer(given, asked.units)
    } catch (error) {
      return this.#instead(ctx, error, asked)
    }
  }

  /** What a request is counted by where the store is full; `undefined` where it failed. */
  #instead(ctx: BaseContext, error: unknown, asked: Asked): Taken {
    if (!isFull(error)) {
      this.#failures.add((failures) => ctx.log.error({ err: error, failures }, FAILS))
      return undefined
    }
    this.#overflows.add((requests) => ctx.log.warn({ requests }, FULL))
    return this.#overflow.take(ctx, asked)
  }
}

const FAILS =
  'The store of rate limits fails: requests are let pass uncounted, or refused by 503 where onStoreFailure is closed. Look at the store, as `err` says; where it is only slow, raise storeTimeoutMs.'
const FULL =
  'The counters of rate limits use up their share of the store: callers without one are counted together by network, in this process. Raise maxBytes of rateLimit, or the limit of the store.'
