import type { Secret } from '@keelson/core'
import { optionTable } from '@keelson/core/options'
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

/** Options of `mysql`. */
export interface MysqlOptions extends ServerOptions, PoolOptions {}

export const MYSQL_OPTIONS = optionTable<MysqlOptions>({
  ...POOL_OPTIONS,
  ...SERVER_OPTIONS,
})

const RULES: ServerRules = {
  adapter: 'mysql',
  protocols: ['mysql', 'mariadb'],
  defaultPort: 3306,
  example: 'mysql://user:password@127.0.0.1:3306/shop',
  options: ['ssl-mode', 'host'],
  tls: {
    option: 'ssl-mode',
    modes: {
      disabled: false,
      required: true,
      verify_ca: true,
      verify_identity: true,
    },
    ignoresCase: true,
  },
}

/** What is needed to connect. */
export interface MysqlSettings extends ServerLogin {
  readonly statementCacheSize: number
}

/** Joins what the URL says with the options. */
export function mysqlSettings(url: string | Secret | undefined, options: MysqlOptions): MysqlSettings {
  const login = serverLogin(url, options, RULES)
  return {
    ...login,
    statementCacheSize: cacheSize(options),
  }
}
