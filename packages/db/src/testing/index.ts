/**
 * Tests with a database.
 *
 * @module
 */
export { rollbackEach, type TestHooks } from './rollback-each.ts'
