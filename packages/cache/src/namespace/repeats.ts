// Invalidations that are done once more: what they are about may be written only after the first time.
import type { Clock, Logger } from '@keelson/core'

/**
 * When they are done again, ms. A COMMIT that the server had is written within a second, where nothing is wrong with its disk. One that was on its
 * way finds a transaction as long as the server lets it be idle, 10 s by default; the rest is for its disk.
 */
const DELAYS_MS = [1_000, 15_000] as const
/** Of more than these, the one that has waited for longest is not waited for any more. */
const MAX_WAITING = 1_000

interface Waiting {
  /** Does at once what is left. */
  now(): void
  readonly ended: Promise<void>
}

/** What is done again later, each as often as {@link DELAYS_MS} says. */
export class Repeats {
  readonly #clock: Clock
  readonly #log: Logger
  readonly #waiting = new Set<Waiting>()
  /** Aborts when the cache ends: from then on only the first is waited for, within the time of a stop. */
  readonly #ending = new AbortController()

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Logger }) {
    this.#clock = clock
    this.#log = log
  }

  /** How many wait. */
  get count(): number {
    return this.#waiting.size
  }

  /** @param work - done later, and later again */
  add(work: () => Promise<void>): void {
    const hurry = new AbortController()
    const waiting: Waiting = { now: () => hurry.abort(), ended: this.#do(work, hurry.signal) }
    this.#waiting.add(waiting)
    void waiting.ended.then(() => this.#waiting.delete(waiting))
    const [oldest] = this.#waiting
    if (this.#waiting.size > MAX_WAITING) oldest?.now()
  }

  async #do(work: () => Promise<void>, hurry: AbortSignal): Promise<void> {
    let passedMs = 0
    for (const atMs of DELAYS_MS) {
      const cut = atMs === DELAYS_MS[0] ? hurry : AbortSignal.any([hurry, this.#ending.signal])
      await this.#pause(atMs - passedMs, cut)
      passedMs = atMs
      try {
        await work()
      } catch (error) {
        this.#log.error({ err: error }, 'An invalidation could not be done again.')
      }
      if (hurry.aborted) return
    }
  }

  /** A process that has nothing else to do waits for it. */
  #pause(delayMs: number, hurry: AbortSignal): Promise<void> {
    return new Promise<void>((resolve) => {
      if (hurry.aborted) return resolve()
      const timer = this.#clock.setTimeout(resolve, delayMs)
      const onAbort = (): void => {
        timer.cancel()
        resolve()
      }
      hurry.addEventListener('abort', onAbort, { once: true })
    })
  }

  /** Waits for all of them, a second at most; when the signal aborts, they are done at once. */
  async end(signal: AbortSignal | undefined): Promise<void> {
    const hurry = (): void => {
      for (const waiting of this.#waiting) waiting.now()
    }
    this.#ending.abort()
    if (signal?.aborted === true) hurry()
    signal?.addEventListener('abort', hurry, { once: true })
    while (this.#waiting.size > 0) await Promise.all([...this.#waiting].map(({ ended }) => ended))
    signal?.removeEventListener('abort', hurry)
  }
}
