// Every wait for something outside of the process has a limit, by the clock of the app.
import type { Clock } from '@keelson/core'

/** How long something may take, and what ends it sooner. */
export interface WithinOptions {
  readonly clock: Clock
  readonly limitMs: number
  /** Ends the wait with its reason, such as that of a request. */
  readonly signal?: AbortSignal | undefined
  /** What did not answer, for the message: `The store of API keys`. */
  readonly what: string
}

/** Waits for work, whose signal aborts at the limit; work that does not look at it is left alone. */
export async function within<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, limitMs, signal: around, what }: WithinOptions,
): Promise<T> {
  around?.throwIfAborted()
  const controller = new AbortController()
  const { signal } = controller
  const end = (): void => controller.abort(around?.reason)
  around?.addEventListener('abort', end, { once: true })
  const late = (): void => controller.abort(new Error(`${what} did not answer within ${limitMs} ms.`))
  const timer = clock.setTimeout(late, limitMs, { unref: true })
  try {
    return await new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
      work(signal).then(resolve, reject)
    })
  } finally {
    timer.cancel()
    around?.removeEventListener('abort', end)
  }
}
