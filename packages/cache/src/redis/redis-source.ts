import type { Cluster, Redis } from 'ioredis'
import { Secret, SetupError } from '@keelson/core'
import {
  clusterSettings,
  ioredisDriver,
  type DriverTimes,
  type IoredisFactory,
  type IoredisSettings,
} from './ioredis-driver.ts'
import { loadDriver, type DriverName } from './load-driver.ts'
import { isIoredis, isNodeRedis, type RedisClient } from './redis-client.ts'
import { parseRedisUrl, placeOf, type RedisAddress } from './redis-url.ts'
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
    return ioredisDriver(ioredisAt(address), times)
  }
  const refuse = (message: string, remedy: string): SetupError =>
    new SetupError([{ code: 'ERR_CORE_OPTION', place, message, remedy }])
  if (driver !== undefined)
    throw refuse('A client says itself which driver it is of.', 'Omit driver, or pass a URL.')
  if (isIoredis(source)) return ioredisDriver(ioredisOf(source as unknown as Redis | Cluster), times)
  if (isNodeRedis(source)) throw refuse('A client of the package redis is not supported yet.', 'Pass a URL.')
  throw refuse(
    'It is given neither a URL nor a client of ioredis or redis.',
    "Write redis('redis://127.0.0.1:6379'), or pass a client.",
  )
}

function ioredisAt(address: RedisAddress): IoredisFactory {
  const { host, port, username, password, database, isEncrypted } = address
  return {
    place: placeOf(address),
    keyPrefix: '',
    isCluster: false,
    make: async (options) => {
      const { Redis } = await loadDriver('ioredis', () => import('ioredis'))
      const given: IoredisSettings = {
        host,
        port,
        db: database,
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(isEncrypted ? { tls: {} } : {}),
        ...options,
      }
      return new Redis(given)
    },
  }
}

function ioredisOf(client: Redis | Cluster): IoredisFactory {
  const keyPrefix = client.options.keyPrefix ?? ''
  if (client.isCluster)
    return {
      place: 'the cluster of its client',
      keyPrefix,
      isCluster: true,
      make: async (options) => (client as Cluster).duplicate([], clusterSettings(options)),
    }
  const { host = '127.0.0.1', port = 6379, path, name, sentinels } = (client as Redis).options
  return {
    place: sentinels ? `${name ?? ''} of its sentinels` : (path ?? `${host}:${port}`),
    keyPrefix,
    isCluster: false,
    make: async (options) => (client as Redis).duplicate(options),
  }
}
