import type { Bus, Clock, Random } from '@keelson/core'
import { createBell } from '../wait/index.ts'

/** What is waited for. */
export interface WaitParts {
  readonly name: string
  readonly bus: Bus | undefined
  readonly clock: Clock
  readonly random: Random
  /** When the wait ends, by the clock's `monotonic`. */
  readonly until: number
  readonly signal: AbortSignal | undefined
}

const FIRST_PAUSE_MS = 20
const LONGEST_PAUSE_MS = 500

/** Where a lock that was released is told. */
export function topicOf(name: string): string {
  return `keelson.lock:${name}`
}

/**
 * Yields each time when it is worth to try again: when the lock was released, and now and then, since its owner may have died. Ends with the
 * wait.
 *
 * @throws the reason of the signal
 */
export async function* waitForFree({
  name,
  bus,
  clock,
  random,
  until,
  signal,
}: WaitParts): AsyncGenerator<void> {
  if (clock.monotonic() >= until) return
  const bell = createBell()
  // A bus that fails is a bell that does not ring: it is looked again anyway.
  const subscribed = bus?.subscribe(topicOf(name), bell.ring, { onGap: bell.ring }).catch(() => undefined)
  // What was released before it was subscribed was not told.
  void subscribed?.then(bell.ring)
  signal?.addEventListener('abort', bell.ring, { once: true })
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const leftMs = until - clock.monotonic()
      if (leftMs <= 0) return
      const timer = clock.setTimeout(bell.ring, Math.min(leftMs, pauseMs / 2 + random.int(pauseMs / 2)))
      await bell.rung()
      timer.cancel()
      signal?.throwIfAborted()
      yield
    }
  } finally {
    signal?.removeEventListener('abort', bell.ring)
    void subscribed?.then((unsubscribe) => unsubscribe?.())
  }
}
