// On the request path: the time limit of a command.

/** What ends the wait. */
export interface WithinLimits {
  readonly limitMs: number
  /** Makes the error once the time is over. */
  readonly late: () => Error
  readonly signal?: AbortSignal | undefined
}

/** Waits for work until a time is over or a signal aborts. The work itself goes on, and what comes of it is ignored. */
export function within<T>(work: Promise<T>, { limitMs, late, signal }: WithinLimits): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const release = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
    // Users may abort with anything; it goes on as it is.
    const onAbort = (): void => {
      release()
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      reject(late())
    }, limitMs)
    signal?.addEventListener('abort', onAbort, { once: true })
    work.then(resolve, reject).finally(release)
  })
}
