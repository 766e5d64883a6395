import { systemClock, waitUntil } from '@keelson/core/ports'
import type { Reconnecting } from './reconnecting.ts'
import { replyCode } from './redis-error.ts'
import type { SubscriberSession } from './session.ts'

/** Parts of {@link RedisTopics}. */
export interface RedisTopicsParts {
  readonly connection: Pick<Reconnecting<SubscriberSession>, 'current' | 'lose'>
  /** In front of each topic. */
  readonly prefix: string
  readonly commandTimeoutMs: number
  /** Called where messages of a topic may have been lost, once the server follows it again. */
  readonly onGap: (topic: string) => void
  readonly toError: (error: unknown) => Error
}

/** A topic that somebody listens to. */
interface Followed {
  count: number
  readonly ready: Promise<void>
}

/** The topics that a bus listens to: each is subscribed once at the server, and again at each new connection. */
export class RedisTopics {
  readonly #parts: RedisTopicsParts
  readonly #followed = new Map<string, Followed>()
  /** Topics whose end the server has not confirmed yet. */
  readonly #leaving = new Map<string, Promise<void>>()
  /** Topics of which messages may have been lost, and nobody was told yet. */
  readonly #gaps = new Set<string>()

  constructor(parts: RedisTopicsParts) {
    this.#parts = parts
  }

  /** One more listens. Resolves once the server follows the topic, or there is no connection. */
  async follow(topic: string): Promise<void> {
    const known = this.#followed.get(topic)
    if (known !== undefined) {
      known.count++
      return known.ready
    }
    const ready = this.#begin(topic)
    this.#followed.set(topic, { count: 1, ready })
    await ready
  }

  /** One listens no more. */
  leave(topic: string): void {
    const followed = this.#followed.get(topic)
    if (followed === undefined || --followed.count > 0) return
    this.#followed.delete(topic)
    const { connection, prefix } = this.#parts
    const session = connection.current
    if (session === undefined) return
    // Whether it was done matters to nobody: what still comes has no listener. Who follows it again waits, since drivers mix up the two.
    const left = this.#replied(() => session.unsubscribe(prefix + topic)).catch(() => {})
    this.#leaving.set(topic, left)
    void left.then(() => {
      if (this.#leaving.get(topic) === left) this.#leaving.delete(topic)
    })
  }

  /** Of a new connection: all topics that somebody listens to, whose messages were lost before. */
  followAll(session: SubscriberSession): void {
    for (const topic of this.#followed.keys()) {
      this.#gaps.add(topic)
      void this.#send(session, topic).then(
        () => this.tellGap(topic),
        (error: unknown) => this.#parts.connection.lose(session, error),
      )
    }
  }

  /** The server follows the topic again: a gap that was not told yet is told. */
  tellGap(topic: string): void {
    if (this.#gaps.delete(topic)) this.#parts.onGap(topic)
  }

  /** Asks whether the connection is alive, and leaves it where no answer comes. */
  ping(): void {
    const { connection } = this.#parts
    const session = connection.current
    if (session === undefined) return
    this.#replied(() => session.ping()).catch((error: unknown) => connection.lose(session, error))
  }

  clear(): void {
    this.#followed.clear()
  }

  /** Resolves once it is followed. While there is no connection, the next one follows it, and tells the gap. */
  async #begin(topic: string): Promise<void> {
    await this.#leaving.get(topic)
    const session = this.#parts.connection.current
    if (session !== undefined) await this.#send(session, topic)
  }

  /** Only what the server refuses is an error: a connection that is lost meanwhile is followed by one that has all topics. */
  async #send(session: SubscriberSession, topic: string): Promise<void> {
    const { connection, prefix, toError } = this.#parts
    try {
      await this.#replied(() => session.subscribe(prefix + topic))
    } catch (error) {
      if (replyCode(error) === undefined) return connection.lose(session, error)
      this.#followed.delete(topic)
      throw toError(error)
    }
  }

  /** The reply to a command, within its time. */
  #replied<T>(send: () => Promise<T>): Promise<T> {
    const { commandTimeoutMs: limitMs } = this.#parts
    const late = (): Error => new Error(`no reply within ${limitMs} ms`)
    return waitUntil(send, { limit: { clock: systemClock, limitMs, late } })
  }
}
