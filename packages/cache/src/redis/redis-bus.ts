import type { Bus, BusCallOptions, BusListener, BusSubscribeOptions, Unsubscribe } from '@keelson/core'
import {
  assertBytes,
  assertCallOptions,
  assertTopic,
  createMemoryBus,
  PortClosedError,
  systemClock,
  systemRandom,
  type MemoryBusOptions,
} from '@keelson/core/ports'
import { waitUntil } from '../wait/index.ts'
import { Reconnecting } from './reconnecting.ts'
import { replyCode, toRedisError } from './redis-error.ts'
import type { RedisLink } from './redis-link.ts'
import { redisScript, runScript } from './redis-script.ts'
import type { RedisDriver, SubscriberSession } from './session.ts'

/** Parts of a {@link RedisBus}. */
export interface RedisBusParts {
  readonly driver: RedisDriver
  /** Publishes. */
  readonly link: RedisLink
  /** In front of each topic. */
  readonly prefix: string
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  /** Whether what subscribes first waits for Redis, and fails without it. */
  readonly isRequired: boolean
  readonly delivery: MemoryBusOptions
  readonly close: () => Promise<void>
}

/** A topic that somebody listens to. */
interface Followed {
  count: number
  readonly ready: Promise<void>
}

/** What stands before a message on its way through the process: so a gap has its turn among the messages. */
const MESSAGE = 0
const GAP = 1

/** How often the connection must show that it is alive: nothing else is sent there, and a dead one is silent. */
const PING_MS = 1000

/** In a cluster, by the node of the topic: a command without a key goes to any of them, and messages would overtake each other. */
const PUBLISH = redisScript(`return redis.call('PUBLISH', KEYS[1], ARGV[1])`)

/**
 * Messages by pub/sub. The delivery within the process is that of core's own bus: order, one at a time, overflow, errors of
 * listeners.
 */
export class RedisBus implements Bus {
  readonly capabilities = Object.freeze({ shared: true })
  readonly #parts: RedisBusParts
  readonly #local: Bus
  readonly #connection: Reconnecting<SubscriberSession>
  readonly #followed = new Map<string, Followed>()
  /** Topics whose end the server has not confirmed yet. */
  readonly #leaving = new Map<string, Promise<void>>()
  /** Topics of which messages may have been lost, and nobody was told yet. */
  readonly #gaps = new Set<string>()
  #watch: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: RedisBusParts) {
    const { driver, prefix, connectTimeoutMs } = parts
    this.#parts = parts
    this.#local = createMemoryBus(parts.delivery)
    this.#connection = new Reconnecting({
      connect: (signal, onLost) =>
        driver.subscribe(signal, {
          onLost,
          onMessage: (channel, payload) => this.#receive(channel.slice(prefix.length), payload),
        }),
      onUp: (session) => this.#followAll(session),
      connectTimeoutMs,
      random: systemRandom,
    })
  }

  async publish(topic: string, payload: Uint8Array, options?: BusCallOptions): Promise<void> {
    if (this.#isClosed) throw new PortClosedError('The bus is closed.')
    assertCallOptions(options, ['signal'])
    options?.signal?.throwIfAborted()
    assertTopic(topic)
    assertBytes(payload, 'payload')
    const { link, driver } = this.#parts
    const channel = this.#parts.prefix + topic
    // A copy, since the caller may change it before it is sent.
    const bytes = Buffer.from(payload)
    await link.run(
      (session) =>
        driver.isCluster
          ? runScript(session, PUBLISH, { key: channel, args: [bytes] })
          : session.send(['PUBLISH', channel, bytes]),
      options?.signal,
    )
  }

  async subscribe(topic: string, listener: BusListener, options?: BusSubscribeOptions): Promise<Unsubscribe> {
    const onGap = options?.onGap
    const receive: BusListener = (framed) =>
      framed[0] === GAP ? onGap?.(topic) : listener(framed.subarray(1), topic)
    // Here it checks the arguments, and notes in whose context the listener runs.
    const ended = await this.#local.subscribe(
      topic,
      typeof listener === 'function' ? receive : listener,
      options,
    )
    try {
      await this.#follow(topic, options?.signal)
    } catch (error) {
      await ended()
      throw error
    }
    let isEnded = false
    return async () => {
      if (isEnded) return
      isEnded = true
      await ended()
      this.#leave(topic)
    }
  }

  async close(options?: BusCallOptions): Promise<void> {
    assertCallOptions(options, ['signal'])
    this.#isClosed = true
    clearInterval(this.#watch)
    this.#followed.clear()
    this.#connection.close()
    await this.#local.close(options)
    await this.#parts.close()
  }

  /** Connects. @throws {RedisUnavailableError} when the first attempt failed, and Redis is required */
  async open(signal?: AbortSignal): Promise<void> {
    const { connectTimeoutMs: limitMs, isRequired, driver } = this.#parts
    await driver.load()
    this.#watch ??= setInterval(() => this.#ping(), PING_MS).unref()
    const late = (): Error => this.#toError(new Error(`no connection within ${limitMs} ms`))
    await waitUntil(() => this.#connection.begin(), { signal, limit: { clock: systemClock, limitMs, late } })
    const isMissing = this.#connection.current === undefined && !this.#connection.hasBeenUp
    if (isMissing && isRequired) throw this.#toError(this.#connection.failure)
  }

  /** Why messages do not come now; undefined where they do. */
  get problem(): string | undefined {
    if (this.#connection.current !== undefined) return undefined
    const { failure, hasBegun } = this.#connection
    return hasBegun ? this.#toError(failure ?? new Error('there is no connection')).message : undefined
  }

  async #follow(topic: string, signal: AbortSignal | undefined): Promise<void> {
    await this.open(signal)
    if (this.#isClosed) throw new PortClosedError('The bus is closed.')
    const known = this.#followed.get(topic)
    if (known !== undefined) {
      known.count++
      return known.ready
    }
    const ready = this.#begin(topic)
    this.#followed.set(topic, { count: 1, ready })
    await ready
  }

  /** Resolves once it is followed. While there is no connection, the next one follows it, and tells the gap. */
  async #begin(topic: string): Promise<void> {
    await this.#leaving.get(topic)
    const session = this.#connection.current
    if (session !== undefined) await this.#send(session, topic)
  }

  #leave(topic: string): void {
    const followed = this.#followed.get(topic)
    if (followed === undefined || --followed.count > 0) return
    this.#followed.delete(topic)
    const session = this.#connection.current
    if (session === undefined) return
    // Whether it was done matters to nobody: what still comes has no listener. Who follows it again waits, since drivers mix up the two.
    const left = this.#replied(() => session.unsubscribe(this.#parts.prefix + topic)).catch(() => {})
    this.#leaving.set(topic, left)
    void left.then(() => {
      if (this.#leaving.get(topic) === left) this.#leaving.delete(topic)
    })
  }

  /** Of a new connection: all topics that somebody listens to, whose messages were lost before. */
  #followAll(session: SubscriberSession): void {
    for (const topic of this.#followed.keys()) {
      this.#gaps.add(topic)
      void this.#send(session, topic).then(
        () => this.#tellGap(topic),
        (error: unknown) => this.#connection.lose(session, error),
      )
    }
  }

  /** Only what the server refuses is an error: a connection that is lost meanwhile is followed by one that has all topics. */
  async #send(session: SubscriberSession, topic: string): Promise<void> {
    try {
      await this.#replied(() => session.subscribe(this.#parts.prefix + topic))
    } catch (error) {
      if (replyCode(error) === undefined) return this.#connection.lose(session, error)
      this.#followed.delete(topic)
      throw this.#toError(error)
    }
  }

  #receive(topic: string, payload: Uint8Array): void {
    // A message shows that the topic is followed again, before the reply to the command may have been seen.
    this.#tellGap(topic)
    this.#deliver(topic, Buffer.concat([Buffer.from([MESSAGE]), payload]))
  }

  #tellGap(topic: string): void {
    if (this.#gaps.delete(topic)) this.#deliver(topic, Buffer.from([GAP]))
  }

  #deliver(topic: string, framed: Uint8Array): void {
    // It rejects once the bus is closed.
    this.#local.publish(topic, framed).catch(() => {})
  }

  #ping(): void {
    const session = this.#connection.current
    if (session === undefined) return
    this.#replied(() => session.ping()).catch((error: unknown) => this.#connection.lose(session, error))
  }

  /** The reply to a command, within its time. */
  #replied<T>(send: () => Promise<T>): Promise<T> {
    const { commandTimeoutMs: limitMs } = this.#parts
    const late = (): Error => new Error(`no reply within ${limitMs} ms`)
    return waitUntil(send, { limit: { clock: systemClock, limitMs, late } })
  }

  #toError(error: unknown): Error {
    return toRedisError(error, { place: this.#parts.driver.place, keeps: false })
  }
}
