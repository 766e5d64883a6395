// On the request path: every command to Redis passes here, and has a time limit.
import { systemRandom, PortClosedError } from '@keelson/core/ports'
import { Reconnecting } from './reconnecting.ts'
import { isReadOnly, replyCode, toRedisError } from './redis-error.ts'
import type { RedisDriver, RedisSession } from './session.ts'
import { within } from './within.ts'

/** Settings of a {@link RedisLink}. */
export interface LinkSettings {
  readonly commandTimeoutMs: number
  readonly connectTimeoutMs: number
  /** Whether keys are kept until their time, so that a full server is a full store. */
  readonly keeps: boolean
  /** Looks at each new session before it is used. */
  readonly check?: ((session: RedisSession) => Promise<void>) | undefined
}

/** A server that only reads is left no more often than this, ms: perhaps no other one comes. */
const READ_ONLY_PAUSE_MS = 1000

/** The connection of commands. Nothing waits in a queue for a server that is gone: it is refused at once. */
export class RedisLink {
  readonly place: string
  readonly #driver: RedisDriver
  readonly #settings: LinkSettings
  readonly #connection: Reconnecting<RedisSession>
  readonly #running = new Set<Promise<unknown>>()
  #replies = 0
  #leftAt = -Infinity
  #isClosed = false

  constructor(driver: RedisDriver, settings: LinkSettings) {
    this.place = driver.place
    this.#driver = driver
    this.#settings = settings
    this.#connection = new Reconnecting({
      connect: async (signal, onLost) => {
        const session = await driver.connect(signal, onLost)
        try {
          await settings.check?.(session)
        } catch (error) {
          session.end()
          throw error
        }
        return session
      },
      connectTimeoutMs: settings.connectTimeoutMs,
      random: systemRandom,
    })
  }

  /** Why there is no connection; undefined while there is one. */
  get failure(): unknown {
    return this.#connection.current === undefined ? this.#connection.failure : undefined
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /**
   * Connects.
   *
   * @throws `ERR_CACHE_REDIS_UNAVAILABLE` when the first attempt failed; later ones go on
   */
  async open(signal?: AbortSignal): Promise<void> {
    await this.#sessionWithin(this.#settings.connectTimeoutMs, signal)
  }

  /**
   * Runs commands, under one time limit.
   *
   * @throws `ERR_CACHE_REDIS_UNAVAILABLE` at once when there is no connection, later when there is no reply in time
   */
  async run<T>(work: (session: RedisSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    const { commandTimeoutMs } = this.#settings
    const session = this.#connection.current ?? (await this.#sessionWithin(commandTimeoutMs, signal))
    const before = this.#replies
    const late = (): Error => {
      const error = new Error(`no reply within ${commandTimeoutMs} ms`)
      // Nothing was heard since: the connection may be dead although nobody has said so, and a new one may not be.
      if (this.#replies === before) this.#connection.lose(session, error)
      return error
    }
    const working = this.#noted(work(session))
    try {
      return await within(working, { limitMs: commandTimeoutMs, late, signal })
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) throw error
      if (isReadOnly(error)) this.#leave(session, error)
      throw this.#isClosed ? new PortClosedError('The store is closed.') : this.#toError(error)
    }
  }

  /** Waits for what runs, which its limits bound, and ends the connection. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    await Promise.allSettled(this.#running)
    this.#connection.close()
  }

  #toError(error: unknown): Error {
    return toRedisError(error, { place: this.place, keeps: this.#settings.keeps })
  }

  #leave(session: RedisSession, error: unknown): void {
    const now = performance.now()
    if (now - this.#leftAt < READ_ONLY_PAUSE_MS) return
    this.#leftAt = now
    this.#connection.lose(session, error)
  }

  async #sessionWithin(limitMs: number, signal: AbortSignal | undefined): Promise<RedisSession> {
    const late = (): Error => new Error(`no connection within ${limitMs} ms`)
    try {
      await this.#driver.load()
      await within(this.#connection.begin(), { limitMs, late, signal })
    } catch (error) {
      throw signal?.aborted === true ? error : this.#toError(error)
    }
    if (this.#isClosed) throw new PortClosedError('The store is closed.')
    const { current, failure } = this.#connection
    if (current !== undefined) return current
    throw this.#toError(failure ?? new Error('there is no connection'))
  }

  #noted<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(
      () => void this.#replies++,
      (error: unknown) => {
        if (replyCode(error) !== undefined) this.#replies++
      },
    )
    this.#running.add(ended)
    void ended.finally(() => this.#running.delete(ended))
    return work
  }
}
