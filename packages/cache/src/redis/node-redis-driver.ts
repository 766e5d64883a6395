import type { EventEmitter } from 'node:events'
import type { DriverTimes } from './driver-times.ts'
import type { OnLost, RedisArgument, RedisDriver, RedisReply, RedisSession } from './session.ts'
import type { SessionEvents, SubscriberEvents, SubscriberSession } from './session.ts'

type Listener = (payload: Buffer, channel: Buffer) => void
type CommandOptions = {
  readonly typeMapping: Readonly<Record<number, unknown>>
  readonly timeout: undefined
}

/** The part of each client that we use; the driver's own types are generic in all commands there are. */
interface Common extends EventEmitter {
  readonly isReady: boolean
  readonly _keyPrefix?: string | Buffer | undefined
  connect(): Promise<unknown>
  destroy(): unknown
  subscribe(channel: string, listener: Listener, bufferMode: true): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
}

/** What `createClient` gives. */
export interface NodeClient extends Common {
  readonly kind?: undefined
  readonly options: NodeSettings
  duplicate(options: NodeSettings): NodeClient
  sendCommand(args: readonly RedisArgument[], options: CommandOptions): Promise<RedisReply>
}

/** What `createCluster` gives. */
export interface NodeCluster extends Common {
  readonly masters: readonly { readonly client?: NodeClient | undefined }[]
  readonly _options: { readonly defaults?: NodeSettings }
  duplicate(options: object): NodeCluster
  nodeClient(node: object): Promise<NodeClient>
  sendCommand(
    firstKey: string | undefined,
    isReadonly: boolean,
    args: readonly RedisArgument[],
    options: CommandOptions,
  ): Promise<RedisReply>
}

/** What `createSentinel` gives. */
export interface NodeSentinel extends Common {
  duplicate(options?: object): NodeSentinel
  getMasterNode(): unknown
  sendCommand(
    isReadonly: boolean,
    args: readonly RedisArgument[],
    options: CommandOptions,
  ): Promise<RedisReply>
}

/** Settings of a client. */
export interface NodeSettings {
  readonly url?: string
  readonly username?: string
  readonly password?: string
  readonly database?: number
  readonly keyPrefix?: unknown
  readonly socket?: Readonly<Record<string, unknown>>
  readonly disableOfflineQueue?: boolean
}

/** Makes clients that are not connected. */
export type NodeFactory = { readonly place: string; readonly keyPrefix: string; load(): Promise<unknown> } & (
  | { readonly kind: 'single'; make(): Promise<NodeClient> }
  | { readonly kind: 'cluster'; make(): Promise<NodeCluster> }
  | { readonly kind: 'sentinel'; make(): Promise<NodeSentinel> }
)

/** Bulk strings as bytes: 36 is `$`, by which RESP marks them. The driver's own limit, an AbortSignal for each command, is ours to keep. */
const BYTES: CommandOptions = { typeMapping: { 36: Buffer }, timeout: undefined }

/** A connection lives once and waits for nothing. */
export function nodeSettings(given: NodeSettings, { connectTimeoutMs }: DriverTimes): NodeSettings {
  return {
    ...given,
    disableOfflineQueue: true,
    keyPrefix: undefined,
    socket: { ...given.socket, connectTimeout: connectTimeoutMs, reconnectStrategy: false },
  }
}

/** Nodes of a cluster are found again by the driver, which knows them. */
export function nodeClusterSettings(given: NodeSettings, times: DriverTimes): object {
  const reconnectStrategy = (retries: number): number =>
    Math.min(20 * 2 ** retries, 400) + Math.floor(Math.random() * 100)
  const { socket, ...rest } = nodeSettings(given, times)
  return { keyPrefix: undefined, defaults: { ...rest, socket: { ...socket, reconnectStrategy } } }
}

/** Sessions of the package `redis`. */
export function nodeRedisDriver(factory: NodeFactory, times: DriverTimes): RedisDriver {
  return {
    place: factory.place,
    keyPrefix: factory.keyPrefix,
    isCluster: factory.kind === 'cluster',
    load: () => factory.load(),
    connect: (signal, events) => openSession(factory, signal, events),
    subscribe: async (signal, events) => {
      if (factory.kind !== 'cluster')
        return toSubscriber(await connected(await factory.make(), signal, events.onLost), events)
      const cluster = await connected(await factory.make(), signal, () => {})
      try {
        // Every node of a cluster passes every message on, and a connection of one node says when it is lost.
        const node = cluster.masters[Math.floor(Math.random() * cluster.masters.length)]
        if (node === undefined) throw new Error('the cluster has no nodes')
        const known = await cluster.nodeClient(node)
        const client = known.duplicate(nodeSettings(known.options, times))
        return toSubscriber(await connected(client, signal, events.onLost), events)
      } finally {
        void cluster.destroy()
      }
    },
  }
}

async function openSession(
  factory: NodeFactory,
  signal: AbortSignal,
  { onLost, onServer }: SessionEvents,
): Promise<RedisSession> {
  if (factory.kind === 'cluster') {
    const made = await factory.make()
    made.on('node-connect', onServer)
    const cluster = await connected(made, signal, () => {})
    return {
      send: (args, key) => cluster.sendCommand(key, false, args, BYTES),
      askMasters: (args) =>
        Promise.all(
          cluster.masters.map(async (node) => (await cluster.nodeClient(node)).sendCommand(args, BYTES)),
        ),
      masterSends: async () => {
        const nodes = await Promise.all(cluster.masters.map((node) => cluster.nodeClient(node)))
        return nodes.map((node) => (args) => node.sendCommand(args, BYTES))
      },
      get masters() {
        return cluster.masters.length
      },
      askConnected: (args) => {
        const there = cluster.masters.flatMap(({ client }) => (client?.isReady === true ? [client] : []))
        return Promise.all(there.map((client) => client.sendCommand(args, BYTES)))
      },
      end: () => void cluster.destroy(),
    }
  }
  if (factory.kind === 'sentinel') {
    const sentinel = await connected(await factory.make(), signal, () => {})
    const send = async (args: readonly RedisArgument[]): Promise<RedisReply> => {
      // It would keep the command until there is a master again.
      if (!sentinel.isReady) throw new Error('the sentinels know no master')
      return sentinel.sendCommand(false, args, BYTES)
    }
    const ask = async (args: readonly RedisArgument[]): Promise<RedisReply[]> => [await send(args)]
    const masterSends = async (): Promise<(typeof send)[]> => [send]
    const end = (): void => void sentinel.destroy()
    return { send, masters: 1, masterSends, askMasters: ask, askConnected: ask, end }
  }
  const client = await connected(await factory.make(), signal, onLost)
  const send = (args: readonly RedisArgument[]): Promise<RedisReply> => client.sendCommand(args, BYTES)
  const ask = async (args: readonly RedisArgument[]): Promise<RedisReply[]> => [await send(args)]
  const masterSends = async (): Promise<(typeof send)[]> => [send]
  const end = (): void => void client.destroy()
  return { send, masters: 1, masterSends, askMasters: ask, askConnected: ask, end }
}

/** What a client of sentinels tells of connections that carry no commands. */
function isOfOthers(error: unknown): boolean {
  return error instanceof Error && /^(Sentinel|Replica) Client \(/.test(error.message)
}

async function connected<T extends Common>(client: T, signal: AbortSignal, onLost: OnLost): Promise<T> {
  let last: unknown
  for (const name of ['error', 'terminated', 'end'])
    client.on(name, (error: unknown) => {
      if (isOfOthers(error)) return
      if (error instanceof Error) last = error
      onLost(last ?? new Error('the connection was closed'))
    })
  // Those of nodes are not those of a cluster: it goes on with the others.
  client.on('node-error', () => {})
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      void client.destroy()
      reject(signal.reason as Error)
    }
    if (signal.aborted) return onAbort()
    signal.addEventListener('abort', onAbort, { once: true })
    client
      .connect()
      .then(() => resolve())
      .catch((error: unknown) => reject((last ?? error) as Error))
      .finally(() => signal.removeEventListener('abort', onAbort))
  })
  // Of sentinels: those before are how they found the master.
  client.on('topology-change', ({ type }: { readonly type?: unknown }) => {
    if (type === 'MASTER_CHANGE') onLost(new Error('another server has become the master'))
  })
  return client
}

function toSubscriber(client: NodeClient | NodeSentinel, events: SubscriberEvents): SubscriberSession {
  const listener: Listener = (payload, channel) => events.onMessage(channel.toString(), payload)
  return {
    subscribe: async (channel) => void (await client.subscribe(channel, listener, true)),
    unsubscribe: async (channel) => void (await client.unsubscribe(channel)),
    ping: () =>
      'getMasterNode' in client
        ? client.sendCommand(false, ['PING'], BYTES)
        : client.sendCommand(['PING'], BYTES),
    end: () => void client.destroy(),
  }
}
