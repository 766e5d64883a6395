import { AsyncResource } from 'node:async_hooks'
import { anything, checkOptions, optionTable } from '../errors/index.ts'
import type { Clock, ClockTimer } from './clock.ts'
import { sleepOn, toDelay } from './clock-sleep.ts'
import { PortArgumentError } from './port-error.ts'

// Taken at load, so that a test runner's own fake timers do not stop us.
const realSetImmediate = setImmediate

/** A clock that a test moves. */
export interface FakeClock extends Clock {
  /**
   * Moves both times on and fires every timer that becomes due, in order, each at its own time. Before, between and after
   * them, pending promises are settled, so that code that sleeps again is woken again.
   *
   * @throws what a timer's callback threw, once the time has been reached
   */
  advance(ms: number): Promise<void>
  /** Sets the wall clock, without effect on timers and `monotonic`. */
  setNow(epochMs: number): void
  /** How many timers wait: zero at the end of a test that left nothing behind. */
  readonly pendingTimers: number
}

/** Options of {@link createFakeClock}. */
export interface FakeClockOptions {
  /** Wall-clock time to begin with, ms since 1970. Default: 2030-01-01T00:00:00Z. */
  readonly now?: number | undefined
}

/**
 * Makes a clock for tests: time passes when the test moves it.
 *
 * @example
 * const clock = createFakeClock({ now: 0 })
 * const woken = clock.sleep(1000)
 * await clock.advance(1000)
 * await woken
 * clock.now() // => 1000
 */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  checkOptions(FAKE_CLOCK_OPTIONS, options, { name: 'createFakeClock', below: createFakeClock })
  const { now = Date.UTC(2030, 0, 1) } = options
  assertTime(now, 'now')
  return new SteppedClock(now)
}

/** Options of {@link createFakeClock}; the time is checked above. */
const FAKE_CLOCK_OPTIONS = optionTable<FakeClockOptions>({
  now: anything('Wall-clock time to begin with, ms since 1970.'),
})

interface FakeTimer extends ClockTimer {
  readonly dueAt: number
  readonly fire: () => void
}

class SteppedClock implements FakeClock {
  readonly #timers = new Set<FakeTimer>()
  #wallOffset: number
  #elapsed = 0

  constructor(now: number) {
    this.#wallOffset = now
  }

  get pendingTimers(): number {
    return this.#timers.size
  }

  now(): number {
    return Math.floor(this.#wallOffset + this.#elapsed)
  }

  monotonic(): number {
    return this.#elapsed
  }

  setNow(epochMs: number): void {
    assertTime(epochMs, 'setNow')
    this.#wallOffset = epochMs - this.#elapsed
  }

  setTimeout(callback: () => void, delayMs: number): ClockTimer {
    const timer: FakeTimer = {
      dueAt: this.#elapsed + toDelay(delayMs),
      // Otherwise the callback would run in the context of the test that advances the clock.
      fire: AsyncResource.bind(callback),
      cancel: () => void this.#timers.delete(timer),
    }
    this.#timers.add(timer)
    return timer
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    return sleepOn(this, delayMs, signal)
  }

  async advance(ms: number): Promise<void> {
    if (!Number.isFinite(ms) || ms < 0)
      throw new PortArgumentError(`advance takes ms, 0 or more, not ${String(ms)}.`)
    const failures: unknown[] = []
    await settle()
    // Read only now: code that ran above may have advanced the clock, too.
    const target = this.#elapsed + ms
    for (let timer = this.#nextDue(target); timer !== undefined; timer = this.#nextDue(target)) {
      this.#timers.delete(timer)
      this.#elapsed = Math.max(this.#elapsed, timer.dueAt)
      try {
        timer.fire()
      } catch (error) {
        failures.push(error)
      }
      await settle()
    }
    this.#elapsed = Math.max(this.#elapsed, target)
    await settle()
    if (failures.length > 0) throw failures[0]
  }

  /** The earliest timer up to a time; of equal ones the first set, since a set keeps the order of insertion. */
  #nextDue(target: number): FakeTimer | undefined {
    let next: FakeTimer | undefined
    for (const timer of this.#timers) {
      if (timer.dueAt <= target && (next === undefined || timer.dueAt < next.dueAt)) next = timer
    }
    return next
  }
}

/** Lets code that waits only for promises run to its next wait. */
function settle(): Promise<void> {
  return new Promise((resolve) => void realSetImmediate(resolve))
}

function assertTime(epochMs: number, what: string): void {
  if (!Number.isFinite(epochMs))
    throw new PortArgumentError(`${what} takes ms since 1970, not ${String(epochMs)}.`)
}
