import { clientError } from './client-error.ts'

/** The limits of one running call. */
export interface Deadline {
  /** When the time is up, ms of `performance.now()`. */
  readonly expiresAt: number
  readonly signal: AbortSignal
  /** Rejects when a limit is reached. */
  readonly broken: Promise<never>
  /** Lifts the time limit, for a response that is a stream; the caller's signal still ends it, until `release`. */
  keep(): void
  /** Whether `keep` was called. */
  isKept: boolean
  /** Lifts all limits. */
  release(): void
}

/**
 * Starts the time of a call.
 *
 * @param name - operation id, for the message
 * @param timeoutMs - 0 for no limit
 * @param outer - the caller's
 */
export function startDeadline(name: string, timeoutMs: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController()
  const { signal } = controller
  const broken = new Promise<never>((_, reject) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- the caller's own reason
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  const onAbort = (): void => controller.abort(outer?.reason)
  outer?.addEventListener('abort', onAbort, { once: true })
  const onTime = (): void =>
    controller.abort(clientError('TIMEOUT', { name, detail: `no answer within ${timeoutMs} ms.` }))
  // A longer delay than a timer can hold would fire at once.
  const timer = timeoutMs ? setTimeout(onTime, Math.min(timeoutMs, 0x7fffffff)) : undefined
  return {
    expiresAt: timeoutMs ? performance.now() + timeoutMs : Infinity,
    signal,
    broken,
    isKept: false,
    keep() {
      clearTimeout(timer)
      this.isKept = true
    },
    release() {
      clearTimeout(timer)
      outer?.removeEventListener('abort', onAbort)
    },
  }
}
