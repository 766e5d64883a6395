import type { Random } from '@keelson/core'
import type { OnLost } from './session.ts'

/** What is connected. */
interface Connected {
  end(): void
}

/** Parts of a {@link Reconnecting}. */
export interface ReconnectingParts<T> {
  /** One attempt; the signal ends it. */
  readonly connect: (signal: AbortSignal, onLost: OnLost) => Promise<T>
  /** Called with each connection, when it has become the current one. */
  readonly onUp?: ((connected: T) => void) | undefined
  /** Longest attempt, handshake included. */
  readonly connectTimeoutMs: number
  readonly random: Random
}

/** Longest pause between two attempts: it is back within a second after the server is. */
const LONGEST_PAUSE_MS = 500
const FIRST_PAUSE_MS = 20

/**
 * Keeps one connection, and makes a new one each time it is lost, with growing pauses that differ between processes. Drivers could
 * do that themselves, but each in its own way, and none bounds the handshake.
 */
export class Reconnecting<T extends Connected> {
  readonly #parts: ReconnectingParts<T>
  #current: T | undefined
  #failure: unknown
  #failures = 0
  #hasBeenUp = false
  #attempt: AbortController | undefined
  #timer: NodeJS.Timeout | undefined
  #first: Promise<void> | undefined
  #isClosed = false

  constructor(parts: ReconnectingParts<T>) {
    this.#parts = parts
  }

  /** The connection; undefined while there is none. */
  get current(): T | undefined {
    return this.#current
  }

  /** Why there is none. */
  get failure(): unknown {
    return this.#failure
  }

  get hasBegun(): boolean {
    return this.#first !== undefined
  }

  get hasBeenUp(): boolean {
    return this.#hasBeenUp
  }

  /** Begins, once. Resolves when the first attempt has ended, well or not. */
  begin(): Promise<void> {
    if (this.#isClosed) return Promise.resolve()
    return (this.#first ??= this.#try())
  }

  /** Ends a connection that is of no use any more, and makes a new one. */
  lose(connected: T, error: unknown): void {
    if (this.#current !== connected) return
    this.#current = undefined
    this.#failure = error
    connected.end()
    this.#again()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#attempt?.abort(new Error('It was closed.'))
    this.#current?.end()
    this.#current = undefined
  }

  #again(): void {
    if (this.#isClosed) return
    const longest = Math.min(FIRST_PAUSE_MS * 2 ** this.#failures, LONGEST_PAUSE_MS)
    const pauseMs = longest / 2 + this.#parts.random.int(Math.ceil(longest / 2))
    this.#timer = setTimeout(() => void this.#try(), pauseMs)
  }

  async #try(): Promise<void> {
    const { connect, connectTimeoutMs, onUp } = this.#parts
    const attempt = new AbortController()
    this.#attempt = attempt
    const late = new Error(`It did not answer within ${connectTimeoutMs} ms.`)
    const timer = setTimeout(() => attempt.abort(late), connectTimeoutMs)
    let connected: T | undefined
    let lost: { readonly error: unknown } | undefined
    try {
      connected = await connect(attempt.signal, (error) => {
        lost ??= { error }
        if (connected !== undefined) this.lose(connected, error)
      })
      attempt.signal.throwIfAborted()
      // It may have been lost between the handshake and this line.
      if (lost !== undefined) throw lost.error
      this.#current = connected
      this.#failures = 0
      this.#hasBeenUp = true
    } catch (error) {
      connected?.end()
      connected = undefined
      this.#failure = error
      this.#failures++
      this.#again()
    } finally {
      clearTimeout(timer)
    }
    if (connected !== undefined) onUp?.(connected)
  }
}
