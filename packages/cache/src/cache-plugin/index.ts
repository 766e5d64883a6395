export { CACHE, cache } from './cache.ts'
