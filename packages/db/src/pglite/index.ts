/**
 * PGlite: PostgreSQL within the process.
 *
 * @module
 */
export type { Adapter, PoolOptions } from '../adapter/index.ts'
export { pglite, type PgliteOptions } from './pglite.ts'
