import type { DriverTimes } from './driver-times.ts'
import { loadDriver } from './load-driver.ts'
import {
  nodeClusterSettings,
  nodeSettings,
  type NodeClient,
  type NodeCluster,
  type NodeFactory,
  type NodeSentinel,
  type NodeSettings,
} from './node-redis-driver.ts'
import { placeOf, type RedisAddress } from './redis-url.ts'

/** Makes clients of the package redis for a URL. */
export function nodeRedisAt(address: RedisAddress, times: DriverTimes): NodeFactory {
  const { host, port, username, password, database, isEncrypted } = address
  const load = () => loadDriver('redis', () => import('redis'))
  const settings: NodeSettings = {
    socket: { host, port, ...(isEncrypted ? { tls: true } : {}) },
    database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  }
  return {
    kind: 'single',
    place: placeOf(address),
    keyPrefix: '',
    load,
    make: async () => {
      const { createClient } = await load()
      return createClient(nodeSettings(settings, times) as object) as unknown as NodeClient
    },
  }
}

/** Makes clients with the settings of another. */
export function nodeRedisOf(
  client: NodeClient | NodeCluster | NodeSentinel,
  times: DriverTimes,
): NodeFactory {
  // Not in its options: those of a cluster are of its nodes.
  const keyPrefix = String(client._keyPrefix ?? '')
  if ('masters' in client)
    return {
      kind: 'cluster',
      place: 'the cluster of its client',
      keyPrefix,
      load: () => Promise.resolve(),
      make: async () => client.duplicate(nodeClusterSettings(client._options.defaults ?? {}, times)),
    }
  if ('getMasterNode' in client)
    return {
      kind: 'sentinel',
      place: 'the master of its sentinels',
      keyPrefix,
      load: () => Promise.resolve(),
      // A master that is lost and comes back is connected to by the driver itself, and that is told by its error alone.
      make: async () => client.duplicate({ keyPrefix: undefined, passthroughClientErrorEvents: true }),
    }
  const { host = '127.0.0.1', port = 6379 } = client.options.socket ?? {}
  return {
    kind: 'single',
    place: `${String(host)}:${String(port)}`,
    keyPrefix,
    load: () => Promise.resolve(),
    make: async () => client.duplicate(nodeSettings(client.options, times)),
  }
}
