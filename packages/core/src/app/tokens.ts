import { token, type Token } from '../di/index.ts'
import type { Frame } from '../frame/index.ts'
import type { Logger } from '../log/index.ts'
import type { Bus, Clock, Keys, KeyValueStore, Random } from '../port/index.ts'

/** The app's clock; replaced in tests by `createFakeClock()`. */
export const CLOCK: Token<Clock> = token<Clock>('keelson.clock', { shared: true })
/** The app's source of randomness. */
export const RANDOM: Token<Random> = token<Random>('keelson.random', { shared: true })
/**
 * The app's key-value store, which keeps every key until it expires: for sessions, locks, limits, idempotency. In process by
 * default; `createApp({ ports })` replaces it. Packages use a part of it by `scopedStore`.
 */
export const KEY_VALUE_STORE: Token<KeyValueStore> = token<KeyValueStore>('keelson.store', { shared: true })
/** The app's store for values that can be computed again, which may forget them. In process by default; `createApp({ ports })` replaces it. */
export const CACHE_STORE: Token<KeyValueStore> = token<KeyValueStore>('keelson.cacheStore', { shared: true })
/** The app's message bus. In process by default; `createApp({ ports })` replaces it. */
export const BUS: Token<Bus> = token<Bus>('keelson.bus', { shared: true })
/**
 * Keys derived from `createApp({ secrets })`. Without secrets they are random in development and test, and end with the process;
 * in production nothing provides them, and the start names the services that need them.
 */
export const KEYS: Token<Keys> = token<Keys>('keelson.keys', {
  shared: true,
  remedy: 'Give createApp({ secrets: [config.APP_SECRET] }).',
})
/** The app's logger. Lines written during a request carry its id. */
export const LOGGER: Token<Logger> = token<Logger>('keelson.log', { shared: true })
/**
 * The frame of the request being served, for request-scoped services. It is the first frame of the request, since such a
 * service has one instance for all its branches; `ctx.frame` and `currentFrame()` have the slots of a branch.
 */
export const FRAME: Token<Frame> = token<Frame>('keelson.frame', { shared: true })

/** A database as code sees it that needs only its transactions, whatever its tables are. */
export interface TransactionalDatabase {
  /** Its name in messages and diagnostics. */
  readonly name: string
  /** Runs work in a transaction; see the database's own documentation for its options. */
  transaction<T>(work: () => T | PromiseLike<T>, options?: object): Promise<T>
}
/** The database of an app that has one; of several it is none, and each is named by its own token. */
export const DATABASE: Token<TransactionalDatabase> = token<TransactionalDatabase>('keelson.database', {
  shared: true,
  providedBy: 'the plugin database() of @keelson/db',
  ambiguous: 'Name the database that is meant by its own token, as in transaction(DB).',
})
