/**
 * MySQL and MariaDB by mysql2.
 *
 * @module
 */
export type { Adapter, PoolOptions, ServerOptions, DatabaseTlsOptions } from '../adapter/index.ts'
export { mysql } from './mysql.ts'
export type { MysqlOptions } from './mysql-options.ts'
