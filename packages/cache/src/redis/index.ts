/**
 * Redis for Keelson: a store that keeps, for `KEY_VALUE_STORE`.
 *
 * @module
 */
export { RedisCommandError, RedisUnavailableError } from './errors.ts'
export { redisStore } from './create-redis-store.ts'
export type { IoredisClient, NodeRedisClient, RedisClient } from './redis-client.ts'
export type { RedisOptions, RedisStoreOptions } from './redis-options.ts'
export type { RedisSource } from './redis-source.ts'
