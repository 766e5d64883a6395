import type { Bus, Health, KeyValueStore } from '@keelson/core'
import { assertKeeps } from './assert-keeps.ts'
import { RedisBus } from './redis-bus.ts'
import { RedisKeys } from './redis-keys.ts'
import { RedisLink } from './redis-link.ts'
import type { RedisSettings } from './redis-options.ts'
import { driverOf, type RedisSource } from './redis-source.ts'
import { RedisStore } from './redis-store.ts'

/** A store and a bus on one Redis, which share a connection for commands; messages have one of their own. */
export interface RedisParts {
  readonly store: KeyValueStore
  readonly bus: Bus
  open(signal?: AbortSignal): Promise<void>
  health(signal?: AbortSignal): Promise<Health>
  close(signal?: AbortSignal): Promise<void>
}

/** What the parts are made for. */
export interface PartsUse {
  /** Who asks, for messages: `redis()`. */
  readonly place: string
  /** Whether the store is to keep its keys. */
  readonly keeps: boolean
  /** Whether one part is used alone: closing it closes the connection, too. */
  readonly isAlone: boolean
}

/** Makes the parts; nothing is connected yet. @throws {SetupError} `ERR_CORE_OPTION` for an invalid source */
export function redisParts(
  source: RedisSource,
  settings: RedisSettings,
  { place, keeps, isAlone }: PartsUse,
): RedisParts {
  const { commandTimeoutMs, connectTimeoutMs, isRequired, delivery } = settings
  const driver = driverOf(source, { driver: settings.driver, commandTimeoutMs, connectTimeoutMs, place })
  const isAsked = keeps && settings.canEvict !== false
  const link = new RedisLink(driver, {
    commandTimeoutMs,
    connectTimeoutMs,
    keeps,
    check: isAsked ? (session) => assertKeeps(session, driver.place) : undefined,
  })
  const prefix = driver.keyPrefix + settings.prefix
  const keys = new RedisKeys(prefix, driver.isCluster)
  const times = { commandTimeoutMs, connectTimeoutMs }
  const closeOne = isAlone ? () => link.close() : () => Promise.resolve()
  const store = new RedisStore({ link, keys, keeps, close: closeOne })
  const bus = new RedisBus({ driver, link, prefix, ...times, isRequired, delivery, close: closeOne })
  return {
    store,
    bus,
    open: async (signal) => {
      const opened = await Promise.allSettled([link.open(signal), bus.open(signal)])
      const failed = opened.find((one) => one.status === 'rejected')
      if (failed !== undefined && isRequired) throw failed.reason
    },
    health: async (signal) => {
      const pinged = await link
        .run((session) => session.send(['PING']), signal)
        .then(
          () => undefined,
          (error: Error) => error.message,
        )
      const problem = pinged ?? bus.problem
      if (problem === undefined) return { status: 'up' }
      return { status: isRequired ? 'down' : 'up', detail: { problem } }
    },
    close: async (signal) => {
      await Promise.all([store.close(), bus.close({ signal })])
      await link.close()
    },
  }
}
