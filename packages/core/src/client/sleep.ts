/** Waits; rejects with the signal's reason when it aborts. */
export type Sleep = (delayMs: number, signal: AbortSignal) => Promise<void>

/** A sleep on the clock of the machine. */
export const sleep: Sleep = (delayMs, signal) =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort)
      resolve()
    }, delayMs)
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
  })
