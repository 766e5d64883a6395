import type { Bus, Clock, Health, KeyValueStore, Logger, OutputOf, Random, SchemaLike } from '@keelson/core'
import type { Lock, LockOptions } from '../lock/index.ts'
import type { CacheKey } from './key.ts'
import type { CacheCallOptions, Namespace, NamespaceOptions, Serializer } from './namespace.ts'

/** What stands behind the memory of a process, and is seen by all processes. `redis(url)` makes one; `{ store }` will do. */
export interface SharedTier {
  /** It may evict. What it cannot do (`add`, `compareAndSet`) is not used. */
  readonly store: KeyValueStore
  /** Carries invalidations to other processes. Without it they see one after `memoryTtlMs` at most. */
  readonly bus?: Bus | undefined
  /** The same behind a prefix for its keys and topics, which the plugin takes of the name of its app. None where it has one of its own. */
  readonly withPrefix?: ((prefix: string) => SharedTier) | undefined
  /** Connects, before an app takes requests; a rejection stops its start. Without it the first call connects. */
  open?(signal: AbortSignal): Promise<void> | void
  /** State of the engine, for the detail of the health route. */
  health?(signal: AbortSignal): Promise<Health> | Health
  /** Called when the cache has closed. */
  close?(): Promise<void> | void
}

/** Options of a cache: what stands behind it, limits and defaults. */
export interface CacheOptions {
  /**
   * What stands behind the memory of the process: `redis(url)`, or `{ store }`. Default: memory alone; of the plugin what is bound to `CACHE_STORE` and
   * to `BUS`, if several processes share it.
   */
  readonly shared?: SharedTier | undefined
  /** Most bytes of the memory of the process, all namespaces together. Default 64 MiB. */
  readonly maxBytes?: number | undefined
  /** Largest value that is stored, bytes of its JSON text, at most `maxBytes`. Default 1 MiB. */
  readonly maxEntryBytes?: number | undefined
  /** How long a value of the shared store is kept in the process, ms. Default 10,000. Without a shared store values stay as long as they last. */
  readonly memoryTtlMs?: number | undefined
  /** From how many bytes on values are compressed in the shared store. Default 16,384. */
  readonly compressAboveBytes?: number | undefined
  /** Default JSON. */
  readonly serializer?: Serializer | undefined
  /** How long a call of the shared store may take, ms. Default 500. */
  readonly storeTimeoutMs?: number | undefined
  /** How long a process that has died keeps the others from computing a value, ms. Default 2,000. */
  readonly lockTtlMs?: number | undefined
  /** How many factories run at once while the shared store is gone. Default 64. */
  readonly maxFallbacks?: number | undefined
  /** What becomes of a value that the shared store does not take: `set` goes on without it, or rejects. Default `drop`. */
  readonly onWriteFailure?: 'drop' | 'throw' | undefined
  /**
   * Says that each process may have values of its own, which an invalidation in another does not reach. Default false: without a shared store the
   * plugin refuses to start in a worker of `node:cluster`, and `keelson check --deploy --replicas 2` finds it.
   */
  readonly isPerProcess?: boolean | undefined
}

/** What a cache outside of an app is made of. */
export interface CreateCacheOptions extends CacheOptions {
  /** Says how old values are. Default: that of the system. */
  readonly clock?: Clock | undefined
  /** Makes ids, and the parts of times that are at random. Default: that of the system. */
  readonly random?: Random | undefined
  /** Where problems are logged. Default: nowhere. */
  readonly log?: Logger | undefined
}

/** A key of a namespace. */
export interface NamespaceKey {
  readonly namespace: Pick<Namespace<never, unknown>, 'name'>
  readonly key: CacheKey
}

/** What `invalidate` takes. */
export interface InvalidateOptions extends CacheCallOptions {
  /** Whether values become stale, which grace still serves, instead of a miss. Default false. */
  readonly isSoft?: boolean | undefined
}

/** Counters of a namespace since its start. */
export interface NamespaceStats {
  /** Fresh values that were given. */
  readonly hits: number
  readonly misses: number
  /** Stale values that were given. */
  readonly stale: number
  /** Callers that waited for a computation that ran already. */
  readonly coalesced: number
  /** Factories that failed, and values that were refused. */
  readonly errors: number
  /** Values that were dropped from memory for room. */
  readonly evictions: number
  /** Values that were too large to store. */
  readonly oversized: number
  /** Values in memory, and their bytes. */
  readonly entries: number
  readonly bytes: number
}

/** State of a cache. */
export interface CacheState {
  /** Of the shared store: `open` while it is gone. */
  readonly breaker: 'closed' | 'open' | 'half-open' | 'none'
  /** Invalidations that the shared store has not taken yet. */
  readonly keptInvalidations: number
  /** By name of the namespace. */
  readonly namespaces: Readonly<Record<string, NamespaceStats>>
}

/** A cache: namespaces over the memory of the process and, if there is one, a shared store. `await using` closes it. */
export interface Cache extends AsyncDisposable {
  /**
   * Makes a namespace, once for each name: the same name with the same options returns the same.
   *
   * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option; `ERR_CACHE_NAMESPACE` for one name with different options
   */
  namespace<const S extends SchemaLike>(
    name: string,
    options: NamespaceOptions<OutputOf<S>> & { readonly schema: S; readonly reads: 'copied' },
  ): Namespace<OutputOf<S>, OutputOf<S>>
  namespace<const S extends SchemaLike>(
    name: string,
    options: NamespaceOptions<OutputOf<S>> & { readonly schema: S; readonly reads?: 'frozen' },
  ): Namespace<OutputOf<S>>
  namespace<T>(
    name: string,
    options: NamespaceOptions<T> & { readonly schema?: undefined; readonly reads: 'copied' },
  ): Namespace<T, T>
  namespace<T>(
    name: string,
    options: NamespaceOptions<T> & { readonly schema?: undefined; readonly reads?: 'frozen' },
  ): Namespace<T>

  /**
   * Makes a miss of all values that carry one of the tags, in all namespaces and processes: one write for each tag, whatever the number of
   * values. Within a transaction after its commit; until then this transaction passes these values by.
   *
   * @returns resolves when the shared store has it, or when it is kept until the store is back
   */
  invalidate(tags: string | readonly string[], options?: InvalidateOptions): Promise<void>

  /**
   * Deletes values of any namespaces of this cache, in one round trip. Within a transaction after its commit.
   *
   * @throws {ArgumentError} `ERR_CORE_ARGUMENT` for a namespace that another cache has made
   * @example
   * await kept.deleteMany([{ namespace: prices, key: 'p1' }, { namespace: orders, key: 7 }])
   */
  deleteMany(keys: readonly NamespaceKey[], options?: CacheCallOptions): Promise<void>

  /**
   * Takes a lock in the shared store, or in the process where there is none. A store that may evict may forget it, and two hold it then: such a
   * lock saves work, and protects nothing. For what must not be done twice take `LOCKS`, which are over `KEY_VALUE_STORE`.
   *
   * @throws {LockTakenError} `ERR_CACHE_LOCK_TAKEN` when somebody else holds it, after `waitMs`; what the store throws
   */
  lock(name: string, options?: LockOptions): Promise<Lock>

  state(): CacheState

  /** Waits for computations that run, until the signal aborts. A second call does nothing. */
  close(options?: CacheCallOptions): Promise<void>
}
