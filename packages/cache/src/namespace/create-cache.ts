import type { Cache, CreateCacheOptions } from '../contract/index.ts'
import { LiveCache } from './live-cache.ts'
import { CREATE_OPTIONS, readCacheOptions } from './options.ts'

/**
 * Makes a cache outside of an app. In an app the plugin `cache()` does.
 *
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option
 * @example
 * const kept = createCache()
 * const rates = kept.namespace<number>('rates', { ttlMs: 60_000 })
 * await rates.getOrSet('EUR', () => 1.08) // => 1.08
 */
export function createCache(options: CreateCacheOptions = {}): Cache {
  const settings = readCacheOptions(CREATE_OPTIONS, options, { name: 'createCache', below: createCache })
  const made = new LiveCache(settings, options)
  void open(made, options.log)
  return made
}

/** Behind the caller, who has the memory meanwhile: a store that is not there yet counts as gone. */
async function open(made: LiveCache, log: CreateCacheOptions['log']): Promise<void> {
  try {
    await made.connect(new AbortController().signal)
  } catch (error) {
    log?.error({ err: error }, 'The shared store of the cache could not be opened.')
  }
  await made.open()
}
