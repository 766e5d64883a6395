import type { Bus, Health, KeyValueStore } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { REDIS_TIER_OPTIONS, settingsOf, type RedisTierOptions } from './redis-options.ts'
import { RedisParts } from './redis-parts.ts'
import type { RedisSource } from './redis-source.ts'

/** What stands behind a cache. */
export interface RedisTier extends AsyncDisposable {
  /** It may evict, and be gone: for what can be had again. */
  readonly store: KeyValueStore
  readonly bus: Bus
  /** The same behind another prefix, as the plugin of the cache takes it for its app; none where `redis()` was given one. */
  readonly withPrefix: ((prefix: string) => RedisTier) | undefined
  /** Connects; without it the first call does. @throws {RedisUnavailableError} when Redis cannot be reached, and is required */
  open(signal?: AbortSignal): Promise<void>
  /** State of both connections. */
  health(signal?: AbortSignal): Promise<Health>
  /** Waits for what runs, within its limits, and ends both connections. */
  close(signal?: AbortSignal): Promise<void>
}

/**
 * Redis behind a cache: a store that may evict, and a bus that tells other processes what to forget. Set `maxmemory` there, and a
 * `maxmemory-policy` such as `allkeys-lru`. A server that was restarted, or has taken over, may have what was invalidated since: all that a
 * cache has there is a miss then. `INFO` tells it; without it each connection counts as that of another server.
 *
 * @param source - `redis://user:password@127.0.0.1:6379/0`, `rediss://` with TLS, or a client of ioredis or redis: single, sentinel, cluster
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid source or option
 * @example
 * const tier = redis('redis://127.0.0.1:6379')
 * const app = createApp({ name: 'shop', routes: {}, plugins: [cache(tier)] })
 */
export function redis(source: RedisSource, options: RedisTierOptions = {}): RedisTier {
  checkOptions(REDIS_TIER_OPTIONS, options, { name: 'redis', below: redis })
  const use = { place: 'redis()', keeps: false, isAlone: false }
  return new RedisParts(source, settingsOf(options), use)
}
