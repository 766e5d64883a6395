/**
 * SQLite by `node:sqlite`, or by better-sqlite3.
 *
 * @module
 */
export type { Adapter, PoolOptions } from '../adapter/index.ts'
export { sqlite, type SqliteOptions } from './sqlite.ts'
export type { BetterSqlite3 } from './sqlite-driver.ts'
