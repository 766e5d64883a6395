import type { Bus, Clock, KeyValueStore, Random } from '@keelson/core'

/** What `lock` takes. */
export interface LockOptions {
  /**
   * After which time the lock of a process that has died is free, ms. It is renewed each third of it while it is held. From 100 to a day;
   * default 10,000.
   */
  readonly ttlMs?: number | undefined
  /** How long it is waited for, ms. Default 0: one try. */
  readonly waitMs?: number | undefined
  /** Ends the wait: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** A lock that is held. `await using` releases it. */
export interface Lock extends AsyncDisposable {
  readonly name: string
  /**
   * Aborts with {@link LockLostError} when the lock was lost: it could not be renewed, or somebody else has it. Give it to what is done
   * under the lock. A process that was stopped meanwhile is late to know: see `fence`.
   */
  readonly signal: AbortSignal
  /**
   * Larger than that of everybody who held a lock of this store before: what is written to should refuse a smaller one than it has seen.
   * `undefined` where the store may evict, and the number with it.
   */
  readonly fence: number | undefined
  /** @throws {LockLostError} `ERR_CACHE_LOCK_LOST` when the time of the lock is over, also where no timer could say so yet */
  assertHeld(): void
  /**
   * Releases it, if it is still ours. A second call does nothing.
   *
   * @returns whether it was still ours: what was done under it was done alone
   * @throws when the store is gone; the lock is free after `ttlMs`. Leaving `await using` does not throw for that
   */
  release(): Promise<boolean>
}

/** Locks by name, over a store that all share. `await using` closes them. */
export interface Locks extends AsyncDisposable {
  /**
   * Takes a lock.
   *
   * @param name - 1 to 400 bytes of UTF-8
   * @throws {LockTakenError} `ERR_CACHE_LOCK_TAKEN` when somebody else holds it, after `waitMs`; what the store throws; the reason of an
   *   aborted signal
   */
  lock(name: string, options?: LockOptions): Promise<Lock>
  /** Does work under a lock, and releases it. @throws what `lock` and the work throw */
  run<T>(name: string, work: (lock: Lock) => T | Promise<T>, options?: LockOptions): Promise<T>
  /** Releases those that are held, which `signal` is told by {@link LockLostError}. */
  close(): Promise<void>
}

/** What `createLocks` takes. */
export interface LocksOptions {
  /** Has `add` and `compareAndSet`. On one that may evict, a lock may be lost at any time. */
  readonly store: KeyValueStore
  /** Tells those who wait that a lock is free. Default: they look again and again. */
  readonly bus?: Bus | undefined
  /** Says how long a lock is held. Default: that of the system. */
  readonly clock?: Clock | undefined
  /** Makes ids, and pauses between tries. Default: that of the system. */
  readonly random?: Random | undefined
}
