// What a user may pass instead of a URL.

/** A client of ioredis: a `Redis`, for one server or behind sentinels, or a `Cluster`. */
export interface IoredisClient {
  readonly status: string
  duplicate(): unknown
  callBuffer(command: string): unknown
  disconnect(): void
}

/** A client of the package `redis`: what `createClient`, `createCluster` or `createSentinel` gives. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  duplicate(): unknown
  sendCommand(...args: never[]): unknown
  destroy(): unknown
}

/**
 * A client of either driver. Its settings are taken, not its connection: each of ours is a duplicate, without a queue and with limits of its own.
 * It need not be connected, and stays yours to close.
 */
export type RedisClient = IoredisClient | NodeRedisClient

export function isIoredis(value: unknown): value is IoredisClient {
  return hasMethods(value, ['duplicate', 'callBuffer', 'disconnect'])
}

export function isNodeRedis(value: unknown): value is NodeRedisClient {
  return hasMethods(value, ['duplicate', 'sendCommand', 'destroy'])
}

function hasMethods(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return names.every((name) => typeof (value as Readonly<Record<string, unknown>>)[name] === 'function')
}
