import type { Cluster, Redis } from 'ioredis'
import { clusterSettings, type IoredisFactory, type IoredisSettings } from './ioredis-driver.ts'
import { loadDriver } from './load-driver.ts'
import { placeOf, type RedisAddress } from './redis-url.ts'

/** Makes clients of ioredis for a URL. */
export function ioredisAt(address: RedisAddress): IoredisFactory {
  const { host, port, username, password, database, isEncrypted } = address
  const load = () => loadDriver('ioredis', () => import('ioredis'))
  return {
    place: placeOf(address),
    keyPrefix: '',
    isCluster: false,
    load,
    make: async (options) => {
      const { Redis } = await load()
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

/** Makes clients with the settings of another. */
export function ioredisOf(client: Redis | Cluster): IoredisFactory {
  const keyPrefix = client.options.keyPrefix ?? ''
  if (client.isCluster)
    return {
      place: 'the cluster of its client',
      keyPrefix,
      isCluster: true,
      load: () => Promise.resolve(),
      make: async (options) => (client as Cluster).duplicate([], clusterSettings(options)),
    }
  const { host = '127.0.0.1', port = 6379, path, name, sentinels } = (client as Redis).options
  return {
    place: sentinels ? `${name ?? ''} of its sentinels` : (path ?? `${host}:${port}`),
    keyPrefix,
    isCluster: false,
    load: () => Promise.resolve(),
    // Behind sentinels that check also asks whether it is the master.
    make: async (options) =>
      (client as Redis).duplicate(sentinels ? { ...options, enableReadyCheck: true } : options),
  }
}
