/**
 * Errors as a page for browsers, and as problem details for programs.
 *
 * @module
 */
export { byAccept, type ByAcceptOptions } from './by-accept.ts'
