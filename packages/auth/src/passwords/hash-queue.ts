// Hashing is made to be slow: without a bound a few hundred sign-ins would take all memory and all threads of the process.
import { currentFrame, ServiceUnavailableError } from '@keelson/core'

/** Lets a few run at once and a few more wait, in order. */
export class HashQueue {
  readonly #maxConcurrent: number
  readonly #maxQueued: number
  readonly #waiting = new Set<() => void>()
  #running = 0

  constructor({ maxConcurrent, maxQueued }: { readonly maxConcurrent: number; readonly maxQueued: number }) {
    this.#maxConcurrent = maxConcurrent
    this.#maxQueued = maxQueued
  }

  /**
   * Runs work in its turn. While it waits, the end of the request around ends the wait.
   *
   * @throws {ServiceUnavailableError} 503 with `retry-after` where too many wait already
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  async #enter(): Promise<void> {
    const signal = currentFrame()?.signal
    signal?.throwIfAborted()
    if (this.#running < this.#maxConcurrent) {
      this.#running++
      return
    }
    if (this.#waiting.size >= this.#maxQueued)
      throw new ServiceUnavailableError('Too many passwords are being hashed.', {
        retryAfterSeconds: 1,
        cause: new Error(
          `${this.#running} hashes run and ${this.#waiting.size} wait. Raise maxConcurrent or maxQueued of Passwords, or limit the route.`,
        ),
      })
    await this.#turn(signal)
  }

  #turn(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', leave)
        resolve()
      }
      const leave = (): void => {
        this.#waiting.delete(go)
        reject(signal?.reason as Error)
      }
      this.#waiting.add(go)
      signal?.addEventListener('abort', leave, { once: true })
    })
  }

  /** Who is next takes over the place: nobody who comes now passes those who wait. */
  #leave(): void {
    const [next] = this.#waiting
    if (next === undefined) {
      this.#running--
      return
    }
    this.#waiting.delete(next)
    next()
  }
}
