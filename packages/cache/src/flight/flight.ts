// On the request path of each miss: one computation, and those who wait for it.
import { currentFrame, runInNewFrame, type Clock, type ClockTimer } from '@keelson/core'
import type { Watch } from '../tags/index.ts'

/** What a reader gets, before it is read. */
export interface Served {
  readonly held: unknown
  readonly empty: 'undefined' | 'null' | undefined
  readonly isStale: boolean
  /** All that it carries. */
  readonly tags: readonly string[]
}

/** How somebody waits. */
export interface WaitOptions {
  /** How long, where there is a stale value, ms. */
  readonly softTimeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** What a flight is made of. */
export interface FlightParts {
  readonly key: string
  /** Tags that were said when it began; what it makes may carry others. */
  readonly tags: readonly string[]
  readonly watch: Watch
  readonly clock: Clock
  readonly work: (flight: Flight) => Promise<Served>
  /** Called once, when nobody waits for it any more. */
  readonly onEnd: (flight: Flight, error: unknown) => void
}

interface Waiter {
  readonly softTimeoutMs: number
  readonly settle: (served: Served) => void
  readonly fail: (error: unknown) => void
  timer: ClockTimer | undefined
}

/**
 * A computation that belongs to none of those who wait for it: it runs in a frame of its own, and is cancelled when all of them have left. Whom
 * a stale value was given has not left: then it runs to its end.
 */
export class Flight {
  readonly key: string
  readonly tags: readonly string[]
  readonly watch: Watch
  /** On the steady clock, ms. */
  readonly startedAt: number
  readonly #parts: FlightParts
  readonly #controller = new AbortController()
  readonly #waiters = new Set<Waiter>()
  #stale: Served | undefined
  #made: Served | undefined
  #isDetached = false
  /** Resolves when it is over; never rejects. */
  readonly ended: Promise<void>

  constructor(parts: FlightParts) {
    this.key = parts.key
    this.tags = parts.tags
    this.watch = parts.watch
    this.startedAt = parts.clock.monotonic()
    this.#parts = parts
    this.ended = this.#run()
  }

  /** Aborts when it is cancelled, or takes too long. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get stale(): Served | undefined {
    return this.#stale
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason)
  }

  async #run(): Promise<void> {
    // What began it goes on first, so that it waits before the flight can end.
    await Promise.resolve()
    let error: unknown
    try {
      const options = { signal: this.#controller.signal }
      const served = await runInNewFrame(() => this.#parts.work(this), options)
      for (const waiter of this.#waiters) waiter.settle(served)
    } catch (thrown) {
      error = thrown
      for (const waiter of this.#waiters) this.#fail(waiter, thrown)
    }
    this.#parts.onEnd(this, error)
  }

  #fail(waiter: Waiter, error: unknown): void {
    if (this.#stale === undefined) waiter.fail(error)
    else waiter.settle(this.#stale)
  }

  /** There is a stale value: it is given to those who have waited long enough, and to all if the computation fails. */
  offerStale(served: Served): void {
    if (this.#stale !== undefined) return
    this.#stale = served
    for (const waiter of this.#waiters) this.#giveStale(waiter)
  }

  /** The value is there, and is being stored. */
  offer(served: Served): void {
    this.#made = served
  }

  /** @throws what the computation throws, or the reason of the signal */
  wait({ softTimeoutMs, signal }: WaitOptions): Promise<Served> {
    if (this.#made !== undefined) return Promise.resolve(this.#made)
    const frame = currentFrame()
    return new Promise<Served>((resolve, reject) => {
      const leave = (): void => {
        waiter.timer?.cancel()
        signal?.removeEventListener('abort', onAbort)
        frame?.removeAbortListener(onAbort)
        this.#waiters.delete(waiter)
      }
      const waiter: Waiter = {
        softTimeoutMs,
        timer: undefined,
        settle: (served) => {
          leave()
          resolve(served)
        },
        fail: (error) => {
          leave()
          // What a factory throws goes on as it is.
          // oxlint-disable-next-line prefer-promise-reject-errors -- a text, if it is one
          reject(error)
        },
      }
      const onAbort = (): void => {
        if (this.#made !== undefined) return waiter.settle(this.#made)
        waiter.fail(signal?.aborted === true ? signal.reason : frame?.abortReason)
        if (this.#waiters.size === 0 && !this.#isDetached)
          this.abort(new DOMException('Nobody waits for the value any more.', 'AbortError'))
      }
      this.#waiters.add(waiter)
      signal?.addEventListener('abort', onAbort, { once: true })
      frame?.addAbortListener(onAbort)
      if (this.#stale !== undefined) this.#giveStale(waiter)
    })
  }

  #giveStale(waiter: Waiter): void {
    const stale = this.#stale as Served
    const give = (): void => {
      this.#isDetached = true
      waiter.settle(stale)
    }
    if (waiter.softTimeoutMs === 0) give()
    else waiter.timer = this.#parts.clock.setTimeout(give, waiter.softTimeoutMs, { unref: true })
  }
}
