import { sleepBy } from '@keelson/contract/wait'

/** Waits; rejects with the signal's reason when it aborts. */
export type Sleep = (delayMs: number, signal: AbortSignal) => Promise<void>

/** A sleep on the clock of the machine. */
export const sleep: Sleep = (delayMs, signal) =>
  sleepBy(
    (callback, ms) => {
      const timer = setTimeout(callback, ms)
      return () => clearTimeout(timer)
    },
    delayMs,
    signal,
  )
