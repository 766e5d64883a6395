/**
 * PostgreSQL by pg.
 *
 * @module
 */
export type { Adapter, PoolOptions, ServerOptions } from '../adapter/index.ts'
export { postgres } from './postgres.ts'
export type { PostgresOptions, PostgresTls } from './postgres-options.ts'
