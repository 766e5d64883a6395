/**
 * PostgreSQL by pg.
 *
 * @module
 */
export type { Adapter, PoolOptions, ServerOptions, DatabaseTlsOptions } from '../adapter/index.ts'
export { postgres } from './postgres.ts'
export type { PostgresOptions } from './postgres-options.ts'
