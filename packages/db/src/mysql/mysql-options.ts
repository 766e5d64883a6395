import type { Secret } from '@keelson/core'
import { optionTable, text } from '@keelson/core/options'
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

/** Options of `mysql`. */
export interface MysqlOptions extends ServerOptions, PoolOptions {
  /**
   * Encrypts, and checks the certificate of the server and its name. Default: what `ssl-mode` of the URL says, where `required` checks as
   * `verify_identity` does; without it, false.
   */
  readonly tls?: boolean | TlsOptions | undefined
  /** What the server shows for the connections, as `program_name`. Default `keelson`. */
  readonly applicationName?: string | undefined
}

export const MYSQL_OPTIONS = optionTable<MysqlOptions>({
  ...POOL_OPTIONS,
  ...SERVER_OPTIONS,
  tls: TLS_OPTION,
  applicationName: text('What the server shows for the connections.', { default: 'keelson' }),
})

const RULES: UrlRules = {
  adapter: 'mysql',
  protocols: ['mysql', 'mariadb'],
  defaultPort: 3306,
  example: 'mysql://user:password@127.0.0.1:3306/shop',
  options: ['ssl-mode', 'host'],
}

const SSL_MODES: Readonly<Record<string, boolean>> = {
  disabled: false,
  required: true,
  verify_ca: true,
  verify_identity: true,
}

/** What is needed to connect. */
export interface MysqlSettings extends ServerLogin {
  readonly tls: boolean | TlsOptions
  readonly applicationName: string
  readonly statementCacheSize: number
}

/** Joins what the URL says with the options. */
export function mysqlSettings(url: string | Secret | undefined, options: MysqlOptions): MysqlSettings {
  const login = serverLogin(url, options, RULES)
  return {
    ...login,
    tls: options.tls ?? sslModeOf(login.address),
    applicationName: options.applicationName ?? 'keelson',
    statementCacheSize: cacheSize(options),
  }
}

function sslModeOf({ options }: ServerAddress): boolean {
  const mode = options.get('ssl-mode') ?? 'disabled'
  const tls = SSL_MODES[mode.toLowerCase()]
  if (tls !== undefined) return tls
  throw problem(
    RULES,
    `The URL of the database has the invalid ssl-mode ${mode}.`,
    `Write ${Object.keys(SSL_MODES).join(', ')}; one that may go on without TLS is not supported.`,
  )
}
