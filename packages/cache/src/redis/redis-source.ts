import type { Cluster, Redis } from 'ioredis'
import { Secret, SetupError } from '@keelson/core'
import type { DriverTimes } from './driver-times.ts'
import { ioredisDriver } from './ioredis-driver.ts'
import { ioredisAt, ioredisOf } from './ioredis-source.ts'
import type { DriverName } from './load-driver.ts'
import { nodeRedisDriver, type NodeClient } from './node-redis-driver.ts'
import { nodeRedisAt, nodeRedisOf } from './node-redis-source.ts'
import { isIoredis, isNodeRedis, type RedisClient } from './redis-client.ts'
import { parseRedisUrl } from './redis-url.ts'
import type { RedisDriver } from './session.ts'

/** Where Redis is: a URL, or a client that knows. */
export type RedisSource = string | Secret | RedisClient

/** What chooses a driver. */
export interface SourceOptions extends DriverTimes {
  readonly driver: DriverName | undefined
  /** Who asks, for messages: `redis()`. */
  readonly place: string
}

/**
 * The driver of a source; it is loaded at the first connection.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for what is neither a URL nor a client
 */
export function driverOf(source: RedisSource, { driver, place, ...times }: SourceOptions): RedisDriver {
  if (typeof source === 'string' || Secret.is(source) || source === undefined) {
    const address = parseRedisUrl(source, place)
    return driver === 'redis'
      ? nodeRedisDriver(nodeRedisAt(address, times), times)
      : ioredisDriver(ioredisAt(address), times)
  }
  const refuse = (message: string, remedy: string): SetupError =>
    new SetupError([{ code: 'ERR_CORE_OPTION', place, message, remedy }])
  if (driver !== undefined)
    throw refuse('A client says itself which driver it is of.', 'Omit driver, or pass a URL.')
  if (isIoredis(source)) return ioredisDriver(ioredisOf(source as unknown as Redis | Cluster), times)
  if (isNodeRedis(source)) return nodeRedisDriver(nodeRedisOf(source as unknown as NodeClient, times), times)
  throw refuse(
    'It is given neither a URL nor a client of ioredis or redis.',
    "Write 'redis://127.0.0.1:6379', or pass a client.",
  )
}
