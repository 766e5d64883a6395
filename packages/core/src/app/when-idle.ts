import { ServiceUnavailableError } from '../errors/index.ts'
import type { PlanDispatcher } from './dispatcher.ts'
import type { HeldUp } from './lifecycle.ts'

/** Time without a read after which the reader of a stream counts as gone while the app ends, ms. */
const UNREAD_MS = 1_000
/** The minimum: a reader that is not gone needs a few turns of the event loop to read on. */
const LEAST_UNREAD_MS = 20

/**
 * Ends streams whose readers have stopped reading, while an app waits for what is in flight: nothing else would end them
 * within its time.
 *
 * @returns ends the watch
 */
export function endUnreadStreams(dispatcher: PlanDispatcher, afterMs: number = UNREAD_MS): () => void {
  const look = (): void =>
    dispatcher.endUnread(new ServiceUnavailableError('The app is ending, and nobody reads the stream.'))
  look()
  const timer = setInterval(look, Math.max(afterMs, LEAST_UNREAD_MS))
  return () => clearInterval(timer)
}

/**
 * Waits for the requests in flight, and names those that take too long.
 *
 * @param unreadMs - see {@link endUnreadStreams}
 */
export async function whenIdle(
  dispatcher: PlanDispatcher,
  signal: AbortSignal,
  unreadMs?: number,
): Promise<HeldUp[]> {
  const unwatch = endUnreadStreams(dispatcher, unreadMs)
  await dispatcher.whenIdle(signal).finally(unwatch)
  return dispatcher
    .inFlight()
    .map(({ label, startedAt }) => ({ what: label, ageMs: Math.round(dispatcher.now() - startedAt) }))
}
