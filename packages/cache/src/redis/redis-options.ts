import { milliseconds, oneOf, optionTable, text } from '@keelson/core/options'
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

/** Entries of the option tables. */
const SHARED = {
  driver: oneOf(['ioredis', 'redis'], 'The driver for a URL.', { default: 'ioredis' }),
  prefix: text('In front of each key and channel.', {
    default: 'keelson:',
    pattern: String.raw`^[^\x00-\x1f\x7f]*$`,
  }),
  commandTimeoutMs: milliseconds('Longest wait for a reply, ms.', { minimum: 1, default: 1000 }),
  connectTimeoutMs: milliseconds('Longest attempt to connect, ms.', { minimum: 1, default: 2000 }),
} as const

export const REDIS_OPTIONS = optionTable<RedisOptions>(SHARED)
export const REDIS_STORE_OPTIONS = optionTable<RedisStoreOptions>({
  ...SHARED,
  canEvict: oneOf([false], 'False states that the server never evicts, where it does not tell.'),
})
