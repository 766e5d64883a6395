// A door of its own: a client in a browser loads nothing else of the room for it.

/** Begins a timer, and gives what calls it off. */
export type BeginTimer = (callback: () => void, delayMs: number) => () => void

/** Waits by whatever timer; rejects with the signal's reason when it aborts. Leaves neither timer nor listener behind. */
export function sleepBy(begin: BeginTimer, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const onAbort = (): void => {
      end()
      // The reason is the caller's own, whatever it is.
      reject(signal?.reason as Error)
    }
    const end = begin(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
