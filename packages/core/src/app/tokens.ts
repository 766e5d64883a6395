import { token, type Token } from '../di/index.ts'
import type { Frame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Bus, Clock, Keys, KeyValueStore, Random } from '../port/index.ts'

/** The app's clock; replaced in tests by `createFakeClock()`. */
export const CLOCK: Token<Clock> = token<Clock>('keelson.clock', { shared: true })
/** The app's source of randomness. */
export const RANDOM: Token<Random> = token<Random>('keelson.random', { shared: true })
/**
 * The app's key-value store, which keeps every key until its time: for sessions, locks, limits, idempotency. In process unless
 * `createApp({ ports })` says otherwise. Packages take a part of it by `scopedStore`.
 */
export const KEY_VALUE_STORE: Token<KeyValueStore> = token<KeyValueStore>('keelson.store', { shared: true })
/** The app's store for what can be had again, and may be forgotten. In process unless `createApp({ ports })` says otherwise. */
export const CACHE_STORE: Token<KeyValueStore> = token<KeyValueStore>('keelson.cacheStore', { shared: true })
/** The app's message bus; in process unless `createApp({ ports })` says otherwise. */
export const BUS: Token<Bus> = token<Bus>('keelson.bus', { shared: true })
/**
 * Keys made of `createApp({ secrets })`. Without secrets they are random in development and test, and end with the process; in
 * production nothing provides them, so that the start says who needs them.
 */
export const KEYS: Token<Keys> = token<Keys>('keelson.keys', {
  shared: true,
  remedy: 'Give createApp({ secrets: [config.APP_SECRET] }).',
})
/** The app's logger. Lines written during a request carry its id. */
export const LOGGER: Token<Logger> = token<Logger>('keelson.log', { shared: true })
/**
 * The frame of the request being served; for request-scoped services. It is the first one of the request, since such a service
 * is one for all of it; slots of the branch that code runs in are in `ctx.frame` and `currentFrame()`.
 */
export const FRAME: Token<Frame> = token<Frame>('keelson.frame', { shared: true })
