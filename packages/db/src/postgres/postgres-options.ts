import type { Secret } from '@keelson/core'
import { flag, optionTable, text } from '@keelson/core/options'
import {
  cacheSize,
  POOL_OPTIONS,
  problem,
  SERVER_OPTIONS,
  serverLogin,
  TLS_OPTION,
  type PoolOptions,
  type ServerAddress,
  type ServerLogin,
  type ServerOptions,
  type TlsOptions,
  type UrlRules,
} from '../adapter/index.ts'

/** Options of `postgres`. */
export interface PostgresOptions extends ServerOptions, PoolOptions {
  /**
   * Encrypts, and checks the certificate of the server. Default: what `sslmode` of the URL says, where `require` checks the certificate as
   * `verify-full` does; without it, false.
   */
  readonly tls?: boolean | TlsOptions | undefined
  /** What the server shows for the connections. Default `keelson`. */
  readonly applicationName?: string | undefined
  /** False for a pooler that gives each transaction another connection: PgBouncer in mode transaction. Default true. */
  readonly prepare?: boolean | undefined
}

export const POSTGRES_OPTIONS = optionTable<PostgresOptions>({
  ...POOL_OPTIONS,
  ...SERVER_OPTIONS,
  tls: TLS_OPTION,
  applicationName: text('What the server shows for the connections.', { default: 'keelson' }),
  prepare: flag('False behind a pooler that gives each transaction another connection.', { default: true }),
})

const RULES: UrlRules = {
  adapter: 'postgres',
  protocols: ['postgres', 'postgresql'],
  defaultPort: 5432,
  example: 'postgres://user:password@127.0.0.1:5432/shop',
  options: ['sslmode', 'application_name', 'host'],
}

const SSL_MODES: Readonly<Record<string, boolean>> = {
  disable: false,
  require: true,
  'verify-ca': true,
  'verify-full': true,
}

/** What is needed to connect. */
export interface PostgresSettings extends ServerLogin {
  readonly tls: boolean | TlsOptions
  readonly applicationName: string
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
    tls: options.tls ?? sslModeOf(login.address),
    applicationName: options.applicationName ?? login.address.options.get('application_name') ?? 'keelson',
    statementCacheSize: isPooled ? 0 : cacheSize(options),
    isPooled,
  }
}

function sslModeOf({ options }: ServerAddress): boolean {
  const mode = options.get('sslmode') ?? 'disable'
  const tls = SSL_MODES[mode]
  if (tls !== undefined) return tls
  throw problem(
    RULES,
    `The URL of the database has the invalid sslmode ${mode}.`,
    `Write ${Object.keys(SSL_MODES).join(', ')}; one that may go on without TLS is not supported.`,
  )
}
