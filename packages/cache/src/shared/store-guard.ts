// On the request path: each call of the shared store goes through here.
import type { Clock, KeyValueStore } from '@keelson/core'
import { PortArgumentError, StoreValueTooLargeError, waitUntil } from '@keelson/core/ports'
import { OtherServerError, type ServerSeal } from './server-seal.ts'

/** What stands for the answer of a store that is gone. */
export const GONE = Symbol('gone')
export type Gone = typeof GONE

export type BreakerState = 'closed' | 'open' | 'half-open'

/** Failures in a row after which the store is left alone; a call that took too long counts for all of them. */
const MAX_FAILURES = 3
/** How long it is left alone, ms: less than the pause between two tries to write what is kept, so that each of these finds out whether it is back. */
const REST_MS = 200

/** Settings of {@link StoreGuard}. */
export interface GuardSettings {
  readonly store: KeyValueStore
  readonly clock: Clock
  readonly timeoutMs: number
  /** Of a store that tells which servers hold it. */
  readonly seal?: ServerSeal | undefined
  /** Called when the state changes; `error` is that which opened it. */
  readonly onState: (state: BreakerState, error?: unknown) => void
  /** Called for each failure. */
  readonly onFailure: (error: unknown) => void
}

/** The shared store with a time for each call, and a breaker: while it is gone nobody waits for it. */
export class StoreGuard {
  readonly #settings: GuardSettings
  #state: BreakerState = 'closed'
  #failures = 0
  #restsUntil = 0

  constructor(settings: GuardSettings) {
    this.#settings = settings
  }

  get state(): BreakerState {
    return this.#state
  }

  /** Calls the store. Never rejects: {@link GONE} stands for a failure. */
  async use<T>(work: (store: KeyValueStore) => Promise<T>): Promise<T | Gone> {
    if (this.#state !== 'closed' && !this.#isTried()) return GONE
    try {
      const result = await this.#inTime(work)
      this.#succeed()
      return result
    } catch (error) {
      this.#fail(error)
      return GONE
    }
  }

  /** One call finds out whether it is back. */
  #isTried(): boolean {
    if (this.#state === 'half-open' || this.#settings.clock.monotonic() < this.#restsUntil) return false
    this.#become('half-open')
    return true
  }

  #inTime<T>(work: (store: KeyValueStore) => Promise<T>): Promise<T> {
    const { store, clock, timeoutMs: limitMs, seal } = this.#settings
    const call = seal === undefined ? work : (one: KeyValueStore) => seal.around(one, work)
    const late = (): Error => {
      this.#failures = MAX_FAILURES
      return new Error(`The shared store did not answer within ${limitMs} ms.`)
    }
    return waitUntil(() => call(store), { limit: { clock, limitMs, late, unref: true } })
  }

  #succeed(): void {
    this.#failures = 0
    if (this.#state !== 'closed') this.#become('closed')
  }

  #fail(error: unknown): void {
    // The store is there; what it said was of a connection that was not looked at.
    if (error instanceof OtherServerError) return this.#succeed()
    this.#settings.onFailure(error)
    // The call was wrong, not the store.
    if (isOfCall(error)) return this.#succeed()
    this.#failures++
    if (this.#state === 'closed' && this.#failures < MAX_FAILURES) return
    this.#restsUntil = this.#settings.clock.monotonic() + REST_MS
    if (this.#state !== 'open') this.#become('open', error)
  }

  #become(state: BreakerState, error?: unknown): void {
    this.#state = state
    this.#settings.onState(state, error)
  }
}

function isOfCall(error: unknown): boolean {
  return StoreValueTooLargeError.is(error) || PortArgumentError.is(error)
}
