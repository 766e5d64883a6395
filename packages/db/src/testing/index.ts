/**
 * Tests with a database.
 *
 * @module
 */
export { databasePerWorker, type WorkerDatabaseOptions } from './database-per-worker.ts'
export { expectQueries } from './expect-queries.ts'
export { factory, type AnyFactory, type Factory, type FactoryRow } from './factory.ts'
export { rollbackEach, type TestHooks } from './rollback-each.ts'
