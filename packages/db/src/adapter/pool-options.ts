import { integer, milliseconds, type OptionSchema } from '@keelson/core/options'
import type { PoolSettings } from './contract.ts'

/** Limits of the pool and of waiting that every adapter takes. */
export interface PoolOptions {
  /** The most connections. Default 10. */
  readonly poolSize?: number | undefined
  /** The longest wait for a free connection, ms. Default 5,000. */
  readonly acquireTimeoutMs?: number | undefined
  /** The longest wait for a new connection, ms. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined
  /** The longest statement, as a backstop on the server, ms. Default 60,000. */
  readonly statementTimeoutMs?: number | undefined
  /** The longest pause between statements of a transaction, ms. Default 10,000. */
  readonly idleInTransactionTimeoutMs?: number | undefined
  /** Closes a connection that nobody used for so long, ms. Default 60,000. */
  readonly idleTimeoutMs?: number | undefined
  /** How many statements each connection keeps prepared. Default 200. */
  readonly statementCacheSize?: number | undefined
}

const DEFAULTS: PoolSettings = {
  poolSize: 10,
  acquireTimeoutMs: 5000,
  connectTimeoutMs: 5000,
  statementTimeoutMs: 60_000,
  idleInTransactionTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
}

const DEFAULT_CACHE_SIZE = 200

/** Entries of the option table of an adapter. */
export const POOL_OPTIONS = {
  poolSize: integer('The most connections.', { minimum: 1, maximum: 10_000, default: DEFAULTS.poolSize }),
  acquireTimeoutMs: wait('The longest wait for a free connection, ms.', DEFAULTS.acquireTimeoutMs),
  connectTimeoutMs: wait('The longest wait for a new connection, ms.', DEFAULTS.connectTimeoutMs),
  statementTimeoutMs: wait('The longest statement, on the server, ms.', DEFAULTS.statementTimeoutMs),
  idleInTransactionTimeoutMs: wait(
    'The longest pause between statements of a transaction, ms.',
    DEFAULTS.idleInTransactionTimeoutMs,
  ),
  idleTimeoutMs: wait('Closes a connection that nobody used for so long, ms.', DEFAULTS.idleTimeoutMs),
  statementCacheSize: integer('How many statements each connection keeps prepared.', {
    maximum: 100_000,
    default: DEFAULT_CACHE_SIZE,
  }),
} as const satisfies Readonly<Record<keyof PoolOptions, OptionSchema>>

/** Every wait is bounded, so 0 is not one of them. */
function wait(description: string, value: number): OptionSchema {
  return milliseconds(description, { minimum: 1, default: value })
}

/** The settings that options say, defaults included. */
export function poolSettings(options: PoolOptions): PoolSettings {
  return {
    poolSize: options.poolSize ?? DEFAULTS.poolSize,
    acquireTimeoutMs: options.acquireTimeoutMs ?? DEFAULTS.acquireTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs ?? DEFAULTS.connectTimeoutMs,
    statementTimeoutMs: options.statementTimeoutMs ?? DEFAULTS.statementTimeoutMs,
    idleInTransactionTimeoutMs: options.idleInTransactionTimeoutMs ?? DEFAULTS.idleInTransactionTimeoutMs,
    idleTimeoutMs: options.idleTimeoutMs ?? DEFAULTS.idleTimeoutMs,
  }
}

/** How many statements a connection keeps. */
export function cacheSize(options: PoolOptions): number {
  return options.statementCacheSize ?? DEFAULT_CACHE_SIZE
}
