/**
 * The behaviour that each port promises, as tests: an adapter runs them in its own runner.
 *
 * @module
 */
export * from './port/suites.ts'
