import type { KeyValueStore } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { assertKeeps } from './assert-keeps.ts'
import { RedisKeys } from './redis-keys.ts'
import { RedisLink } from './redis-link.ts'
import { REDIS_STORE_OPTIONS, type RedisStoreOptions } from './redis-options.ts'
import { driverOf, type RedisSource } from './redis-source.ts'
import { RedisStore } from './redis-store.ts'

/**
 * A store that keeps every key until its time, as sessions, limits, locks and idempotency need: for `createApp({ ports: { store } })`.
 * It connects at its first use, and at each connection asks the server whether it may evict.
 *
 * Where Redis is gone, calls reject at once, and are back within a second after it is. A call that timed out may have been done.
 *
 * @param source - `redis://user:password@127.0.0.1:6379/0`, `rediss://` with TLS, or a client of ioredis or redis
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid source or option. Calls reject with {@link RedisUnavailableError}
 *   `ERR_CACHE_REDIS_UNAVAILABLE`, `ERR_CORE_STORE_FULL` at maxmemory, {@link RedisCommandError} `ERR_CACHE_REDIS_COMMAND`, and with `ERR_CACHE_REDIS_EVICTS`
 *   where the server may evict
 * @example
 * const app = createApp({ name: 'shop', routes: {}, ports: { store: redisStore('redis://127.0.0.1:6379') } })
 */
export function redisStore(source: RedisSource, options: RedisStoreOptions = {}): KeyValueStore {
  checkOptions(REDIS_STORE_OPTIONS, options, { name: 'redisStore', below: redisStore })
  const { prefix = 'keelson:', commandTimeoutMs = 1000, connectTimeoutMs = 2000, driver, canEvict } = options
  const times = { commandTimeoutMs, connectTimeoutMs }
  const opened = driverOf(source, { ...times, driver, place: 'redisStore()' })
  const link = new RedisLink(opened, {
    ...times,
    keeps: true,
    check: canEvict === false ? undefined : (session) => assertKeeps(session, opened.place),
  })
  const keys = new RedisKeys(opened.keyPrefix + prefix, opened.isCluster)
  return new RedisStore({ link, keys, keeps: true, close: () => link.close() })
}
