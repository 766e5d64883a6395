import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis'
import type { DriverTimes } from './driver-times.ts'
import type { OnLost, RedisArgument, RedisDriver, RedisReply, RedisSession } from './session.ts'
import type { SessionEvents, SubscriberEvents, SubscriberSession } from './session.ts'

/** Settings of a client. Replies are mapped as always: we read bytes, numbers and lists of them. */
export type IoredisSettings = RedisOptions & { readonly replyMapping?: 'legacy' }
export type IoredisClusterSettings = Omit<ClusterOptions, 'redisOptions'> & {
  readonly redisOptions: IoredisSettings
}

/** Makes clients that are not connected. */
export interface IoredisFactory {
  readonly place: string
  readonly keyPrefix: string
  readonly isCluster: boolean
  load(): Promise<unknown>
  make(options: IoredisSettings): Promise<Redis | Cluster>
}

/**
 * A connection lives once and waits for nothing: no queue before it is ready, nothing sent anew, no connecting anew.
 */
function settings({ connectTimeoutMs }: DriverTimes): IoredisSettings {
  return {
    lazyConnect: true,
    // It asks INFO, which may be forbidden, whether the server has loaded its data: until then it refuses commands, which is told as well.
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    retryStrategy: null,
    reconnectOnError: null,
    keyPrefix: '',
    connectTimeout: connectTimeoutMs,
    // Ours bounds each command and the handshake; the driver's would be a timer for each.
    commandTimeout: undefined,
  }
}

/**
 * Of a cluster: what was sent is not sent again when its node is lost, since it may have been done. A node is connected to at its first
 * command, and those that come during its handshake would be refused without the queue; {@link call} refuses what no node could take.
 */
export function clusterSettings(redisOptions: IoredisSettings): IoredisClusterSettings {
  return {
    lazyConnect: true,
    enableOfflineQueue: true,
    enableAutoPipelining: false,
    keyPrefix: '',
    // It ends, as that of one server does, when no node is left or none answered; without this it would go on by itself, and say nothing.
    clusterRetryStrategy: () => null,
    ...(redisOptions.connectTimeout === undefined
      ? {}
      : { slotsRefreshTimeout: redisOptions.connectTimeout }),
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    scaleReads: 'master',
    redisOptions,
  }
}

/** Sessions of ioredis. */
export function ioredisDriver(factory: IoredisFactory, times: DriverTimes): RedisDriver {
  const { place, keyPrefix, isCluster } = factory
  const connect = async (options: IoredisSettings, signal: AbortSignal, events: Told) => {
    const client = await factory.make({ ...settings(times), ...options })
    if (events.onServer !== undefined) watchNodes(client, events.onServer)
    await connected(client, signal, events.onLost)
    return client
  }
  return {
    place,
    keyPrefix,
    isCluster,
    load: () => factory.load(),
    connect: async (signal, events) => {
      const client = await connect({ enableAutoPipelining: true }, signal, events)
      if ('nodes' in client) await warm(client)
      return toSession(client)
    },
    subscribe: async (signal, events) => {
      if (!isCluster)
        return toSubscriber((await connect({}, signal, { onLost: events.onLost })) as Redis, events)
      const cluster = (await connect({}, signal, { onLost: () => {} })) as Cluster
      try {
        // Every node of a cluster passes every message on, and a connection of one node says when it is lost.
        const nodes = cluster.nodes('all')
        const node = nodes[Math.floor(Math.random() * nodes.length)]
        if (node === undefined) throw new Error('the cluster has no nodes')
        const client = node.duplicate(settings(times))
        await connected(client, signal, events.onLost)
        return toSubscriber(client, events)
      } finally {
        cluster.disconnect()
      }
    },
  }
}

type Told = Pick<SessionEvents, 'onLost'> & Partial<SessionEvents>

/** How long a session waits at its begin for all nodes of a cluster, ms: those that do not answer are left until they are needed. */
const WARM_MS = 250

/** Of a cluster: each connection to a node is told, and each node that has become a master. */
function watchNodes(client: Redis | Cluster, onServer: () => void): void {
  if (!('nodes' in client)) return
  client.on('+node', (node: Redis) => node.on('connect', onServer))
  let masters = new Set<Redis>()
  client.on('refresh', () => {
    const now = new Set(client.nodes('master'))
    if ([...now].some((node) => !masters.has(node))) onServer()
    masters = now
  })
}

/** So that the first commands do not meet connections that are new. */
async function warm(cluster: Cluster): Promise<void> {
  const nodes = cluster.nodes('master').map((node) => node.ping())
  await Promise.race([Promise.allSettled(nodes), sleep(WARM_MS, undefined, { ref: false })])
}

/** Ends at once: ioredis itself says goodbye and waits for the server, 2 s where it does not answer. */
function end(client: Redis | Cluster): void {
  client.disconnect()
  if ('stream' in client) client.stream?.destroy()
}

async function connected(client: Redis | Cluster, signal: AbortSignal, onLost: OnLost): Promise<void> {
  let last: unknown
  client.on('error', (error: unknown) => {
    last = error
  })
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      end(client)
      reject(signal.reason as Error)
    }
    client.once('end', () => {
      signal.removeEventListener('abort', onAbort)
      const error = (last ?? new Error('the connection was closed')) as Error
      reject(error)
      onLost(error)
    })
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    // `end` follows, and says what the rejection of this does not.
    client.connect().then(
      async () => {
        try {
          await select(client)
          signal.removeEventListener('abort', onAbort)
          resolve()
        } catch (error) {
          last = error
          end(client)
        }
      },
      () => {},
    )
  })
}

/** Once more: ioredis goes on with database 0 where the server has none of that number. */
async function select(client: Redis | Cluster): Promise<void> {
  if (client.isCluster) return
  const { db = 0 } = (client as Redis).options
  if (db !== 0) await (client as Redis).select(db)
}

function toSession(client: Redis | Cluster): RedisSession {
  return {
    send: (args) => call(client, args),
    askMasters: (args) => {
      const nodes = 'nodes' in client ? client.nodes('master') : [client]
      return Promise.all(nodes.map((node) => call(node, args)))
    },
    masterSends: async () => {
      const nodes = 'nodes' in client ? client.nodes('master') : [client]
      return nodes.map((node) => (args) => call(node, args))
    },
    get masters() {
      return 'nodes' in client ? client.nodes('master').length : 1
    },
    askConnected: (args) => {
      const nodes = 'nodes' in client ? client.nodes('master') : [client]
      const there = nodes.filter(({ status }) => status === 'connect' || status === 'ready')
      return Promise.all(there.map((node) => call(node, args)))
    },
    end: () => end(client),
  }
}

/** By the method of the command: `callBuffer` drops the command's name where it joins those of one turn (6.0.0). */
function call(client: Redis | Cluster, [name, ...rest]: readonly RedisArgument[]): Promise<RedisReply> {
  if (client.isCluster && client.status !== 'ready')
    return Promise.reject(new Error('no node of the cluster is connected'))
  const method = `${String(name).toLowerCase()}Buffer` as 'getBuffer'
  const send = client[method] as unknown as (...args: readonly RedisArgument[]) => Promise<RedisReply>
  return send.apply(client, rest)
}

function toSubscriber(client: Redis, events: SubscriberEvents): SubscriberSession {
  client.on('messageBuffer', (channel: Buffer, payload: Buffer) =>
    events.onMessage(channel.toString(), payload),
  )
  return {
    subscribe: async (channel) => void (await client.subscribe(channel)),
    unsubscribe: async (channel) => void (await client.unsubscribe(channel)),
    ping: () => client.ping(),
    end: () => end(client),
  }
}
