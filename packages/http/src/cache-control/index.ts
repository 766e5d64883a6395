/**
 * What caches may do with an answer, typed.
 *
 * @module
 */
export { cacheControl, toCacheControl, type CacheControlOptions } from './cache-control.ts'
