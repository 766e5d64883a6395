import { Secret } from '@keelson/core'
import { checkOptions } from '@keelson/core/options'
import { placeOf, poolSettings, remoteOf, type Adapter, type PoolSettings } from '../adapter/index.ts'
import { loadPostgresTools } from './load-tools.ts'
import { connectPostgres, sessionLimits } from './connect-postgres.ts'
import { postgresDatabases } from './postgres-databases.ts'
import { postgresDialect } from './postgres-dialect.ts'
import { postgresFailure } from './postgres-failure.ts'
import {
  POSTGRES_OPTIONS,
  postgresSettings,
  type PostgresOptions,
  type PostgresSettings,
} from './postgres-options.ts'

/**
 * PostgreSQL 12 or later, by the driver pg. Statements are prepared once for each connection, and cancelled on the server.
 *
 * @param url - `postgres://user:password@127.0.0.1:5432/shop`, with `sslmode`, `application_name` and `host` as its options; omit it to give
 *   all as options
 * @throws {SetupError} `ERR_CORE_OPTION`; never with the password
 * @example
 * const shop = postgres('postgres://ana:secret@127.0.0.1:5432/shop', { poolSize: 20 })
 * shop.place // => 'postgres://ana@127.0.0.1:5432/shop'
 */
export function postgres(url: string | Secret, options?: PostgresOptions): Adapter
export function postgres(options: PostgresOptions): Adapter
export function postgres(first: string | Secret | PostgresOptions, second: PostgresOptions = {}): Adapter {
  const isUrl = typeof first === 'string' || Secret.is(first)
  const options = isUrl ? second : first
  checkOptions(POSTGRES_OPTIONS, options, { name: 'postgres', below: postgres })
  const settings = postgresSettings(isUrl ? (first as string | Secret) : undefined, options)
  return toAdapter(settings, poolSettings(options))
}

function toAdapter(settings: PostgresSettings, pool: PoolSettings): Adapter {
  const dialect = postgresDialect({
    limits: settings.isPooled ? sessionLimits(pool).map((limit) => `set local ${limit}`) : [],
  })
  const { address } = settings
  const place = placeOf('postgres', address)
  const settingsAt = (database: string): PostgresSettings => ({
    ...settings,
    address: { ...address, database },
  })
  return {
    name: 'postgres',
    place,
    remote: remoteOf(address),
    pool,
    lanes: 'equal',
    isPooled: settings.isPooled,
    dialect: () => dialect,
    connect: (_lane, signal) => connectPostgres(settings, pool, signal),
    failureOf: postgresFailure,
    databases: postgresDatabases({
      place,
      user: address.user,
      connect: (database, signal) => connectPostgres(settingsAt(database), pool, signal),
      at: (database) => toAdapter(settingsAt(database), pool),
    }),
    schemaTools: () => loadPostgresTools(dialect),
  }
}
