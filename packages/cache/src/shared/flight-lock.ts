// One process computes a value at a time: the lock of a key, and those who wait for it.
import type { Clock, ClockTimer, KeyValueCapabilities, Random } from '@keelson/core'
import { createBell } from '../wait/index.ts'
import { lockKey } from './store-keys.ts'
import { GONE, type Gone, type StoreGuard } from './store-guard.ts'

/** What a lock holds after a computation that stored nothing: those who waited compute at once, side by side. */
const NOTHING = Buffer.from('1 nothing', 'latin1')
/** How long that is known, ms. */
const NOTHING_MS = 1_000
const OWNER_BYTES = 12
/** First and longest pause between two looks, ms. */
const FIRST_PAUSE_MS = 10
const LONGEST_PAUSE_MS = 200

/** What is needed. */
export interface LockParts {
  readonly guard: StoreGuard
  readonly clock: Clock
  readonly random: Random
  readonly capabilities: KeyValueCapabilities
  readonly ttlMs: number
}

/** Where a value is. */
export interface LockPlace {
  readonly namespace: string
  readonly key: string
}

/** A lock that is ours. It is renewed until it is released. */
export interface HeldLock {
  /** Whether the store says that it is ours. */
  isOurs(owner: Uint8Array | undefined): boolean
  release(isStored: boolean): Promise<void>
}

/** `theirs`: another process computes; `free`: compute without a lock. */
export type LockAnswer = HeldLock | 'theirs' | 'free'

/** Locks of keys in the shared store. */
export class FlightLocks {
  readonly #parts: LockParts
  readonly #sleepers = new Map<string, Set<() => void>>()

  constructor(parts: LockParts) {
    this.#parts = parts
  }

  async take(place: LockPlace): Promise<LockAnswer | Gone> {
    const { guard, random, capabilities, ttlMs } = this.#parts
    if (!capabilities.add) return 'free'
    const key = lockKey(place.namespace, place.key)
    const owner = Buffer.from(`1 ${Buffer.from(random.bytes(OWNER_BYTES)).toString('base64url')}`, 'latin1')
    const isAdded = await guard.use((store) => store.add(key, owner, { ttlMs }))
    if (isAdded === GONE) return GONE
    if (isAdded) return this.#hold(key, owner)
    const there = await guard.use((store) => store.get(key))
    if (there === GONE) return GONE
    return there !== undefined && NOTHING.equals(there) ? 'free' : 'theirs'
  }

  #hold(key: string, owner: Buffer): HeldLock {
    const { guard, clock, capabilities, ttlMs } = this.#parts
    let timer: ClockTimer | undefined
    const renew = async (): Promise<void> => {
      if (capabilities.compareAndSet)
        await guard.use((store) => store.compareAndSet(key, { expected: owner, next: owner, ttlMs }))
      else if (capabilities.touch) await guard.use((store) => store.touch(key, ttlMs))
    }
    const schedule = (): void => {
      timer = clock.setTimeout(
        () => {
          schedule()
          void renew()
        },
        ttlMs / 3,
        { unref: true },
      )
    }
    schedule()
    return {
      isOurs: (there) => there !== undefined && owner.equals(there),
      release: async (isStored) => {
        timer?.cancel()
        if (!capabilities.compareAndSet) return void (await guard.use((store) => store.delete(key)))
        const change = isStored
          ? { expected: owner, next: undefined }
          : { expected: owner, next: NOTHING, ttlMs: NOTHING_MS }
        await guard.use((store) => store.compareAndSet(key, change))
      },
    }
  }

  /** Waits until it is worth to look again: a little longer each time, or until somebody says so. */
  async pause(place: LockPlace, times: number, signal: AbortSignal): Promise<void> {
    const key = lockKey(place.namespace, place.key)
    const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(times, 10))
    signal.throwIfAborted()
    const sleepers = this.#sleepers.get(key) ?? new Set()
    this.#sleepers.set(key, sleepers)
    const bell = createBell()
    sleepers.add(bell.ring)
    signal.addEventListener('abort', bell.ring, { once: true })
    const timer = this.#parts.clock.setTimeout(bell.ring, pauseMs, { unref: true })
    await bell.rung()
    timer.cancel()
    signal.removeEventListener('abort', bell.ring)
    sleepers.delete(bell.ring)
    if (sleepers.size === 0 && this.#sleepers.get(key) === sleepers) this.#sleepers.delete(key)
    signal.throwIfAborted()
  }

  /** A value was stored, or will not be. */
  wake(key: string): void {
    for (const wake of this.#sleepers.get(key) ?? []) wake()
  }

  wakeAll(): void {
    for (const key of this.#sleepers.keys()) this.wake(key)
  }
}
