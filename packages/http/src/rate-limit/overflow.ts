// On the request path where the store has no room for one more caller.
import type { BaseContext, Clock, StoreQuota, StoreTaken } from '@keelson/core'
import { createMemoryStore, StoreFullError, StoreValueTooLargeError } from '@keelson/core/ports'
import type { Asked } from './store-watch.ts'
import type { Level } from './caller.ts'

type TakeNow = (key: string, units: StoreQuota) => StoreTaken

/** What came of it, and what gives it back to those that it was taken from. */
export interface TakenTogether extends StoreTaken {
  readonly giveBack: () => void
}

/**
 * Counts callers for whom a full store has no room: by the network that they belong to, when those are too many by larger ones, and
 * at last all together, each time by the limit of one caller. So a flood from many addresses of few networks neither gets
 * through nor keeps others out. It counts in the process, beside the store.
 */
export class Overflow {
  readonly #levels: readonly (readonly [Level, TakeNow])[]
  readonly #all: TakeNow

  constructor(maxBytes: number, clock: Clock) {
    this.#levels = [
      [1, bucketsOf(Math.ceil(maxBytes / 4), clock)],
      [2, bucketsOf(Math.ceil(maxBytes / 16), clock)],
    ]
    // A key for each quota.
    this.#all = bucketsOf(undefined, clock)
  }

  take(ctx: BaseContext, { quota, units }: Asked): TakenTogether {
    for (const [level, take] of this.#levels) {
      try {
        return takeFrom(take, quota.prefix + (quota.callerOf(ctx, level) ?? ''), units)
      } catch (error) {
        if (!isFull(error)) throw error
      }
    }
    return takeFrom(this.#all, quota.prefix, units)
  }
}

function takeFrom(take: TakeNow, key: string, units: StoreQuota): TakenTogether {
  const giveBack = (): void => void take(key, { ...units, amount: -units.amount })
  return { ...take(key, units), giveBack }
}

function bucketsOf(maxBytes: number | undefined, clock: Clock): TakeNow {
  // Cast: stores in the process have it, and answer at once.
  return createMemoryStore({ maxBytes, clock }).take as TakeNow
}

/** Whether a store has no room for what it was to keep. */
export function isFull(error: unknown): boolean {
  return StoreFullError.is(error) || StoreValueTooLargeError.is(error)
}
