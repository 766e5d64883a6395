import {
  BUS,
  bind,
  CACHE_STORE,
  CLOCK,
  LOGGER,
  optional,
  plugin,
  RANDOM,
  SetupError,
  token,
  type Bus,
  type KeyValueStore,
  type Plugin,
  type Token,
} from '@keelson/core'
import { checkOptions, refuseCall, type CallProblem } from '@keelson/core/options'
import type { Cache, CacheOptions, SharedTier } from '../contract/index.ts'
import { CACHE_OPTIONS, LiveCache, readCacheOptions } from '../namespace/index.ts'
import { aloneProblem, isClusterWorker } from './alone.ts'
import { tagWarnings } from './check-tags.ts'
import { routeTagsOf } from './route-tags.ts'

// What runs them is loaded when one is called.
const load = (): Promise<typeof import('../commands/index.ts')> => import('../commands/index.ts')

/** The cache of the app, which {@link cache} binds. */
export const CACHE: Token<Cache> = token<Cache>('keelson.cache', {
  shared: true,
  providedBy: 'the plugin cache() of @keelson/cache',
})

/**
 * The plugin of the cache: binds {@link CACHE}, listens to other processes, and waits at the end for values that are being computed. It adds the
 * commands `keelson cache stats` and `keelson cache invalidate`, and to `keelson check` tags of routes that do not meet.
 *
 * @param options - `shared` in them is what stands behind the memory of the process, as `redis(url)` gives it, or `{ store }`. Default: what is bound to
 *   `CACHE_STORE` and to `BUS`, if several processes share it; else nothing
 * @throws {SetupError} `ERR_CORE_OPTION` for an invalid option; the start, `ERR_CACHE_ALONE` for memory alone in a worker of `node:cluster`
 * @example
 * const app = createApp({ name: 'shop', routes: {}, plugins: [cache({ maxBytes: 16 * 1024 * 1024 })] })
 */
export function cache(options?: CacheOptions): Plugin
/**
 * The same with what is shared in front: `cache(redis(url), options)` is `cache({ ...options, shared: redis(url) })`.
 *
 * @throws {SetupError} `ERR_CORE_OPTION`; the start, `ERR_CACHE_ALONE`
 * @example
 * import { redis } from '@keelson/cache/redis'
 *
 * const app = createApp({ name: 'shop', routes: {}, plugins: [cache(redis('redis://127.0.0.1:6379'))] })
 */
export function cache(shared: SharedTier, options?: Omit<CacheOptions, 'shared'>): Plugin
export function cache(given: CacheOptions | SharedTier = {}, beside: CacheOptions = {}): Plugin {
  const place = { name: 'cache', below: cache }
  checkOptions(CACHE_OPTIONS, beside, place)
  const isShared = isTier(given)
  refuseCall(isShared ? besideProblems(given, beside) : twiceProblems(beside), place)
  const options = isShared ? { ...beside, shared: given } : given
  const settings = readCacheOptions(CACHE_OPTIONS, options, place)
  // What was given no prefix of its own has that of the app.
  const tier = (prefix: string) => options.shared?.withPrefix?.(prefix) ?? options.shared
  const LIVE = token<LiveCache>('keelson.cache, live')
  return plugin({
    name: 'cache',
    inject: { live: LIVE, bound: CACHE },
    setup: (app) =>
      app.provide(
        bind(LIVE, {
          needs: [CLOCK, RANDOM, LOGGER, optional(CACHE_STORE), optional(BUS)],
          make: (...[clock, random, log, ...bound]) =>
            new LiveCache(settings, { shared: tier(app.prefix) ?? tierOf(...bound), clock, random, log }),
          dispose: false,
        }),
        bind(CACHE, { alias: LIVE }),
      ),
    start: async ({ services: { live, bound }, plans, signal }) => {
      if (live.isAlone && !settings.isPerProcess && (await isClusterWorker()))
        throw new SetupError([aloneProblem('this is a worker of node:cluster')])
      await live.connect(signal)
      await live.open()
      for (const { facts } of plans) for (const { open } of routeTagsOf(facts)) open?.(bound)
    },
    health: ({ live }, signal) => live.health(signal),
    stop: ({ live }, signal) => live.close({ signal }),
    inspect: (app, { replicas = 1 }) => ({
      problems:
        options.shared === undefined && !settings.isPerProcess && replicas > 1 && !app.isShared(CACHE_STORE)
          ? [aloneProblem(`there will be ${replicas} of them`)]
          : [],
      warnings: tagWarnings(app),
      omitted: [],
    }),
    commands: {
      'cache stats': {
        description: 'Shows the state of the shared store; ends with 1 where it does not answer',
        args: { json: { description: 'As JSON', type: 'flag' } },
        needs: 'started',
        run: async ({ app: { services }, args, io, signal }) =>
          (await load()).statsCommand({ cache: services.live, io, signal }, args),
      },
      'cache invalidate': {
        description: 'Makes a miss of all that carries a tag, in all processes',
        args: {
          tags: { description: 'The tags', isPositional: true, isRequired: true, isList: true },
          soft: { description: 'Makes values stale, which grace still serves', type: 'flag' },
        },
        needs: 'started',
        run: async ({ app: { services }, args, io, signal }) =>
          (await load()).invalidateCommand({ cache: services.live, io, signal }, args),
      },
    },
  })
}

function isTier(given: CacheOptions | SharedTier): given is SharedTier {
  return typeof given === 'object' && given !== null && 'store' in given
}

/** Options that were meant for the cache, and would not be read. */
function besideProblems(tier: SharedTier, beside: CacheOptions): CallProblem[] {
  if (beside.shared !== undefined)
    return [{ message: 'It is given two shared stores.', remedy: 'Give one of them.' }]
  const names = Object.keys(tier).filter((name) => name in CACHE_OPTIONS.properties)
  if (names.length === 0) return []
  return [
    {
      message: `${names.join(', ')} cannot stand beside store.`,
      remedy: `Give cache({ store }, { ${names.join(', ')} }).`,
    },
  ]
}

/** Options of a second object, where the first has them already. */
function twiceProblems(beside: CacheOptions): CallProblem[] {
  if (Object.keys(beside).length === 0) return []
  return [{ message: 'It is given options twice.', remedy: 'Give them in one object.' }]
}

/** What the app has for it. An engine of the process alone is left: the memory of the cache is there already. */
function tierOf(store: KeyValueStore | undefined, bus: Bus | undefined): SharedTier | undefined {
  if (store?.capabilities.shared !== true) return undefined
  return { store, bus: bus?.capabilities.shared === true ? bus : undefined }
}
