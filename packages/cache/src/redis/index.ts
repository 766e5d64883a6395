/**
 * Redis for Keelson: what stands behind a cache, a store that keeps for `KEY_VALUE_STORE`, and a bus, by the drivers ioredis and redis.
 *
 * @module
 */
export { redisBus, redisStore } from './create-redis-store.ts'
export { RedisCommandError, RedisUnavailableError } from './errors.ts'
export type { DriverName } from './load-driver.ts'
export type { IoredisClient, NodeRedisClient, RedisClient } from './redis-client.ts'
export type {
  RedisBusOptions,
  RedisOptions,
  RedisPortsOptions,
  RedisStoreOptions,
  RedisTierOptions,
} from './redis-options.ts'
export { redisPorts } from './redis-ports.ts'
export type { RedisSource } from './redis-source.ts'
export { redis, type RedisTier } from './redis.ts'
