import { Secret } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import {
  placeOf,
  poolSettings,
  remoteOf,
  type Adapter,
  type Dialect,
  type PoolSettings,
} from '../adapter/index.ts'
import { DatabaseClosedError } from '../errors.ts'
import { connectMysql } from './connect-mysql.ts'
import { mysqlDatabases } from './mysql-databases.ts'
import type { MysqlSystem } from './mysql-system.ts'
import { mysqlDialect } from './mysql-dialect.ts'
import { mysqlFailure } from './mysql-failure.ts'
import { MYSQL_OPTIONS, mysqlSettings, type MysqlOptions, type MysqlSettings } from './mysql-options.ts'

/**
 * MySQL 8 or MariaDB 10.11, or later ones, by the driver mysql2; the server says which it is. Statements are prepared once for each
 * connection, and cancelled on the server.
 *
 * @param url - `mysql://user:password@127.0.0.1:3306/shop`, with `ssl-mode` and `host` as its options; omit it to give all as options
 * @throws {SetupError} `ERR_CORE_OPTION`; never with the password
 * @example
 * const shop = mysql('mysql://ana:secret@127.0.0.1:3306/shop', { poolSize: 20 })
 * shop.place // => 'mysql://ana@127.0.0.1:3306/shop'
 */
export function mysql(url: string | Secret, options?: MysqlOptions): Adapter
export function mysql(options: MysqlOptions): Adapter
export function mysql(first: string | Secret | MysqlOptions, second: MysqlOptions = {}): Adapter {
  const isUrl = typeof first === 'string' || Secret.is(first)
  const options = isUrl ? second : first
  checkOptions(MYSQL_OPTIONS, options, { name: 'mysql', below: mysql })
  const settings = mysqlSettings(isUrl ? (first as string | Secret) : undefined, options)
  return toAdapter(settings, poolSettings(options))
}

function toAdapter(settings: MysqlSettings, pool: PoolSettings): Adapter {
  const { address } = settings
  const place = placeOf('mysql', address)
  const settingsAt = (database: string): MysqlSettings => ({ ...settings, address: { ...address, database } })
  let dialect: Dialect | undefined
  let known: MysqlSystem | undefined
  const dialectOf = (): Dialect => {
    if (dialect === undefined)
      throw new DatabaseClosedError({
        message: 'Whether this is MySQL or MariaDB is known once it is connected.',
      })
    return dialect
  }
  return {
    name: 'mysql',
    place,
    remote: remoteOf(address),
    pool,
    lanes: 'equal',
    dialect: dialectOf,
    connect: async (_lane, signal) => {
      const { connection, system } = await connectMysql(settings, pool, signal)
      known = system
      dialect ??= mysqlDialect(system)
      return connection
    },
    failureOf: (error) => mysqlFailure(error, known),
    databases: mysqlDatabases({
      place,
      user: address.user,
      own: address.database,
      connect: (signal) => connectMysql(settingsAt(''), pool, signal),
      at: (database) => toAdapter(settingsAt(database), pool),
    }),
    schemaTools: async () => (await import('./schema-tools.ts')).mysqlTools(dialectOf),
  }
}
