import { checkCallOptions, withDefaults } from '@keelson/core/options'
import type { Bus, Clock, KeyValueStore, Random } from '@keelson/core'
import { PortArgumentError, PortClosedError } from '@keelson/core/ports'
import type { Lock, LockOptions, Locks } from './contract.ts'
import { LockTakenError } from './errors.ts'
import { HeldLock } from './held-lock.ts'
import { LOCK_OPTIONS, type LockSettings } from './options.ts'
import { topicOf, waitForFree } from './wait-for-free.ts'

/** Parts of {@link LiveLocks}. */
export interface LiveParts {
  /** The scope of the locks. */
  readonly store: KeyValueStore
  readonly bus: Bus | undefined
  readonly clock: Clock
  readonly random: Random
}

const OWNER_BYTES = 18
const MAX_NAME_BYTES = 400
/** Counts all locks of a store: a number for each name would stay for ever, for each name that there ever was. */
const FENCE_KEY = 'fence'

/** Locks over a store. */
export class LiveLocks implements Locks {
  readonly #parts: LiveParts
  readonly #held = new Set<HeldLock>()
  #isClosed = false

  constructor(parts: LiveParts) {
    this.#parts = parts
  }

  async lock(name: string, options: LockOptions = {}): Promise<Lock> {
    checkCallOptions(LOCK_OPTIONS, options, { name: 'lock', below: this.lock })
    assertName(name)
    const { ttlMs, waitMs, signal } = withDefaults<LockSettings>(LOCK_OPTIONS, options)
    signal?.throwIfAborted()
    const { clock } = this.#parts
    const until = clock.monotonic() + waitMs
    const owner = this.#newOwner()
    let taken = await this.#take(name, owner, ttlMs)
    if (taken !== undefined) return taken
    for await (const _ of waitForFree({ ...this.#parts, name, until, signal })) {
      taken = await this.#take(name, owner, ttlMs)
      if (taken !== undefined) return taken
    }
    throw new LockTakenError({ message: `Somebody else holds the lock '${name}', after ${waitMs} ms.` })
  }

  async run<T>(name: string, work: (lock: Lock) => T | Promise<T>, options?: LockOptions): Promise<T> {
    const lock = await this.lock(name, options)
    try {
      return await work(lock)
    } finally {
      await lock[Symbol.asyncDispose]()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#held].map((lock) => lock.revoke()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #take(name: string, owner: Uint8Array, ttlMs: number): Promise<Lock | undefined> {
    this.#assertOpen()
    const { store, clock, bus } = this.#parts
    const key = `name:${name}`
    const askedAt = clock.monotonic()
    try {
      if (!(await store.add(key, owner, { ttlMs }))) return undefined
      const fence = await this.#drawFence()
      const onEnd = (ended: HeldLock): void => void this.#held.delete(ended)
      const onFree = (): void => void bus?.publish(topicOf(name), new Uint8Array()).catch(() => {})
      const lock = new HeldLock({ name, key, store, clock, owner, ttlMs, fence, askedAt, onEnd, onFree })
      this.#assertOpen()
      this.#held.add(lock)
      // Its time may be over: somebody else may hold it, with a fence that was drawn before this one.
      lock.assertHeld()
      return lock
    } catch (error) {
      // What got no answer may have been done, and nobody would hold it until its time is over.
      store.compareAndSet(key, { expected: owner, next: undefined }).catch(() => {})
      throw error
    }
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new PortClosedError('The locks are closed.')
  }

  /** After it was taken, so that who takes it later draws a larger one. */
  async #drawFence(): Promise<number | undefined> {
    const { store } = this.#parts
    const { keeps, increment } = store.capabilities
    return keeps && increment ? store.increment(FENCE_KEY, 1) : undefined
  }

  #newOwner(): Uint8Array {
    const random = Buffer.from(this.#parts.random.bytes(OWNER_BYTES)).toString('base64url')
    return Buffer.from(`1 ${random}`, 'latin1')
  }
}

function assertName(name: string): void {
  if (typeof name !== 'string' || name === '' || Buffer.byteLength(name) > MAX_NAME_BYTES)
    throw new PortArgumentError(`The name of a lock must be a text of 1 to ${MAX_NAME_BYTES} bytes in UTF-8.`)
}
