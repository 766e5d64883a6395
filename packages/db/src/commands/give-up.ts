import { setTimeout as wait } from 'node:timers/promises'

/** What work has to end by itself after a command was told to end, ms. */
const GRACE_MS = 5000

/** Waits for work, but not for a server that does not answer once the command is to end. @throws the reason of the signal */
export async function orGiveUp<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  const over = new AbortController()
  const late = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      wait(GRACE_MS, undefined, { signal: over.signal }).then(
        () => reject(signal.reason as Error),
        () => undefined,
      )
    }
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true, signal: over.signal })
  })
  try {
    return await Promise.race([work, late])
  } finally {
    over.abort()
  }
}
