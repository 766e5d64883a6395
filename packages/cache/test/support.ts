// Caches for tests: several over one store stand for several processes.
import type { Bus, KeyValueStore } from '@keelson/core'
import {
  createFakeClock,
  createMemoryBus,
  createMemoryCacheStore,
  createSeededRandom,
  type FakeClock,
} from '@keelson/core/ports'
import { createMemoryLogger, type MemoryLog } from '@keelson/testing'
import { createCache, type Cache, type CreateCacheOptions } from '../src/index.ts'

/** Processes that share a store and a bus. */
export interface Fleet {
  readonly clock: FakeClock
  readonly store: CountingStore
  readonly bus: Bus
  readonly log: MemoryLog
  /** Starts another process. */
  join(options?: CreateCacheOptions): Cache
}

/** A store that counts round trips, and can be cut. */
export interface CountingStore extends KeyValueStore {
  readonly calls: string[]
  /** Whether calls fail. */
  isGone: boolean
  /** Called before a call. */
  onCall: (name: string) => void
  /** Whether calls are never answered. */
  isStalled: boolean
}

/** The store in the process, which stands for that of a server here. */
export function countingStore(inner: KeyValueStore): CountingStore {
  const own = { calls: [] as string[], isGone: false, isStalled: false, onCall: (_name: string): void => {} }
  return new Proxy(own as unknown as CountingStore, {
    get: (_target, name: keyof CountingStore & string) => {
      if (name === 'capabilities') return { ...inner.capabilities, shared: true }
      if (name in own) return own[name as keyof typeof own]
      const member: unknown = inner[name as keyof KeyValueStore]
      if (typeof member !== 'function' || name === 'close') return member
      return async (...given: readonly unknown[]) => {
        own.calls.push(name)
        own.onCall(name)
        if (own.isStalled) await new Promise<never>(() => {})
        if (own.isGone) throw new Error('The store is gone.')
        return (member as (...all: readonly unknown[]) => unknown).apply(inner, [...given])
      }
    },
    set: (_target, name, value) => Reflect.set(own, name, value),
  })
}

/** A clock, a store and a bus. */
export function fleet(): Fleet {
  const clock = createFakeClock()
  const store = countingStore(createMemoryCacheStore({ clock }))
  const bus = createMemoryBus()
  const log = createMemoryLogger()
  let count = 0
  return {
    clock,
    store,
    bus,
    log,
    join: (options = {}) =>
      createCache({
        clock,
        random: createSeededRandom(++count),
        log: log.log,
        shared: { store, bus },
        ...options,
      }),
  }
}

/** A promise, and what settles it. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** A promise that the test settles. */
export function deferred<T = void>(): Deferred<T> {
  let [resolve, reject]: [Deferred<T>['resolve'], Deferred<T>['reject']] = [() => {}, () => {}]
  const promise = new Promise<T>((...both) => {
    ;[resolve, reject] = both
  })
  return { promise, resolve, reject }
}

/** Lets everything go on that waits for nothing. */
export async function turns(count = 20): Promise<void> {
  for (let at = 0; at < count; at++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Lets time pass until something is done. */
export async function passing<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = work.finally(() => {
    isDone = true
  })
  for (let times = 0; !isDone && times < 1_000; times++) {
    await turns(1)
    if (!isDone) await clock.advance(10)
  }
  if (!isDone) throw new Error('It is not done after 10 s.')
  return done
}
