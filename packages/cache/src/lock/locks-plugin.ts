import {
  bind,
  BUS,
  CLOCK,
  KEY_VALUE_STORE,
  plugin,
  RANDOM,
  token,
  type Plugin,
  type Token,
} from '@keelson/core'
import type { Locks } from './contract.ts'
import { createLocks } from './create-locks.ts'

/** The locks of the app, which {@link locks} binds. */
export const LOCKS: Token<Locks> = token<Locks>('keelson.locks', {
  shared: true,
  providedBy: 'the plugin locks() of @keelson/cache',
})

/**
 * The plugin of locks: binds {@link LOCKS} over `KEY_VALUE_STORE` and `BUS`, and releases at the end what is held. Over the stores in the process
 * they hold within the process alone.
 *
 * @throws {SetupError} when the app starts, `ERR_CORE_PORT_CAPABILITY` for a store without `add` or `compareAndSet`
 * @example
 * const app = createApp({ name: 'shop', routes: {}, plugins: [redisPorts('redis://127.0.0.1:6379'), locks()] })
 */
export function locks(): Plugin {
  return plugin({
    name: 'locks',
    inject: { made: LOCKS },
    setup: (app) =>
      app.provide(
        bind(LOCKS, {
          needs: [KEY_VALUE_STORE, BUS, CLOCK, RANDOM],
          make: (...[store, bus, clock, random]) => createLocks({ store, bus, clock, random }),
          dispose: false,
        }),
      ),
    stop: ({ made }) => made.close(),
  })
}
