// On the request path: every request with a deadline is added here and, almost always, cancelled.
import { runOutsideFrame } from './current.ts'

const SLOTS = 512
// Over a thousand years: keeps the arithmetic exact for Infinity.
const MAX_DELAY_MS = 2 ** 45

/** What a wheel calls: a method of an object that exists anyway, so that a deadline needs no closure. */
export interface DeadlineTarget {
  /** The delay has passed. Called once, outside of any frame. A throw becomes an uncaught exception. */
  onDeadline(): void
}

/** Options of {@link createTimerWheel}. */
export interface TimerWheelOptions {
  /** Time between two looks at the wheel, milliseconds; a call may be late by that much. Default 50. */
  readonly tickMs?: number | undefined
  /** Monotonic clock in milliseconds. Default `performance.now`. */
  readonly now?: (() => number) | undefined
}

/** One pending deadline; pass it to {@link TimerWheel.cancel}. A link of its slot's ring. */
export class TimerEntry {
  readonly dueAt: number
  /** Undefined once fired or cancelled, so that the wheel holds nothing of a finished request. */
  target: DeadlineTarget | undefined
  prev: TimerEntry
  next: TimerEntry

  constructor(dueAt: number, target: DeadlineTarget | undefined) {
    this.dueAt = dueAt
    this.target = target
    this.prev = this
    this.next = this
  }
}

/**
 * One timer for many deadlines. Adding and cancelling take constant time and no system call. Calls are never early,
 * and at most one tick late. The timer does not keep the process alive and stops while the wheel is empty.
 */
export class TimerWheel {
  readonly #tickMs: number
  readonly #now: () => number
  readonly #slots: TimerEntry[] = Array.from({ length: SLOTS }, () => new TimerEntry(0, undefined))
  readonly #expired = new TimerEntry(0, undefined)
  #timer: NodeJS.Timeout | undefined = undefined
  #isTicking = false
  #size = 0
  #holds = 0
  #lastTick = 0

  constructor(tickMs: number, now: () => number) {
    this.#tickMs = tickMs
    this.#now = now
  }

  /** How many deadlines are pending. */
  get size(): number {
    return this.#size
  }

  /** Whether the timer runs. It stops at the first tick that finds the wheel empty. */
  get isTicking(): boolean {
    return this.#isTicking
  }

  /**
   * Calls `target.onDeadline()` once the delay has passed.
   *
   * @param delayMs - NaN and values below zero count as zero: due at the next tick
   * @param now - the clock's time, where the caller has just read it
   */
  add(delayMs: number, target: DeadlineTarget, now: number = this.#now()): TimerEntry {
    const entry = new TimerEntry(now + (delayMs > 0 ? Math.min(delayMs, MAX_DELAY_MS) : 0), target)
    if (this.#size++ === 0 && !this.#isTicking) this.#start(now)
    // A slot that was passed would be visited only in the next round.
    link(this.#slotOf(Math.max(this.#tickOf(entry.dueAt), this.#lastTick)), entry)
    return entry
  }

  /** Removes a deadline. Has no effect when it has fired or was cancelled. */
  cancel(entry: TimerEntry): void {
    if (entry.target === undefined) return
    entry.target = undefined
    unlink(entry)
    this.#size--
  }

  /** Keeps the process alive for a deadline until {@link TimerWheel.release}. */
  hold(): void {
    if (this.#holds++ === 0) this.#timer?.ref()
  }

  /** Ends one {@link TimerWheel.hold}. */
  release(): void {
    if (--this.#holds === 0) this.#timer?.unref()
  }

  /** Calls all that is due. The timer does this at each tick; tests with their own clock call it. */
  advance(): void {
    const now = this.#now()
    const tick = this.#tickOf(now)
    // After a long pause of the event loop each slot is still visited only once.
    const first = Math.max(this.#lastTick, tick - SLOTS + 1)
    for (let at = first; at <= tick; at++) this.#collect(this.#slotOf(at), now)
    // The slot of the running tick is visited again: it may hold what is due before the tick ends.
    this.#lastTick = tick
    this.#fire()
  }

  #collect(slot: TimerEntry, now: number): void {
    let entry = slot.next
    while (entry !== slot) {
      const { next } = entry
      if (entry.dueAt <= now) {
        unlink(entry)
        link(this.#expired, entry)
      }
      entry = next
    }
  }

  // Due entries wait in a ring of their own, so that a target may add and cancel while others are being called.
  #fire(): void {
    const ring = this.#expired
    while (ring.next !== ring) {
      const entry = ring.next
      // A cancelled one is not in a ring.
      const target = entry.target as DeadlineTarget
      this.cancel(entry)
      try {
        target.onDeadline()
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }

  #start(now: number): void {
    this.#isTicking = true
    this.#lastTick = this.#tickOf(now)
    // Outside of the frame, since the timer outlives the request that starts it; `refresh`, too, takes the context of its
    // caller.
    runOutsideFrame(() => this.#schedule())
  }

  #schedule(): void {
    if (this.#timer !== undefined) this.#timer.refresh()
    else {
      this.#timer = setTimeout(() => this.#onTick(), this.#tickMs).unref()
    }
  }

  #onTick(): void {
    this.advance()
    if (this.#size === 0) this.#isTicking = false
    else this.#schedule()
  }

  #tickOf(timeMs: number): number {
    return Math.floor(timeMs / this.#tickMs)
  }

  #slotOf(tick: number): TimerEntry {
    return this.#slots[tick % SLOTS] as TimerEntry
  }
}

/**
 * Makes a wheel. One is enough for an application.
 *
 * @example
 * const wheel = createTimerWheel()
 * const entry = wheel.add(30_000, exchange)   // exchange.onDeadline() in 30 s
 * wheel.cancel(entry)
 */
export function createTimerWheel(options: TimerWheelOptions = {}): TimerWheel {
  return new TimerWheel(options.tickMs ?? 50, options.now ?? (() => performance.now()))
}

function link(ring: TimerEntry, entry: TimerEntry): void {
  entry.prev = ring.prev
  entry.next = ring
  ring.prev.next = entry
  ring.prev = entry
}

function unlink(entry: TimerEntry): void {
  entry.prev.next = entry.next
  entry.next.prev = entry.prev
  entry.prev = entry
  entry.next = entry
}
