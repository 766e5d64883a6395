import type { Clock, ClockTimer, ClockTimerOptions } from './clock.ts'
import { sleepOn, toDelay } from './clock-sleep.ts'

/** The clock of the machine. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimeout: (callback: () => void, delayMs: number, options?: ClockTimerOptions): ClockTimer =>
    new SystemTimer(callback, toDelay(delayMs), options?.unref === true),
  sleep: (delayMs: number, signal?: AbortSignal) => sleepOn(systemClock, delayMs, signal),
})

/** Node fires a longer timer after 1 ms, with a warning. */
const LONGEST_NODE_DELAY_MS = 2_147_483_647

/** One timer, in delays that Node accepts, and never early: Node's own may fire up to 1 ms early. */
class SystemTimer implements ClockTimer {
  readonly #callback: () => void
  readonly #dueAt: number
  readonly #unref: boolean
  #handle: NodeJS.Timeout | undefined

  constructor(callback: () => void, delayMs: number, unref: boolean) {
    this.#callback = callback
    this.#dueAt = performance.now() + delayMs
    this.#unref = unref
    this.#wait(delayMs)
  }

  cancel(): void {
    clearTimeout(this.#handle)
  }

  #wait(remainingMs: number): void {
    this.#handle = setTimeout(() => this.#wake(), Math.min(Math.ceil(remainingMs), LONGEST_NODE_DELAY_MS))
    if (this.#unref) this.#handle.unref()
  }

  #wake(): void {
    const remainingMs = this.#dueAt - performance.now()
    if (remainingMs > 0) this.#wait(remainingMs)
    else this.#callback()
  }
}
