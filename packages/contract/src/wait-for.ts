/** What ends waiting. */
export interface WaitLimits {
  /** Longest wait, ms; default: no limit. */
  readonly limitMs?: number | undefined
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal | undefined
  /** Makes the reason once the time is over; default: a `TimeoutError`. */
  readonly reason?: ((limitMs: number) => unknown) | undefined
}

/** A time limit and a signal as one signal. */
export interface Limit {
  readonly signal: AbortSignal
  /** Ends the limit, and removes its timer and its listener. */
  release(): void
}

/**
 * Joins a time limit and a signal. Unlike that of `AbortSignal.timeout`, the timer keeps the process alive, which may have
 * nothing else to wait for.
 */
export function createLimit({ limitMs, signal, reason = timeoutError }: WaitLimits): Limit {
  const controller = new AbortController()
  const end = (why: unknown): void => {
    release()
    controller.abort(why)
  }
  const onAbort = (): void => end(signal?.reason)
  // A longer delay than a timer can hold would fire at once.
  const timer =
    limitMs === undefined ? undefined : setTimeout(() => end(reason(limitMs)), Math.min(limitMs, 0x7fffffff))
  const release = (): void => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
  if (signal?.aborted === true) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return { signal: controller.signal, release }
}

/**
 * Waits for work, at most until its limits, and removes its timer and its listeners. Work that takes longer continues, and
 * its result is ignored.
 *
 * @throws the signal's reason, or that of the time limit
 */
export function waitFor<T>(work: T | PromiseLike<T>, limits: WaitLimits): Promise<T> {
  const { signal, release } = createLimit(limits)
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error)
    // Work that is done at once is done in time, even if the limit had passed before.
    if (signal.aborted) setImmediate(onAbort)
    else signal.addEventListener('abort', onAbort, { once: true })
    void Promise.resolve(work).then(resolve, reject).finally(release)
  })
}

/** As {@link waitFor}, without an error when a limit passes: returns whether the work was done before. */
export async function isDoneWithin(work: PromiseLike<unknown>, limits: WaitLimits): Promise<boolean> {
  const limit = createLimit(limits)
  try {
    await waitFor(work, limit)
    return true
  } catch (error) {
    if (limit.signal.aborted && error === limit.signal.reason) return false
    throw error
  } finally {
    limit.release()
  }
}

function timeoutError(limitMs: number): DOMException {
  return new DOMException(`The limit of ${limitMs} ms has passed.`, 'TimeoutError')
}

/** Whether an error says that a time limit has passed. */
export function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TimeoutError'
}
