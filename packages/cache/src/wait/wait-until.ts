import type { Clock, Frame } from '@keelson/core'

/** The longest wait. */
export interface WaitLimit {
  readonly clock: Pick<Clock, 'setTimeout'>
  readonly limitMs: number
  /** Called when the time is over. @returns the reason with which the wait ends */
  readonly late: () => Error
  /** Whether the process may end meanwhile. Default false. */
  readonly unref?: boolean | undefined
}

/** What ends a wait before its work is done. */
export interface WaitEnds {
  readonly signal?: AbortSignal | undefined
  /** Ends the wait as a signal does. */
  readonly frame?: Frame | undefined
  readonly limit?: WaitLimit | undefined
}

/**
 * Waits for work until one of these ends the wait. The work itself goes on, and what comes of it then is ignored.
 *
 * @returns rejects with the reason of the signal or the frame, what `late` gives, or what the work throws
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
