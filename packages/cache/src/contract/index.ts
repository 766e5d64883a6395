export type {
  Cache,
  CacheOptions,
  CacheState,
  CreateCacheOptions,
  InvalidateOptions,
  NamespaceKey,
  NamespaceStats,
  SharedTier,
} from './cache.ts'
export type { Frozen } from './frozen.ts'
export type { CacheKey, KeyPart } from './key.ts'
export type {
  CacheCallOptions,
  CacheEntryInput,
  CacheSetOptions,
  CacheWriteOptions,
  Factory,
  FactoryDecision,
  FactoryRun,
  Namespace,
  NamespaceOptions,
  Serializer,
} from './namespace.ts'
export { CacheStoreError, CacheTimeoutError, CacheValueError } from './errors.ts'
