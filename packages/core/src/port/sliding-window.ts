// On the request path: the arithmetic of a quota that slides.
import type { StoreQuota, StoreTaken } from './key-value-store.ts'

/** What was taken in the window that runs, and in the one before. */
export interface WindowCounts {
  /** Units taken in the window before. */
  readonly previous: number
  /** Units taken in the one that runs, without what is asked for. */
  readonly current: number
  /** How long it has been running, whole ms. */
  readonly elapsedMs: number
}

/**
 * Most units that may be taken in a window until now: the limit, without that part of the window before which a window that
 * ends now still covers. Calls at an even rate are measured exactly.
 *
 * @example
 * slidingRoom({ limit: 100, windowMs: 60_000 }, { previous: 80, elapsedMs: 15_000 }) // => 40
 */
export function slidingRoom(
  { limit, windowMs }: Pick<StoreQuota, 'limit' | 'windowMs'>,
  { previous, elapsedMs }: Pick<WindowCounts, 'previous' | 'elapsedMs'>,
): number {
  // Multiplied before it is divided, so that whole numbers stay exact.
  return Math.floor((limit * windowMs - previous * (windowMs - elapsedMs)) / windowMs)
}

/**
 * What comes of taking an amount from a quota by a sliding window.
 *
 * @example
 * const quota = { limit: 100, windowMs: 60_000, amount: 1 }
 * slidingTaken(quota, { previous: 80, current: 40, elapsedMs: 15_000 }) // => { isTaken: false, left: 0, resetMs: 750 }
 */
export function slidingTaken(quota: StoreQuota, counts: WindowCounts): StoreTaken {
  const left = slidingRoom(quota, counts) - counts.current
  if (quota.amount > left) return { isTaken: false, left: Math.max(0, left), resetMs: waitOf(quota, counts) }
  const resetMs = quota.windowMs - counts.elapsedMs
  return { isTaken: true, left: Math.min(quota.limit, left - quota.amount), resetMs }
}

/** When the amount fits. */
function waitOf(
  { limit, windowMs, amount }: StoreQuota,
  { previous, current, elapsedMs }: WindowCounts,
): number {
  const restMs = windowMs - elapsedMs
  const spare = limit - amount - current
  // Until so little of the window before counts, or of this one, which then is the one before.
  if (spare >= 0) return restMs - Math.floor((windowMs * spare) / previous)
  return restMs + windowMs - Math.min(windowMs, Math.floor((windowMs * (limit - amount)) / current))
}
