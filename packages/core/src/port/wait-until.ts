// On the request path: waits for what is outside of the process, such as a store, go through here.
import type { Clock } from './clock.ts'

/** The longest wait. */
export interface WaitLimit {
  /** By which the limit is counted: that of the app. */
  readonly clock: Pick<Clock, 'setTimeout'>
  /** The longest wait, ms. */
  readonly limitMs: number
  /** Called when the time is over. @returns the reason with which the wait ends */
  readonly late: () => Error
  /** Whether the process may end meanwhile. Default false. */
  readonly unref?: boolean | undefined
}

/** What a wait asks of a frame. */
export interface WaitFrame {
  readonly abortReason: unknown
  addAbortListener(listener: () => void): void
  removeAbortListener(listener: () => void): void
}

/** What ends a wait before its work is done. */
export interface WaitEnds {
  /** Ends the wait with its reason. */
  readonly signal?: AbortSignal | undefined
  /** Ends the wait as a signal does, and makes none: that of `currentFrame()`. */
  readonly frame?: WaitFrame | undefined
  /** Default: none. */
  readonly limit?: WaitLimit | undefined
}

/**
 * Waits for work until one of these ends the wait. The work is begun in any case, and goes on: what comes of it later is ignored. A wait that
 * is over has no timer and no listener. Where the work takes a signal, call {@link within}.
 *
 * @returns rejects with the reason of the signal or the frame, what `late` gives, or what the work throws
 * @example
 * import { systemClock, waitUntil } from '@keelson/core/ports'
 *
 * const late = () => new Error('The printer did not answer within 100 ms.')
 * const answer = await waitUntil(async () => 'ready', { limit: { clock: systemClock, limitMs: 100, late } })
 */
export function waitUntil<T>(work: () => T | PromiseLike<T>, { signal, frame, limit }: WaitEnds): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false
    const end = (): void => {
      isOver = true
      timer?.cancel()
      signal?.removeEventListener('abort', onAbort)
      frame?.removeAbortListener(onAbort)
    }
    const onAbort = (): void => {
      if (isOver) return
      end()
      // Users may abort with anything; it goes on as it is.
      reject((signal?.aborted === true ? signal.reason : frame?.abortReason) as Error)
    }
    const onLate = (given: WaitLimit): void => {
      end()
      reject(given.late())
    }
    const timer = limit?.clock.setTimeout(() => onLate(limit), limit.limitMs, { unref: limit.unref })
    // Also for work that throws at once.
    new Promise<T>((begun) => begun(work())).then(
      (value) => {
        end()
        resolve(value)
      },
      (error: unknown) => {
        end()
        // oxlint-disable-next-line prefer-promise-reject-errors -- what the work throws goes on as it is
        reject(error)
      },
    )
    if (signal?.aborted === true) return onAbort()
    signal?.addEventListener('abort', onAbort, { once: true })
    frame?.addAbortListener(onAbort)
  })
}
