/**
 * The behaviour that each adapter of a database promises, as tests: an adapter runs them in its own runner.
 *
 * @module
 */
export { databaseSuite, type DatabaseSubject, type DatabaseSuiteOptions } from './database-suite.ts'
