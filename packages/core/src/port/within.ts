import type { Clock } from './clock.ts'
import { waitUntil } from './wait-until.ts'

/** How long something may take, and what ends it sooner. */
export interface WithinOptions {
  /** By which the limit is counted: that of the app. */
  readonly clock: Pick<Clock, 'setTimeout'>
  /** The longest wait, ms. */
  readonly limitMs: number
  /** Ends the wait with its reason, such as that of a request. */
  readonly signal?: AbortSignal | undefined
  /** What is asked, for the message: `The store of API keys`. */
  readonly what: string
}

/**
 * Waits for what is outside of the process, and tells it by a signal when nobody waits any longer. Work that does not look at its signal is
 * left alone. The wait does not keep the process alive.
 *
 * @throws the reason of the signal, before the work begins where it has aborted; what the work throws; or an `Error`, `… did not answer
 *   within … ms.`
 * @example
 * import { createMemoryBus, systemClock, within } from '@keelson/core/ports'
 *
 * const bus = createMemoryBus()
 * const told = (signal: AbortSignal) => bus.publish('shop.closed', Buffer.from('today'), { signal })
 * await within(told, { clock: systemClock, limitMs: 1_000, what: 'The bus' })
 */
export async function within<T>(
  work: (signal: AbortSignal) => T | PromiseLike<T>,
  { clock, limitMs, signal: around, what }: WithinOptions,
): Promise<T> {
  around?.throwIfAborted()
  const controller = new AbortController()
  const { signal } = controller
  const late = (): Error => new Error(`${what} did not answer within ${limitMs} ms.`)
  try {
    return await waitUntil(() => work(signal), {
      signal: around,
      limit: { clock, limitMs, late, unref: true },
    })
  } catch (error) {
    controller.abort(error)
    throw error
  }
}
