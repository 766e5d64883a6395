import { bind, CLOCK, LOGGER, plugin, RANDOM, token, type Plugin, type Token } from '@keelson/core'
import type { Cache, CacheOptions, SharedTier } from '../contract/index.ts'
import { createCache } from '../namespace/index.ts'

/** The cache of the app, which {@link cache} binds. */
export const CACHE: Token<Cache> = token<Cache>('keelson.cache', { shared: true })

/**
 * The plugin of the cache: binds {@link CACHE}, and waits at the end for values that are being computed.
 *
 * @param shared - what stands behind the memory of the process: `redis(url)`, or `{ store }`. Default: nothing
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option
 * @example
 * const app = createApp({ name: 'shop', routes: {}, plugins: [cache()] })
 */
export function cache(shared?: SharedTier, options: CacheOptions = {}): Plugin {
  return plugin({
    name: 'cache',
    inject: { made: CACHE },
    setup: (app) =>
      app.provide(
        bind(CACHE, {
          needs: [CLOCK, RANDOM, LOGGER],
          make: (clock, random, log) => createCache({ ...options, shared, clock, random, log }),
          dispose: false,
        }),
      ),
    health: ({ made }) => ({ status: 'up', detail: made.state() }),
    stop: ({ made }, signal) => made.close({ signal }),
  })
}
