// The pause before a transaction runs again after a conflict.
import type { Frame, Random } from '@keelson/core'
import { setTimeout as wait } from 'node:timers/promises'
import { reasonOf } from './cancellation.ts'

/** The longest pause before the first of the retries, ms; each other may be four times as long. */
const FIRST_MS = 20
const MAX_MS = 1000

/**
 * Waits for up to 20, 80, 320 and then 1,000 ms.
 *
 * @param attempt - 0 for the first that failed
 * @throws the reason for which the frame is aborted, also meanwhile
 */
export async function waitToRetry(
  attempt: number,
  { random, frame }: { readonly random: Random; readonly frame: Frame | undefined },
): Promise<void> {
  // Full jitter: those that were in each other's way do not meet again.
  const delayMs = 1 + random.int(Math.min(FIRST_MS * 4 ** Math.max(attempt, 0), MAX_MS))
  if (frame === undefined) {
    await wait(delayMs)
    return
  }
  try {
    await wait(delayMs, undefined, { signal: frame.signal })
  } catch {
    // It rejects for the signal alone.
  }
  if (frame.isAborted) throw reasonOf(frame)
}
