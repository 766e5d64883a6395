// On the request path: the arithmetic of a quota as a token bucket.
import type { StoreQuota, StoreTaken } from './key-value-store.ts'

/** A quota in parts of a unit, whole numbers all but `perMs`. */
export interface BucketParts {
  /** Parts of a unit. */
  readonly unit: number
  /** Parts of all units. */
  readonly capacity: number
  /** Parts that come back in a millisecond. */
  readonly perMs: number
}

/** So that a few times as many parts are still safe whole numbers. */
const MAX_PARTS = 2 ** 50

/**
 * In how many parts a bucket counts: `windowMs` for each unit, of which `limit` come back in a millisecond, so that nothing is
 * rounded. Fewer where they would exceed 2^50.
 *
 * @example
 * bucketParts({ limit: 3, windowMs: 1000 }) // => { unit: 1000, capacity: 3000, perMs: 3 }
 */
export function bucketParts({ limit, windowMs }: Pick<StoreQuota, 'limit' | 'windowMs'>): BucketParts {
  const unit = Math.max(1, Math.min(windowMs, Math.floor(MAX_PARTS / limit)))
  const capacity = limit * unit
  return { unit, capacity, perMs: capacity / windowMs }
}

/**
 * What comes of taking an amount from a bucket.
 *
 * @param used - parts that are taken and have not come back yet
 * @param parts - of the quota, where they are known
 * @example
 * const quota = { limit: 3, windowMs: 60_000, amount: 1 }
 * bucketTaken(quota, 0) // => { isTaken: true, left: 2, resetMs: 20000 }
 * bucketTaken(quota, 150_000) // => { isTaken: false, left: 0, resetMs: 10000 }
 */
export function bucketTaken(
  quota: StoreQuota,
  used: number,
  parts: BucketParts = bucketParts(quota),
): StoreTaken {
  const { limit, amount } = quota
  const { unit, capacity, perMs } = parts
  const wanted = used + amount * unit
  if (amount > 0 && wanted > capacity) {
    const left = Math.max(0, Math.floor((capacity - used) / unit))
    return { isTaken: false, left, resetMs: Math.ceil((wanted - capacity) / perMs) }
  }
  const now = Math.max(0, wanted)
  const left = Math.floor((capacity - now) / unit)
  const resetMs = left === limit ? 0 : Math.ceil((now - (capacity - (left + 1) * unit)) / perMs)
  return { isTaken: true, left, resetMs }
}
