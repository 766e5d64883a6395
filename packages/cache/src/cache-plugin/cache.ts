import { bind, CLOCK, LOGGER, plugin, RANDOM, token, type Plugin, type Token } from '@keelson/core'
import type { Cache, CacheOptions, SharedTier } from '../contract/index.ts'
import { LiveCache, readCacheOptions } from '../namespace/index.ts'

/** The cache of the app, which {@link cache} binds. */
export const CACHE: Token<Cache> = token<Cache>('keelson.cache', { shared: true })

/**
 * The plugin of the cache: binds {@link CACHE}, listens to other processes, and waits at the end for values that are being computed.
 *
 * @param shared - what stands behind the memory of the process: `redis(url)`, or `{ store }`. Default: nothing
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option
 * @example
 * const app = createApp({ name: 'shop', routes: {}, plugins: [cache()] })
 */
export function cache(shared?: SharedTier, options: CacheOptions = {}): Plugin {
  const settings = readCacheOptions({ ...options, shared }, { name: 'cache', below: cache })
  const LIVE = token<LiveCache>('keelson.cache, live')
  return plugin({
    name: 'cache',
    inject: { live: LIVE },
    setup: (app) =>
      app.provide(
        bind(LIVE, {
          needs: [CLOCK, RANDOM, LOGGER],
          make: (clock, random, log) => new LiveCache(settings, { shared, clock, random, log }),
          dispose: false,
        }),
        bind(CACHE, { alias: LIVE }),
      ),
    start: ({ services: { live } }) => live.open(),
    health: ({ live }, signal) => live.health(signal),
    stop: ({ live }, signal) => live.close({ signal }),
  })
}
