import { sleepBy } from '../errors/index.ts'
import { MAX_DELAY_MS, type Clock } from './clock.ts'
import { PortArgumentError } from './port-error.ts'

/** `sleep` by `setTimeout`, the same for every clock. */
export function sleepOn(
  clock: Pick<Clock, 'setTimeout'>,
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return sleepBy(
    (callback, ms) => {
      const timer = clock.setTimeout(callback, ms)
      return () => timer.cancel()
    },
    delayMs,
    signal,
  )
}

/** @throws {PortArgumentError} when the delay is not a number in range; a negative one becomes 0 */
export function toDelay(delayMs: number): number {
  if (typeof delayMs !== 'number' || !(delayMs <= MAX_DELAY_MS) || delayMs === -Infinity) {
    throw new PortArgumentError(
      `A delay must be a number of ms up to ${MAX_DELAY_MS}, not ${String(delayMs)}.`,
    )
  }
  return Math.max(0, delayMs)
}
