import type { Health } from '@keelson/core'
import { assertKeeps } from './assert-keeps.ts'
import { RedisBus } from './redis-bus.ts'
import { RedisKeys } from './redis-keys.ts'
import { RedisLink } from './redis-link.ts'
import type { RedisSettings } from './redis-options.ts'
import { driverOf, type RedisSource } from './redis-source.ts'
import { RedisStore } from './redis-store.ts'

/** What the parts are made for. */
export interface PartsUse {
  /** Who asks, for messages: `redis()`. */
  readonly place: string
  /** Whether the store is to keep its keys. */
  readonly keeps: boolean
  /** Whether one part is used alone: closing it closes the connection, too. */
  readonly isAlone: boolean
}

/** In front of keys and channels outside of an app. */
const NO_APP = 'keelson:'

/** A store and a bus on one Redis, which share a connection for commands; messages have one of their own. */
export class RedisParts implements AsyncDisposable {
  readonly store: RedisStore
  readonly bus: RedisBus
  /** The same for an app, where it was given no prefix of its own. */
  readonly withPrefix: ((prefix: string) => RedisParts) | undefined
  readonly #link: RedisLink
  readonly #isRequired: boolean

  /** Nothing is connected yet. @throws {SetupError} `ERR_CORE_OPTION` for an invalid source */
  constructor(source: RedisSource, settings: RedisSettings, use: PartsUse) {
    const { place, keeps, isAlone } = use
    const { commandTimeoutMs, connectTimeoutMs, isRequired, delivery } = settings
    const times = { commandTimeoutMs, connectTimeoutMs }
    const driver = driverOf(source, { driver: settings.driver, connectTimeoutMs, place })
    const isAsked = keeps && settings.canEvict !== false
    const link = new RedisLink(driver, {
      ...times,
      keeps,
      check: isAsked ? (session) => assertKeeps(session, driver.place) : undefined,
    })
    const prefix = driver.keyPrefix + (settings.prefix ?? NO_APP)
    this.withPrefix =
      settings.prefix === undefined
        ? (given) => new RedisParts(source, { ...settings, prefix: given }, use)
        : undefined
    const keys = new RedisKeys(prefix, driver.isCluster)
    const close = isAlone ? () => link.close() : () => Promise.resolve()
    this.store = new RedisStore({ link, keys, keeps, close })
    this.bus = new RedisBus({ driver, link, prefix, ...times, isRequired, delivery, close })
    this.#link = link
    this.#isRequired = isRequired
  }

  async open(signal?: AbortSignal): Promise<void> {
    const opened = await Promise.allSettled([this.#link.open(signal), this.bus.open(signal)])
    const failed = opened.find((one) => one.status === 'rejected')
    if (failed !== undefined && this.#isRequired) throw failed.reason
  }

  async health(signal?: AbortSignal): Promise<Health> {
    const pinged = await this.#link
      .run((session) => session.send(['PING']), signal)
      .then(
        () => undefined,
        (error: Error) => error.message,
      )
    const problem = pinged ?? this.bus.problem
    if (problem === undefined) return { status: 'up' }
    return { status: this.#isRequired ? 'down' : 'up', detail: { problem } }
  }

  async close(signal?: AbortSignal): Promise<void> {
    await Promise.all([this.store.close(), this.bus.close({ signal })])
    await this.#link.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
