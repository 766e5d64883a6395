import type { Bus, BusCallOptions, BusListener, BusSubscribeOptions, Unsubscribe } from '@keelson/core'
import {
  assertBytes,
  assertCallOptions,
  assertTopic,
  createMemoryBus,
  type MemoryBusOptions,
  PortClosedError,
  systemClock,
  systemRandom,
  waitUntil,
} from '@keelson/core/ports'
import { Reconnecting } from './reconnecting.ts'
import { toRedisError } from './redis-error.ts'
import type { RedisLink } from './redis-link.ts'
import { redisScript, runScript } from './redis-script.ts'
import { RedisTopics } from './redis-topics.ts'
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
  readonly #topics: RedisTopics
  #watch: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(parts: RedisBusParts) {
    const { driver, prefix, connectTimeoutMs, commandTimeoutMs } = parts
    this.#parts = parts
    this.#local = createMemoryBus(parts.delivery)
    this.#connection = new Reconnecting({
      connect: (signal, onLost) =>
        driver.subscribe(signal, {
          onLost,
          onMessage: (channel, payload) => this.#receive(channel.slice(prefix.length), payload),
        }),
      onUp: (session) => this.#topics.followAll(session),
      connectTimeoutMs,
      random: systemRandom,
    })
    this.#topics = new RedisTopics({
      connection: this.#connection,
      prefix,
      commandTimeoutMs,
      onGap: (topic) => this.#deliver(topic, Buffer.from([GAP])),
      toError: (error) => this.#toError(error),
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
      this.#topics.leave(topic)
    }
  }

  async close(options?: BusCallOptions): Promise<void> {
    assertCallOptions(options, ['signal'])
    this.#isClosed = true
    clearInterval(this.#watch)
    this.#topics.clear()
    this.#connection.close()
    await this.#local.close(options)
    await this.#parts.close()
  }

  /** Connects. @throws {RedisUnavailableError} when the first attempt failed, and Redis is required */
  async open(signal?: AbortSignal): Promise<void> {
    const { connectTimeoutMs: limitMs, isRequired, driver } = this.#parts
    await driver.load()
    this.#watch ??= setInterval(() => this.#topics.ping(), PING_MS).unref()
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
    await this.#topics.follow(topic)
  }

  #receive(topic: string, payload: Uint8Array): void {
    // A message shows that the topic is followed again, before the reply to the command may have been seen.
    this.#topics.tellGap(topic)
    this.#deliver(topic, Buffer.concat([Buffer.from([MESSAGE]), payload]))
  }

  #deliver(topic: string, framed: Uint8Array): void {
    // It rejects once the bus is closed.
    this.#local.publish(topic, framed).catch(() => {})
  }

  #toError(error: unknown): Error {
    return toRedisError(error, { place: this.#parts.driver.place, keeps: false })
  }
}
