import type { MemoryBusOptions } from '@keelson/core/ports'
import {
  callable,
  flag,
  integer,
  milliseconds,
  oneOf,
  optionTable,
  text,
  withDefaults,
} from '@keelson/core/options'
import type { DriverName } from './load-driver.ts'

/** What every function of this module takes. */
export interface RedisOptions {
  /** The driver for a URL, which is to be installed. Default `'ioredis'`. */
  readonly driver?: DriverName | undefined
  /** In front of each key and channel. Default `'keelson:'`. In a cluster, `'{shop}:'` would keep all on one node. */
  readonly prefix?: string | undefined
  /** Longest wait for the reply to a command, ms. Default 1000. */
  readonly commandTimeoutMs?: number | undefined
  /** Longest attempt to connect, handshake included, ms. Default 2000. */
  readonly connectTimeoutMs?: number | undefined
}

/** What those for `KEY_VALUE_STORE` take. */
export interface RedisStoreOptions extends RedisOptions {
  /**
   * `false` states that the server never evicts a key, where it does not tell: INFO is forbidden, or has no `maxmemory_policy`. Default: the
   * server is asked at each connection, and one that may evict is refused.
   */
  readonly canEvict?: false | undefined
}

/** What those with a bus take. */
export interface RedisBusOptions extends RedisOptions, MemoryBusOptions {
  /**
   * Whether a start, and who subscribes first, fails where Redis cannot be reached. With `false` they go on without it: calls reject until it
   * is there, and subscriptions are told a gap then. Default true.
   */
  readonly isRequired?: boolean | undefined
}

/** What those with both take. */
export interface RedisPortsOptions extends RedisStoreOptions, RedisBusOptions {}

/** Options with their defaults. */
export interface RedisSettings {
  readonly driver: DriverName | undefined
  readonly prefix: string
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  readonly canEvict: false | undefined
  readonly isRequired: boolean
  readonly delivery: MemoryBusOptions
}

const SHARED = {
  driver: oneOf(['ioredis', 'redis'], 'The driver for a URL.', { default: 'ioredis' }),
  prefix: text('In front of each key and channel.', {
    default: 'keelson:',
    pattern: String.raw`^[^\x00-\x1f\x7f]*$`,
  }),
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

export const REDIS_STORE_OPTIONS = optionTable<RedisStoreOptions>({ ...SHARED, ...STORE })
export const REDIS_BUS_OPTIONS = optionTable<RedisBusOptions>({ ...SHARED, ...BUS })
export const REDIS_PORTS_OPTIONS = optionTable<RedisPortsOptions>({ ...SHARED, ...STORE, ...BUS })

/** Fills in the defaults. */
export function settingsOf(options: RedisPortsOptions): RedisSettings {
  const { onError, maxQueued, ...settings } = withDefaults<
    Omit<RedisSettings, 'delivery'> & MemoryBusOptions
  >(REDIS_PORTS_OPTIONS, options)
  // Not that of its table: a client has one, and says which.
  return { ...settings, driver: options.driver, delivery: { onError, maxQueued } }
}
