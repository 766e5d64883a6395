// What both drivers are to the stores and the bus.

/** An argument of a command. */
export type RedisArgument = string | Buffer

/** A reply: bulk strings are bytes. */
export type RedisReply = Buffer | string | number | null | readonly RedisReply[]

/** Sends a command to one server. */
export type RedisSend = (args: readonly RedisArgument[]) => Promise<RedisReply>

/** Connections to one server, a sentinel's master or a cluster: from the end of the handshake to their loss. They are never opened again. */
export interface RedisSession {
  /** Sends a command at once. `key` says which node of a cluster it goes to. */
  send(args: readonly RedisArgument[], key?: string): Promise<RedisReply>
  /** Sends a command to the server; in a cluster, to each master. */
  askMasters(args: readonly RedisArgument[]): Promise<readonly RedisReply[]>
  /** What sends commands to each of these. */
  masterSends(): Promise<readonly RedisSend[]>
  /** How many masters there are: 1 but in a cluster. */
  readonly masters: number
  /** As {@link RedisSession.askMasters}, without masters to which there is no connection now: one to come is told. */
  askConnected(args: readonly RedisArgument[]): Promise<readonly RedisReply[]>
  /** Ends it at once: what waits for a reply is rejected. */
  end(): void
}

/** A connection that receives messages. */
export interface SubscriberSession {
  /** Resolves when every message from now on will be received. */
  subscribe(channel: string): Promise<void>
  unsubscribe(channel: string): Promise<void>
  /** Proves that the connection is alive. */
  ping(): Promise<unknown>
  end(): void
}

/** Told that a session is lost; it may be called more than once, and after `end`. */
export type OnLost = (error: unknown) => void

/** Told of a session's end, and of each connection that a session makes later, before anything is read from it. */
export interface SessionEvents {
  readonly onLost: OnLost
  readonly onServer: () => void
}

/** What a subscriber is told. */
export interface SubscriberEvents {
  readonly onLost: OnLost
  readonly onMessage: (channel: string, payload: Uint8Array) => void
}

/** Opens sessions. */
export interface RedisDriver {
  /** Where the server is, for messages; without a password. */
  readonly place: string
  /** Whether keys lie in slots, and commands of several keys must name keys of one. */
  readonly isCluster: boolean
  /** What the client puts in front of each key. */
  readonly keyPrefix: string
  /** Loads the package of the driver: no time of a connection, which a busy process would take for one. */
  load(): Promise<unknown>
  /** The signal ends the attempt. */
  connect(signal: AbortSignal, events: SessionEvents): Promise<RedisSession>
  subscribe(signal: AbortSignal, events: SubscriberEvents): Promise<SubscriberSession>
}
