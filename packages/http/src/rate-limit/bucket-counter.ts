// On the request path where the store cannot take from a quota in one step.
import type { Clock, KeyValueStore, StoreQuota, StoreTaken } from '@keelson/core'
import { bucketParts, bucketTaken } from '@keelson/core/ports'
import { steadyTime } from './steady-time.ts'

/** Takes from quotas; throws or rejects when it cannot. */
export type Take = (key: string, quota: StoreQuota) => StoreTaken | Promise<StoreTaken>

/**
 * Takes from quotas by one counter of each caller and window. It is a line, in parts of units: what has come back since the window
 * began lies below it, and what exceeds that is used. It is raised in one step, and by `max` no further than it may be.
 */
export function bucketCounter(store: KeyValueStore, clock: Clock): Take {
  const time = steadyTime(clock)
  return async (key, quota) => {
    const { windowMs } = quota
    const now = Math.floor(time())
    const window = Math.floor(now / windowMs)
    const running = `${key}:${window}`
    const [current, previous] = await store.getMany([running, `${key}:${window - 1}`])
    const counter = new Counter(store, running, quota)
    // What was used then has had a window's time to come back.
    const line = current === undefined ? toCount(previous) - bucketParts(quota).capacity : toCount(current)
    const state = { line, isThere: current !== undefined, elapsedMs: now % windowMs }
    return quota.amount > 0 ? counter.take(state) : counter.giveBack(state)
  }
}

/** What is known of a counter. */
interface State {
  readonly line: number
  /** Whether the key is there; else `line` is what it begins with. */
  readonly isThere: boolean
  readonly elapsedMs: number
}

/** The counter of a caller in the window that runs. */
class Counter {
  readonly #store: KeyValueStore
  readonly #key: string
  readonly #quota: StoreQuota
  readonly #capacity: number
  /** Parts to take; below 0 to give back. */
  readonly #parts: number

  constructor(store: KeyValueStore, key: string, quota: StoreQuota) {
    const { unit, capacity } = bucketParts(quota)
    this.#store = store
    this.#key = key
    this.#quota = quota
    this.#capacity = capacity
    this.#parts = quota.amount * unit
  }

  async take(state: State): Promise<StoreTaken> {
    const back = this.#backAt(state)
    const expected = bucketTaken(this.#quota, Math.max(0, state.line - back))
    if (!expected.isTaken) return expected
    if (state.isThere && state.line >= back) {
      const sum = await this.#add(this.#parts, back + this.#capacity)
      return bucketTaken(this.#quota, Math.max(0, sum - this.#parts - back))
    }
    const there = await this.#moveTo(Math.max(state.line, back) + this.#parts, state)
    // Each time others have raised it, so that this ends.
    return there === undefined ? expected : this.take(there)
  }

  async giveBack(state: State): Promise<StoreTaken> {
    const back = this.#backAt(state)
    const used = Math.max(0, state.line - back)
    const given = Math.max(this.#parts, -used)
    if (given < 0 && state.isThere) await this.#add(given)
    else if (given < 0) {
      const there = await this.#moveTo(state.line + given, state)
      if (there !== undefined) return this.giveBack(there)
    }
    return bucketTaken({ ...this.#quota, amount: 0 }, used + given)
  }

  /** Parts that came back since the window began. */
  #backAt({ elapsedMs }: State): number {
    return Math.floor(elapsedMs * bucketParts(this.#quota).perMs)
  }

  /** Moves the line to where it is to be, unless others raised it meanwhile. @returns what there is, where they did */
  async #moveTo(target: number, state: State): Promise<State | undefined> {
    const by = target - (state.isThere ? state.line : 0)
    const sum = await this.#add(by, target)
    return sum > target ? { ...state, line: sum - by, isThere: true } : undefined
  }

  /** It is read until the next window is over. */
  async #add(by: number, max?: number): Promise<number> {
    const sum = await this.#store.increment(this.#key, by, { max, ttlMs: 2 * this.#quota.windowMs })
    return checked(sum)
  }
}

function toCount(value: Uint8Array | undefined): number {
  return value === undefined ? 0 : checked(Number(Buffer.from(value).toString('latin1')))
}

function checked(count: unknown): number {
  if (Number.isSafeInteger(count)) return count as number
  throw new TypeError('The store gave a counter that is not a whole number.')
}
