import { defineError } from '@keelson/core'

/** `ERR_CACHE_VALUE`, 500: a value that a cache cannot hold. The message names the place within it. */
export const CacheValueError = defineError('ERR_CACHE_VALUE', {
  name: 'CacheValueError',
  status: 500,
  title: 'A value cannot be cached',
})

/** `ERR_CACHE_TIMEOUT`, 504: a value was not computed in time. */
export const CacheTimeoutError = defineError('ERR_CACHE_TIMEOUT', {
  name: 'CacheTimeoutError',
  status: 504,
  title: 'A value was not computed in time',
})

/** `ERR_CACHE_STORE`, 503: the shared store did not take a write, which was not to be dropped. */
export const CacheStoreError = defineError('ERR_CACHE_STORE', {
  name: 'CacheStoreError',
  status: 503,
  title: 'The shared store of the cache cannot be reached',
})
