// On the request path: every command to Redis passes here, and has a time limit.
import { PortClosedError, systemClock, systemRandom, waitUntil } from '@keelson/core/ports'
import { Deadlines } from './deadlines.ts'
import { Reconnecting } from './reconnecting.ts'
import { isReadOnly, replyCode, toRedisError } from './redis-error.ts'
import type { RedisDriver, RedisSession } from './session.ts'

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
  readonly #deadlines: Deadlines
  #running = 0
  #onIdle: (() => void) | undefined
  #replies = 0
  #connections = 0
  #leftAt = -Infinity
  #isLoaded = false
  #isClosed = false

  constructor(driver: RedisDriver, settings: LinkSettings) {
    this.place = driver.place
    this.#driver = driver
    this.#settings = settings
    this.#deadlines = new Deadlines(settings.commandTimeoutMs)
    this.#connection = new Reconnecting({
      connect: async (signal, onLost) => {
        const onServer = (): void => void this.#connections++
        const session = await driver.connect(signal, { onLost, onServer })
        onServer()
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

  /** Another number after each connection that was made to a server. */
  get connections(): number {
    return this.#connections
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
  run<T>(work: (session: RedisSession) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#isClosed) return Promise.reject(closed())
    const session = this.#connection.current
    if (session !== undefined) return this.#limited(session, work, signal)
    return this.#sessionWithin(this.#settings.commandTimeoutMs, signal).then((first) =>
      this.#limited(first, work, signal),
    )
  }

  /** Waits for what runs, which its limits bound, and ends the connection. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    this.#connection.close()
  }

  #limited<T>(
    session: RedisSession,
    work: (session: RedisSession) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const before = this.#replies
      let isOver = false
      /** @returns whether it ends by this */
      const end = (): boolean => {
        if (isOver) return false
        isOver = true
        deadline.onLate = undefined
        signal?.removeEventListener('abort', onAbort)
        if (--this.#running === 0) this.#onIdle?.()
        return true
      }
      // Users may abort with anything; it goes on as it is.
      const onAbort = (): void => void (end() && reject(signal?.reason as Error))
      const deadline = this.#deadlines.add(() => {
        end()
        reject(this.#late(session, before))
      })
      this.#running++
      signal?.addEventListener('abort', onAbort)
      work(session).then(
        (value) => {
          this.#replies++
          if (end()) resolve(value)
        },
        (error: unknown) => {
          if (replyCode(error) !== undefined) this.#replies++
          if (isReadOnly(error)) this.#leave(session, error)
          if (end()) reject(this.#toError(error))
        },
      )
    })
  }

  #late(session: RedisSession, before: number): Error {
    const error = new Error(`no reply within ${this.#settings.commandTimeoutMs} ms`)
    // Nothing was heard since: the connection may be dead although nobody has said so, and a new one may not be.
    if (this.#replies === before) this.#connection.lose(session, error)
    return this.#toError(error)
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
      // Once: while Redis is gone each command comes here, and none waits for an import.
      if (!this.#isLoaded) await this.#driver.load()
      this.#isLoaded = true
      await waitUntil(() => this.#connection.begin(), {
        signal,
        limit: { clock: systemClock, limitMs, late },
      })
    } catch (error) {
      throw signal?.aborted === true ? error : this.#toError(error)
    }
    if (this.#isClosed) throw closed()
    const { current, failure } = this.#connection
    if (current !== undefined) return current
    throw this.#toError(failure ?? new Error('there is no connection'))
  }
}

function closed(): PortClosedError {
  return new PortClosedError('The store is closed.')
}
