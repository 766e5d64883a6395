import { fault, type ClientError } from './client-error.ts'

/** What a call may wait for. */
export interface Limits {
  /** Operation id, for the message. */
  readonly name: string
  /** 0 for no limit. */
  readonly timeoutMs: number
  /** The caller's. */
  readonly signal: AbortSignal | undefined
}

/** The limits of one running call. */
export class Deadline {
  /** When the time is over, ms of `performance.now()`. */
  readonly expiresAt: number
  readonly signal: AbortSignal
  /** Rejects when a limit is reached. */
  readonly broken: Promise<never>
  readonly #outer: AbortSignal | undefined
  readonly #onAbort: () => void
  readonly #timer: ReturnType<typeof setTimeout> | undefined

  constructor({ name, timeoutMs, signal }: Limits) {
    const controller = new AbortController()
    this.signal = controller.signal
    this.#outer = signal
    let reject: (reason: unknown) => void
    this.broken = new Promise((_, fail) => (reject = fail))
    // Nobody may be waiting for it yet, or any more.
    this.broken.catch(() => undefined)
    const end = (reason: unknown): void => {
      controller.abort(reason)
      reject(reason)
    }
    this.#onAbort = () => end(signal?.reason)
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    this.expiresAt = timeoutMs > 0 ? performance.now() + timeoutMs : Infinity
    // A longer delay than a timer can hold would fire at once.
    this.#timer =
      timeoutMs > 0
        ? setTimeout(() => end(timeoutError(name, timeoutMs)), Math.min(timeoutMs, 0x7fffffff))
        : undefined
  }

  /** The time is no longer limited, the caller's signal still counts. */
  stopTimer(): void {
    clearTimeout(this.#timer)
  }

  /** Nothing is limited any more. */
  release(): void {
    this.stopTimer()
    this.#outer?.removeEventListener('abort', this.#onAbort)
  }
}

/** A wait that reached its limit. */
export function timeoutError(name: string, timeoutMs: number): ClientError {
  return fault('TIMEOUT', { name, detail: `no answer within ${timeoutMs} ms.` })
}
