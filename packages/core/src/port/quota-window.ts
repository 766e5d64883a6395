// On the request path: a quota as the stores in the process keep it.
import type { StoreQuota, StoreTaken } from './key-value-store.ts'
import { slidingTaken } from './sliding-window.ts'

const WINDOW = 0
const CURRENT = 1
const PREVIOUS = 2
const NUMBERS = 3

/** A sliding window as bytes, changed in place: number of the window, what was taken in it, and in the one before. */
export class QuotaWindow extends Uint8Array {
  readonly #numbers: Float64Array

  constructor() {
    super(NUMBERS * Float64Array.BYTES_PER_ELEMENT)
    this.#numbers = new Float64Array(this.buffer)
  }

  /** @returns whether another window runs than when it was last asked */
  moveTo(now: number, windowMs: number): boolean {
    const numbers = this.#numbers
    const window = Math.floor(now / windowMs)
    if (window === numbers[WINDOW]) return false
    numbers[PREVIOUS] = window - 1 === numbers[WINDOW] ? (numbers[CURRENT] as number) : 0
    numbers[CURRENT] = 0
    numbers[WINDOW] = window
    return true
  }

  take(quota: StoreQuota, now: number): StoreTaken {
    const numbers = this.#numbers
    const current = numbers[CURRENT] as number
    const elapsedMs = Math.floor(now % quota.windowMs)
    const taken = slidingTaken(quota, { previous: numbers[PREVIOUS] as number, current, elapsedMs })
    if (taken.isTaken) numbers[CURRENT] = Math.max(0, current + quota.amount)
    return taken
  }
}
