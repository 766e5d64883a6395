import type { SchemaLike } from '@keelson/core'
import type { Frozen } from './frozen.ts'
import type { CacheKey } from './key.ts'

/** Turns values into bytes and back, where JSON does not do. */
export interface Serializer {
  /** Synchronous; a text counts as UTF-8. */
  serialize(value: unknown): string | Uint8Array
  /** Gives a new value. What it throws is a miss, and logged. */
  deserialize(bytes: Uint8Array): unknown
}

/** Options of a namespace. */
export interface NamespaceOptions<T = unknown> {
  /**
   * What the values are, TypeBox or a Standard Schema that validates synchronously. A stored value that does not fit is a miss. Undeclared
   * members are dropped, defaults added. Default: values are not checked.
   */
  readonly schema?: SchemaLike | undefined
  /** How long a value is fresh, ms, at most 100 years; a function is given the value. */
  readonly ttlMs: number | ((value: Frozen<T>) => number)
  /** How long a value that is not fresh any more may be served, ms, counted from then: while a new one is computed, and where that fails. Default 0. */
  readonly graceMs?: number | undefined
  /** How long a caller waits for a new value where there is a stale one, ms. Default 0: the stale one at once, the new one for the next. It needs `graceMs`. */
  readonly softTimeoutMs?: number | undefined
  /** How long a factory may take, ms, also within a transaction: then its signal aborts, and those who wait get `ERR_CACHE_TIMEOUT`. Default 30,000. */
  readonly hardTimeoutMs?: number | undefined
  /** How long `undefined` and `null` of a factory are kept, ms. Default: not at all. */
  readonly negativeTtlMs?: number | undefined
  /**
   * How long a factory that failed is not asked again while there is a stale value, ms; doubled with each further failure, up to 32 times.
   * Default 1,000. It needs `graceMs`.
   */
  readonly backOffMs?: number | undefined
  /** By which part `ttlMs` is shortened at most, at random, so that what was stored together does not expire together; 0 to 0.9. Default 0.1. */
  readonly jitter?: number | undefined
  /** At most 16 tags of each value: a list, or a function of the value. With a list a hit of the shared store is one round trip. */
  readonly tags?: readonly string[] | ((value: Frozen<T>) => readonly string[]) | undefined
  /**
   * What readers get: `frozen`, one value that all share, and nobody can change; `copied`, a copy for each, which it may change. Default `frozen`; with a
   * `serializer` `copied`, since nothing freezes a `Date`, a `Map` or bytes: say `frozen` there only where nobody changes them.
   */
  readonly reads?: 'frozen' | 'copied' | undefined
  /** Largest value that is stored, bytes of its JSON text. Default that of the cache. */
  readonly maxEntryBytes?: number | undefined
  /** How long a value of the shared store is kept in the process, ms; 0 for not at all. Default that of the cache. */
  readonly memoryTtlMs?: number | undefined
  /** Default JSON. */
  readonly serializer?: Serializer | undefined
}

/** What operations take. */
export interface CacheCallOptions {
  /** Ends the wait: the promise rejects with the signal's reason. Default: the signal of the frame. */
  readonly signal?: AbortSignal | undefined
}

/** How one value is stored; what is absent is as the namespace says. */
export interface CacheWriteOptions {
  /** How long the value is fresh, ms, at most 100 years. */
  readonly ttlMs?: number | undefined
  /** How long it may be served when it is not fresh any more, ms. */
  readonly graceMs?: number | undefined
  /** Instead of those of the namespace. */
  readonly tags?: readonly string[] | undefined
}

/** What `set` and `getOrSet` take. */
export interface CacheSetOptions extends CacheCallOptions, CacheWriteOptions {}

/** What a factory says of its value. */
export interface FactoryDecision extends CacheWriteOptions {
  /** Whether the value is stored. Default true. */
  readonly isStored?: boolean | undefined
}

/** What a factory is called with. */
export interface FactoryRun<T> {
  /** Aborts after `hardTimeoutMs`, and when nobody waits any more. */
  readonly signal: AbortSignal
  /** The value that is not fresh any more, if there is one. */
  readonly stale: Frozen<T> | undefined
  /** Says how this value is stored, as what was computed shows it. A second call adds to the first. */
  decide(options: FactoryDecision): void
}

/** Computes a value. It belongs to no request: it runs in a frame of its own. Called within a transaction, it runs there, and its value is not kept. */
export type Factory<T, TMade extends Frozen<T> | undefined | null = Frozen<T>> = (
  run: FactoryRun<T>,
) => TMade | Promise<TMade>

/** One value of `setMany`. */
export interface CacheEntryInput<T> extends CacheWriteOptions {
  readonly key: CacheKey
  readonly value: Frozen<T>
}

/**
 * Values of one kind, kept under keys. `TRead` is what readers get: frozen, but with `reads: 'copied'`.
 *
 * No operation fails because the shared store does: a read is a miss then, and a write is dropped, or fails with `onWriteFailure: 'throw'`.
 */
export interface Namespace<T, TRead = Frozen<T>> {
  readonly name: string

  /** The value, if there is a fresh one. */
  get(key: CacheKey, options?: CacheCallOptions): Promise<TRead | undefined>

  /** The value, if there is a fresh one in this process. */
  peek(key: CacheKey): TRead | undefined

  /**
   * The value, computed if there is not a fresh one: by one factory at a time in the process, and with a shared store in all processes.
   *
   * @throws what the factory throws, where there is no stale value; `ERR_CACHE_TIMEOUT` after `hardTimeoutMs`; the reason of an aborted signal
   */
  getOrSet<TMade extends Frozen<T> | undefined | null>(
    key: CacheKey,
    factory: Factory<T, TMade>,
    options?: CacheSetOptions,
  ): Promise<TRead | Extract<TMade, undefined | null>>

  /**
   * Stores a copy of a value. Within a transaction after its commit.
   *
   * @throws {CacheValueError} `ERR_CACHE_VALUE` for what JSON cannot hold, or the schema does not take
   */
  set(key: CacheKey, value: Frozen<T>, options?: CacheSetOptions): Promise<void>

  /** Within a transaction after its commit. */
  delete(key: CacheKey, options?: CacheCallOptions): Promise<void>

  /** As `delete`, of many in one round trip. */
  deleteMany(keys: readonly CacheKey[], options?: CacheCallOptions): Promise<void>

  /** Fresh values in the order of the keys; one round trip. */
  getMany(keys: readonly CacheKey[], options?: CacheCallOptions): Promise<(TRead | undefined)[]>

  /** As `set`; of a repeated key the last one stays. */
  setMany(entries: readonly CacheEntryInput<T>[], options?: CacheCallOptions): Promise<void>

  /** Makes a miss of all values of the namespace, in all processes, by one write. Within a transaction after its commit. */
  clear(options?: CacheCallOptions): Promise<void>
}
