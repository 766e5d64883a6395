// On the request path: what a store says came of taking from a quota, checked, since anybody may write a store.
import type { StoreQuota, StoreTaken } from '@keelson/core'

/** Whether it is to be waited for, by whatever kind of promise. */
export function isThenable(answer: unknown): answer is PromiseLike<unknown> {
  return typeof (answer as { readonly then?: unknown } | null | undefined)?.then === 'function'
}

/** @throws {TypeError} for what cannot be passed on to a caller: `undefined`, `NaN`, a time in the past */
export function checkedAnswer(answer: unknown, { limit, windowMs }: StoreQuota): StoreTaken {
  const { isTaken, left, resetMs } = (answer ?? {}) as Partial<Record<keyof StoreTaken, unknown>>
  if (typeof isTaken === 'boolean' && isWithin(left, limit) && Number.isInteger(left))
    // Not longer than any way to count needs, so that a time of the calendar is refused.
    if (isWithin(resetMs, 2 * windowMs)) return answer as StoreTaken
  throw new TypeError(
    `The store gave no { isTaken, left, resetMs } with left from 0 to ${limit} and resetMs from 0 to ${2 * windowMs}.`,
  )
}

function isWithin(value: unknown, most: number): boolean {
  return typeof value === 'number' && value >= 0 && value <= most
}
