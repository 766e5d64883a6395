/**
 * Tests with a database.
 *
 * @module
 */
export { expectQueries } from './expect-queries.ts'
export { factory } from './factory.ts'
export { rollbackEach, type TestHooks } from './rollback-each.ts'
