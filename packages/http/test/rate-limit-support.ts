import { randomUUID } from 'node:crypto'
import type { KeyValueStore } from '@keelson/core'
import type { Redis } from 'ioredis'
import { RedisStore } from './redis-store.ts'

const SCOPE = Symbol.for('keelson.storeScope')

/** A store with some of its operations replaced, also for scopes. It has no `take` unless it is given one. */
export function storeWith(parts: Partial<KeyValueStore>, store: KeyValueStore): KeyValueStore {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'take' || name === SCOPE || name in parts) return parts[name as keyof KeyValueStore]
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** A store on Redis whose keys nobody else has. */
export function freshRedisStore(redis: Redis): RedisStore {
  return new RedisStore(redis, `keelson-test:${randomUUID()}:`)
}
