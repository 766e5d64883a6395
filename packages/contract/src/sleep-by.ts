// In a file of its own, so that a client in a browser loads nothing else for it.

/** Starts a timer, and returns the function that cancels it. */
export type BeginTimer = (callback: () => void, delayMs: number) => () => void

/** Waits with a timer of any kind; rejects with the signal's reason when it aborts. Removes its timer and its listener. */
export function sleepBy(begin: BeginTimer, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = (): void => {
      end()
      // The reason belongs to the caller, and may be any value.
      reject(signal?.reason as Error)
    }
    const end = begin(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
