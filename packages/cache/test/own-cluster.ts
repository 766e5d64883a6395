// A cluster of three masters of a test's own.
import { createCluster } from 'redis'
import { Cluster } from 'ioredis'
import type { DriverName, RedisClient } from '../src/redis/index.ts'
import { openRedis, until, type OwnRedis } from './own-redis.ts'

export interface OwnCluster extends AsyncDisposable {
  readonly nodes: readonly OwnRedis[]
  /** A client that is not connected. */
  client(driver: DriverName, keyPrefix?: string): RedisClient
}

const SLOTS = 16_384
/** A node that says nothing for 15 s is dead to the others: one of a busy machine is not. */
const SETTINGS = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '15000', '--appendonly', 'no']

/** Starts three servers and tells them of each other. */
export async function openCluster(): Promise<OwnCluster> {
  const nodes = await Promise.all(Array.from({ length: 3 }, () => openRedis(...SETTINGS)))
  const [first] = nodes as [OwnRedis]
  for (const [at, node] of nodes.entries()) {
    const from = Math.ceil((at * SLOTS) / nodes.length)
    const to = Math.ceil(((at + 1) * SLOTS) / nodes.length) - 1
    await node.ask('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to))
    await node.ask('CLUSTER', 'SET-CONFIG-EPOCH', String(at + 1))
    if (node !== first) await node.ask('CLUSTER', 'MEET', '127.0.0.1', String(first.port))
  }
  const isWhole = async (node: OwnRedis): Promise<boolean> => {
    const info = String(await node.ask('CLUSTER', 'INFO'))
    return info.includes('cluster_state:ok') && info.includes('cluster_known_nodes:3')
  }
  await until(async () => (await Promise.all(nodes.map(isWhole))).every(Boolean), 'the cluster is not whole')
  return {
    nodes,
    client: (driver, keyPrefix = '') =>
      driver === 'ioredis'
        ? new Cluster([{ host: '127.0.0.1', port: first.port }], { lazyConnect: true, keyPrefix })
        : (createCluster({ rootNodes: [{ url: first.url }], keyPrefix }) as unknown as RedisClient),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
    },
  }
}
