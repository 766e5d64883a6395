import type { KeyValueStore } from '@keelson/core'
import { onTestFinished } from 'vitest'
import { ownStore } from '../../cache/test/own-store.ts'

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

/** A store on Redis for one test. Without `take`, which goes by the clock of the server: no test moves it. */
export function redisStoreOfTest(url: string): KeyValueStore {
  const { store, dispose } = ownStore(url)
  onTestFinished(dispose)
  return storeWith({}, store)
}
