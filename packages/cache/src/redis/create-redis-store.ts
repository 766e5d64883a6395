import type { Bus, KeyValueStore } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import {
  REDIS_BUS_OPTIONS,
  REDIS_STORE_OPTIONS,
  settingsOf,
  type RedisBusOptions,
  type RedisStoreOptions,
} from './redis-options.ts'
import { RedisParts } from './redis-parts.ts'
import type { RedisSource } from './redis-source.ts'

/**
 * A store that keeps every key until its time, as sessions, limits, locks and idempotency need: for `createApp({ ports: { store } })`.
 * It connects at its first use, and at each connection asks the server whether it may evict.
 *
 * Where Redis is gone, calls reject at once, and are back within a second after it is. A call that timed out may have been done.
 *
 * @param source - `redis://user:password@127.0.0.1:6379/0`, `rediss://` with TLS, or a client of ioredis or redis: single, sentinel, cluster
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid source or option. Calls reject with `ERR_CACHE_REDIS_UNAVAILABLE`,
 *   `ERR_CORE_STORE_FULL` at maxmemory, `ERR_CACHE_REDIS_COMMAND` for what Redis refuses, and `ERR_CACHE_REDIS_EVICTS` where it may evict
 * @example
 * const app = createApp({ name: 'shop', routes: {}, ports: { store: redisStore('redis://127.0.0.1:6379', { prefix: 'shop:' }) } })
 */
export function redisStore(source: RedisSource, options: RedisStoreOptions): KeyValueStore {
  checkOptions(REDIS_STORE_OPTIONS, options, { name: 'redisStore', below: redisStore })
  const use = { place: 'redisStore()', keeps: true, isAlone: true }
  return new RedisParts(source, settingsOf(options), use).store
}

/**
 * A bus by pub/sub of Redis: for `createApp({ ports: { bus } })`. It connects at its first use. After each loss of its connection, `onGap` of
 * every subscription is called.
 *
 * @param source - as for {@link redisStore}
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid source or option. Calls reject with `ERR_CACHE_REDIS_UNAVAILABLE`; one that
 *   subscribes while the connection is lost does not: it is told the gap
 * @example
 * const app = createApp({ name: 'shop', routes: {}, ports: { bus: redisBus('redis://127.0.0.1:6379', { prefix: 'shop:' }) } })
 */
export function redisBus(source: RedisSource, options: RedisBusOptions): Bus {
  checkOptions(REDIS_BUS_OPTIONS, options, { name: 'redisBus', below: redisBus })
  const use = { place: 'redisBus()', keeps: false, isAlone: true }
  return new RedisParts(source, settingsOf(options), use).bus
}
