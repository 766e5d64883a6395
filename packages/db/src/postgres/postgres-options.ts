import type { Secret } from '@keelson/core'
import { flag, optionTable } from '@keelson/core/options'
import {
  cacheSize,
  POOL_OPTIONS,
  SERVER_OPTIONS,
  serverLogin,
  type PoolOptions,
  type ServerLogin,
  type ServerOptions,
  type ServerRules,
} from '../adapter/index.ts'

/** Options of `postgres`. */
export interface PostgresOptions extends ServerOptions, PoolOptions {
  /** False for a pooler that gives each transaction another connection: PgBouncer in mode transaction. Default true. */
  readonly prepare?: boolean | undefined
}

export const POSTGRES_OPTIONS = optionTable<PostgresOptions>({
  ...POOL_OPTIONS,
  ...SERVER_OPTIONS,
  prepare: flag('False behind a pooler that gives each transaction another connection.', { default: true }),
})

const RULES: ServerRules = {
  adapter: 'postgres',
  protocols: ['postgres', 'postgresql'],
  defaultPort: 5432,
  example: 'postgres://user:password@127.0.0.1:5432/shop',
  options: ['sslmode', 'application_name', 'host'],
  tls: {
    option: 'sslmode',
    modes: {
      disable: false,
      require: true,
      'verify-ca': true,
      'verify-full': true,
    },
  },
}

/** What is needed to connect. */
export interface PostgresSettings extends ServerLogin {
  /** 0 prepares nothing. */
  readonly statementCacheSize: number
  /** Whether the session is that of a pooler, which takes no settings but a few. */
  readonly isPooled: boolean
}

/** Joins what the URL says with the options. */
export function postgresSettings(
  url: string | Secret | undefined,
  options: PostgresOptions,
): PostgresSettings {
  const login = serverLogin(url, options, RULES)
  const isPooled = options.prepare === false
  return {
    ...login,
    statementCacheSize: isPooled ? 0 : cacheSize(options),
    isPooled,
  }
}
