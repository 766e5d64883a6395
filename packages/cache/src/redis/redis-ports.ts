import { bind, BUS, KEY_VALUE_STORE, plugin, token, type Plugin } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import {
  REDIS_PORTS_OPTIONS,
  settingsOf,
  type RedisPortsOptions,
  type RedisSettings,
} from './redis-options.ts'
import { RedisParts } from './redis-parts.ts'
import { driverOf, type RedisSource } from './redis-source.ts'

/**
 * The plugin that binds `KEY_VALUE_STORE` and `BUS` to Redis: sessions, limits, locks and idempotency of all processes are there. It connects at
 * start, keeps all behind the name of the app, and refuses a server that may evict keys before their time; a cache needs another one, or a `maxmemory` of 0.
 *
 * @param source - `redis://user:password@127.0.0.1:6379/0`, `rediss://` with TLS, or a client of ioredis or redis: single, sentinel, cluster
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid source or option; the start, where Redis cannot be reached, and
 *   `ERR_CACHE_REDIS_EVICTS` where it may evict
 * @example
 * const app = createApp({ name: 'shop', routes: {}, plugins: [redisPorts('redis://127.0.0.1:6379')] })
 */
export function redisPorts(source: RedisSource, options: RedisPortsOptions = {}): Plugin {
  checkOptions(REDIS_PORTS_OPTIONS, options, { name: 'redisPorts', below: redisPorts })
  const settings = settingsOf(options)
  const use = { place: 'redisPorts()', keeps: true, isAlone: false }
  // Wrong sources are told here, and not at the start.
  const { driver, connectTimeoutMs } = settings
  driverOf(source, { driver, connectTimeoutMs, place: use.place })
  const own = (prefix: string): RedisSettings => ({ ...settings, prefix: settings.prefix ?? prefix })
  const LIVE = token<RedisParts>('redis, connected')
  return plugin({
    name: 'redis',
    inject: { live: LIVE },
    setup: (app) =>
      app.provide(
        bind(LIVE, { make: () => new RedisParts(source, own(app.prefix), use), dispose: false }),
        bind(KEY_VALUE_STORE, { needs: [LIVE], make: ({ store }) => store, dispose: false }),
        bind(BUS, { needs: [LIVE], make: ({ bus }) => bus, dispose: false }),
      ),
    start: ({ services: { live }, signal }) => live.open(signal),
    health: ({ live }, signal) => live.health(signal),
    stop: ({ live }, signal) => live.close(signal),
  })
}
