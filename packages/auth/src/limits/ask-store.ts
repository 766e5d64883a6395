// Stores are outside of the process: each question to one has a limit, and what fails is a 503, never "not known".
import { currentFrame, FrameworkError, ServiceUnavailableError, type Clock } from '@keelson/core'
import { within } from '@keelson/core/ports'

/** How a store is asked. */
export interface AskStoreOptions {
  readonly clock: Clock
  readonly limitMs: number
  /** What it keeps, for the messages: `API keys`. */
  readonly what: string
}

/**
 * Asks a store, for as long as the request is served and no longer than the limit.
 *
 * @throws {ServiceUnavailableError} 503 with `Retry-After` for all that a store throws, so that who cannot be looked up is not taken for
 *   unknown
 */
export async function askStore<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { clock, limitMs, what }: AskStoreOptions,
): Promise<T> {
  const signal = currentFrame()?.signal
  try {
    return await within(work, { clock, limitMs, signal, what: `The store of ${what}` })
  } catch (error) {
    signal?.throwIfAborted()
    // A port that is closed says 503 as well, and nothing of when to come again.
    if (FrameworkError.is(error) && error.code === 'ERR_CORE_UNAVAILABLE') throw error
    throw new ServiceUnavailableError(
      `${what.charAt(0).toUpperCase()}${what.slice(1)} cannot be read or changed now.`,
      {
        retryAfterSeconds: 1,
        cause: error,
      },
    )
  }
}
