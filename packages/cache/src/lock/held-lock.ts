import type { Clock, ClockTimer, KeyValueStore } from '@keelson/core'
import type { Lock } from './contract.ts'
import { LockLostError } from './errors.ts'

/** Parts of a {@link HeldLock}. */
export interface HeldParts {
  readonly name: string
  /** In the store. */
  readonly key: string
  readonly store: KeyValueStore
  readonly clock: Clock
  readonly owner: Uint8Array
  readonly ttlMs: number
  readonly fence: number | undefined
  /** When it was asked for, by the clock's `monotonic`: its time counts from then, since the store's began later. */
  readonly askedAt: number
  /** Called once, when it is released or lost. */
  readonly onEnd: (lock: HeldLock) => void
  /** Called when the store has released it. */
  readonly onFree: () => void
}

/** Part of the time that is not trusted: clocks of two machines do not run equally fast. */
const MARGIN = 0.02
/** How long after a renewal that failed the next one is tried, in parts of the time. */
const RETRY = 0.1

/** A lock as its owner holds it: renewed, until it is released or lost. */
export class HeldLock implements Lock {
  readonly name: string
  readonly fence: number | undefined
  readonly #parts: HeldParts
  readonly #lost = new AbortController()
  #heldUntil: number
  #renewal: ClockTimer | undefined
  #end: ClockTimer | undefined
  #released: Promise<boolean> | undefined

  constructor(parts: HeldParts) {
    this.name = parts.name
    this.fence = parts.fence
    this.#parts = parts
    this.#heldUntil = this.#endOf(parts.askedAt)
    this.#watchEnd()
    this.#renewIn(parts.ttlMs / 3)
  }

  get signal(): AbortSignal {
    return this.#lost.signal
  }

  assertHeld(): void {
    this.signal.throwIfAborted()
    if (this.#parts.clock.monotonic() >= this.#heldUntil) this.lose('it was not renewed in time')
    this.signal.throwIfAborted()
    if (this.#released !== undefined) throw this.#lostBecause('it was released')
  }

  release(): Promise<boolean> {
    return (this.#released ??= this.#release())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // It is free after its time, and the work under it was done: no reason to fail it.
    await this.release().catch(() => {})
  }

  /** Releases it for an owner that is told to stop. */
  async revoke(): Promise<void> {
    const released = this.release()
    this.#lost.abort(this.#lostBecause('the locks were closed'))
    await released.catch(() => {})
  }

  /** Ends it as lost. */
  lose(why: string): void {
    if (this.signal.aborted || this.#released !== undefined) return
    this.#stop()
    this.#lost.abort(this.#lostBecause(why))
  }

  #lostBecause(why: string): Error {
    return new LockLostError({ message: `The lock '${this.name}' was lost: ${why}.` })
  }

  async #release(): Promise<boolean> {
    const { store, owner, key, onFree } = this.#parts
    this.#stop()
    if (this.signal.aborted) return false
    const isOurs = await store.compareAndSet(key, { expected: owner, next: undefined })
    if (isOurs) onFree()
    return isOurs
  }

  #stop(): void {
    this.#renewal?.cancel()
    this.#end?.cancel()
    this.#parts.onEnd(this)
  }

  #endOf(askedAt: number): number {
    return askedAt + this.#parts.ttlMs * (1 - MARGIN)
  }

  #watchEnd(): void {
    const { clock } = this.#parts
    this.#end?.cancel()
    const leftMs = Math.max(0, this.#heldUntil - clock.monotonic())
    this.#end = clock.setTimeout(() => this.lose('it was not renewed in time'), leftMs, { unref: true })
  }

  #renewIn(delayMs: number): void {
    this.#renewal = this.#parts.clock.setTimeout(() => void this.#renew(), delayMs, { unref: true })
  }

  async #renew(): Promise<void> {
    const { store, clock, owner, ttlMs, key } = this.#parts
    const askedAt = clock.monotonic()
    let isOurs: boolean
    try {
      isOurs = await store.compareAndSet(key, { expected: owner, next: owner, ttlMs })
    } catch {
      // The store is gone. It may be back before the time is over; if not, the end is watched.
      if (this.#isEnded) return
      return this.#renewIn(ttlMs * RETRY)
    }
    if (this.#isEnded) return
    if (!isOurs) return this.lose('somebody else took it, or the store forgot it')
    this.#heldUntil = this.#endOf(askedAt)
    this.#watchEnd()
    this.#renewIn(ttlMs / 3)
  }

  get #isEnded(): boolean {
    return this.signal.aborted || this.#released !== undefined
  }
}
