import { SetupError, type Clock, type KeyValueStore } from '@keelson/core'
import { requireCapabilities, scopedStore } from '@keelson/core/ports'
import { bucketCounter } from './bucket-counter.ts'
import { readStoreOptions, type QuotaStoreOptions } from './options.ts'
import { StoreWatch } from './store-watch.ts'

/**
 * What takes from quotas in the store of an app, at start.
 *
 * @throws {SetupError} where the store can neither take nor count
 */
export function watchOf(store: KeyValueStore, clock: Clock, options: QuotaStoreOptions): StoreWatch {
  const { storeTimeoutMs, maxBytes } = readStoreOptions(options)
  const settings = { clock, storeTimeoutMs, maxBytes }
  const scope = scopedStore(store, 'rate-limit', { maxBytes })
  if (scope.take !== undefined) return new StoreWatch(scope.take, settings)
  const problems = requireCapabilities(store, ['increment'], { place: 'rateLimit' })
  if (problems.length > 0) throw new SetupError(problems)
  return new StoreWatch(bucketCounter(scope, clock), settings)
}
