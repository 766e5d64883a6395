import { MAX_DELAY_MS, type Clock } from './clock.ts'
import { PortArgumentError } from './port-error.ts'

/** `sleep` in terms of `setTimeout`, the same for every clock. Leaves neither timer nor listener behind. */
export function sleepOn(
  clock: Pick<Clock, 'setTimeout'>,
  delayMs: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = (): void => {
      timer.cancel()
      // The reason is the caller's own, whatever it is.
      // oxlint-disable-next-line prefer-promise-reject-errors
      reject(signal?.reason)
    }
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

/** @throws {PortArgumentError} when the delay is no number in range; what is below 0 becomes 0 */
export function toDelay(delayMs: number): number {
  if (typeof delayMs !== 'number' || !(delayMs <= MAX_DELAY_MS) || delayMs === -Infinity) {
    throw new PortArgumentError(`A delay is a number of ms up to ${MAX_DELAY_MS}, not ${String(delayMs)}.`)
  }
  return Math.max(0, delayMs)
}
