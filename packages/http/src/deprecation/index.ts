/**
 * Routes that are to be used no more, said in answers and in the document.
 *
 * @module
 */
export { deprecated, type Deprecation } from './deprecated.ts'
