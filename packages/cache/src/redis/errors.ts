import { defineError } from '@keelson/core'

/** `ERR_CACHE_REDIS_UNAVAILABLE`, 503: Redis cannot be reached, did not answer in time, or can take no writes. A write may have happened. */
export const RedisUnavailableError = defineError('ERR_CACHE_REDIS_UNAVAILABLE', {
  name: 'RedisUnavailableError',
  status: 503,
  title: 'Redis is not available',
})

/** `ERR_CACHE_REDIS_COMMAND`, 500: Redis refused a command: the user may not run it, or the key holds something else. */
export const RedisCommandError = defineError('ERR_CACHE_REDIS_COMMAND', {
  name: 'RedisCommandError',
  status: 500,
  title: 'Redis refused a command',
})
