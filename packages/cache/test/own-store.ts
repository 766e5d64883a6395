import type { KeyValueStore } from '@keelson/core'
import { redisStore, type DriverName } from '../src/redis/index.ts'
import { PATIENT } from './redis-drivers.ts'
import { deletePrefix, testPrefix } from './redis-server.ts'

/** A store that no other test uses, and what closes it and deletes its keys. */
export interface OwnStore {
  readonly store: KeyValueStore
  readonly dispose: () => Promise<void>
}

/** A store on Redis with keys of its own. */
export function ownStore(url: string, driver: DriverName = 'ioredis'): OwnStore {
  const prefix = testPrefix()
  const store = redisStore(url, { driver, prefix, ...PATIENT })
  const dispose = async (): Promise<void> => {
    await store.close()
    await deletePrefix(url, prefix)
  }
  return { store, dispose }
}
