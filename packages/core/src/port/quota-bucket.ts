// On the request path: a quota as the stores in the process keep it.
import type { StoreQuota, StoreTaken } from './key-value-store.ts'
import { bucketTaken, type BucketParts } from './token-bucket.ts'

const USED = 0
const AT = 1
const KEPT_UNTIL = 2
const NUMBERS = 3

/** How long one is kept at least, ms: who asks at an even rate is not to get a new one each time. */
const MIN_KEPT_MS = 1000

/** A token bucket as bytes, changed in place: parts used, when that was, and until when it is kept. */
export class QuotaBucket extends Uint8Array {
  readonly #numbers: Float64Array

  constructor() {
    super(NUMBERS * Float64Array.BYTES_PER_ELEMENT)
    this.#numbers = new Float64Array(this.buffer)
  }

  take(quota: StoreQuota, parts: BucketParts, now: number): StoreTaken {
    const numbers = this.#numbers
    const { unit, perMs } = parts
    const used = Math.max(0, (numbers[USED] as number) - (now - (numbers[AT] as number)) * perMs)
    const taken = bucketTaken(quota, used, parts)
    numbers[USED] = taken.isTaken ? Math.max(0, used + quota.amount * unit) : used
    numbers[AT] = now
    return taken
  }

  /**
   * Until it is whole again it must be kept, and no longer: who calls once from each of many addresses fills a store the less. Of one that
   * is in use the time is set twice as long, and so not at each request.
   *
   * @returns a new time to live, ms; `undefined` where that which it has suffices
   */
  keep({ perMs }: BucketParts, now: number): number | undefined {
    const numbers = this.#numbers
    const wholeMs = Math.ceil((numbers[USED] as number) / perMs)
    const keptUntil = numbers[KEPT_UNTIL] as number
    if (now + wholeMs <= keptUntil) return undefined
    const ttlMs = Math.max(MIN_KEPT_MS, keptUntil === 0 ? wholeMs : 2 * wholeMs)
    numbers[KEPT_UNTIL] = now + ttlMs
    return ttlMs
  }
}
