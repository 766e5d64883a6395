import type { MemoryBusOptions } from '@keelson/core/ports'
import {
  callable,
  flag,
  integer,
  milliseconds,
  oneOf,
  optionTable,
  required,
  text,
  withDefaults,
} from '@keelson/core/options'
import type { DriverName } from './load-driver.ts'

/** What every function of this module takes. */
export interface RedisOptions {
  /** The driver for a URL, which is to be installed. Default `'ioredis'`. */
  readonly driver?: DriverName | undefined
  /**
   * In front of each key and channel. Default: that of the app, `'keelson:shop:'` of one with the name `shop`, and `'keelson:'` outside of an
   * app. Apps that are to share what they keep say the same. In a cluster, `'{shop}:'` would keep all on one node.
   */
  readonly prefix?: string | undefined
  /** Longest wait for the reply to a command, ms. Default 1000. */
  readonly commandTimeoutMs?: number | undefined
  /** Longest attempt to connect, handshake included, ms. Default 2000. */
  readonly connectTimeoutMs?: number | undefined
}

/** What those that know no app take: they must be given what keeps it apart from others. */
interface ApartOptions {
  /** In front of each key and channel: `'shop:'`. Apps that are to share what they keep say the same. */
  readonly prefix: string
}

/** What those that keep take. */
interface KeepingOptions {
  /**
   * `false` states that the server never evicts a key, where it does not tell: INFO is forbidden, or has no `maxmemory_policy`. Default: the
   * server is asked at each connection, and one that may evict is refused.
   */
  readonly canEvict?: false | undefined
}

/** What {@link redisStore} takes. */
export interface RedisStoreOptions extends Omit<RedisOptions, 'prefix'>, KeepingOptions, ApartOptions {}

/** What those with a bus take. */
export interface RedisTierOptions extends RedisOptions, MemoryBusOptions {
  /**
   * Whether a start, and who subscribes first, fails where Redis cannot be reached. With `false` they go on without it: calls reject until it
   * is there, and subscriptions are told a gap then. Default true.
   */
  readonly isRequired?: boolean | undefined
}

/** What {@link redisBus} takes. */
export interface RedisBusOptions extends Omit<RedisTierOptions, 'prefix'>, ApartOptions {}

/** What those with both take. */
export interface RedisPortsOptions extends RedisTierOptions, KeepingOptions {}

/** Options with their defaults. */
export interface RedisSettings {
  readonly driver: DriverName | undefined
  /** None where an app gives it. */
  readonly prefix: string | undefined
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly canEvict: false | undefined
  readonly isRequired: boolean
  readonly delivery: MemoryBusOptions
}

const PREFIX = text('In front of each key and channel.', { pattern: String.raw`^[^\x00-\x1f\x7f]*$` })
const SHARED = {
  driver: oneOf(['ioredis', 'redis'], 'The driver for a URL.', { default: 'ioredis' }),
  prefix: PREFIX,
  commandTimeoutMs: milliseconds('Longest wait for a reply, ms.', { minimum: 1, default: 1000 }),
  connectTimeoutMs: milliseconds('Longest attempt to connect, ms.', { minimum: 1, default: 2000 }),
} as const
const STORE = {
  canEvict: oneOf([false], 'False states that the server never evicts, where it does not tell.'),
} as const
const BUS = {
  isRequired: flag('Whether the start fails without it.', { default: true }),
  onError: callable('Called for failing and slow listeners.'),
  maxQueued: integer('Most messages that wait for one listener.', { minimum: 1, default: 1000 }),
} as const

const APART = { prefix: required(PREFIX) } as const

export const REDIS_STORE_OPTIONS = optionTable<RedisStoreOptions>({ ...SHARED, ...STORE, ...APART })
export const REDIS_BUS_OPTIONS = optionTable<RedisBusOptions>({ ...SHARED, ...BUS, ...APART })
export const REDIS_TIER_OPTIONS = optionTable<RedisTierOptions>({ ...SHARED, ...BUS })
export const REDIS_PORTS_OPTIONS = optionTable<RedisPortsOptions>({ ...SHARED, ...STORE, ...BUS })

/** Fills in the defaults. */
export function settingsOf(options: RedisPortsOptions): RedisSettings {
  const { onError, maxQueued, ...settings } = withDefaults<
    Omit<RedisSettings, 'delivery'> & MemoryBusOptions
  >(REDIS_PORTS_OPTIONS, options)
  // Not that of its table: a client has one, and says which.
  return { ...settings, driver: options.driver, prefix: options.prefix, delivery: { onError, maxQueued } }
}
