/**
 * Values kept in the memory of the process and in a shared store.
 *
 * @module
 */
export { CACHE, cache } from './cache-plugin/index.ts'
export * from './contract/index.ts'
export type { CacheMessage, CacheMessageName } from './events/index.ts'
export {
  cached,
  invalidates,
  type CachedContext,
  type CachedOptions,
  type InvalidatedTags,
  type InvalidatesOptions,
} from './http/index.ts'
export * from './lock/index.ts'
export { memoize, type Memoized, type MemoizeOptions, type MethodMemoizer } from './memoize/index.ts'
export { createCache } from './namespace/index.ts'
