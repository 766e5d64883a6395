import { withMethods, type OptionKind } from '../errors/index.ts'

/** A timer that can be cancelled. */
export interface ClockTimer {
  /** Cancels it; does nothing once it has fired. */
  cancel(): void
}

/** Options of a timer. */
export interface ClockTimerOptions {
  /** Lets the process end while the timer waits. Default `false`. */
  readonly unref?: boolean | undefined
}

/** Longest delay of a timer, ms: 100 years. */
export const MAX_DELAY_MS = 3_153_600_000_000

/**
 * Tells the time and waits. Use it instead of `Date.now()` and `setTimeout`, and tests need not wait.
 *
 * Delays are finite numbers of ms up to {@link MAX_DELAY_MS}, below 0 counts as 0; others throw
 * `ERR_CORE_PORT_ARGUMENT` (`sleep` rejects with it).
 */
export interface Clock {
  /** Wall-clock time, ms since 1970 (Unix epoch); may jump when the system's clock is set. */
  now(): number
  /** Ms since an arbitrary moment, with fractions; never goes back. For durations and deadlines. */
  monotonic(): number
  /** Calls back once, not before the delay is over, in the async context of this call. */
  setTimeout(callback: () => void, delayMs: number, options?: ClockTimerOptions): ClockTimer
  /** Resolves after the delay. An aborted signal rejects at once, with its reason. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>
}

/** The kind of value that an option takes as a clock. */
export const CLOCK_KIND: OptionKind = withMethods('a Clock', ['now', 'monotonic', 'setTimeout', 'sleep'])
