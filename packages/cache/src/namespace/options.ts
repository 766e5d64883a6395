import { MAX_TTL_MS } from '@keelson/core/ports'
import {
  callable,
  checkOptions,
  flag,
  integer,
  listOf,
  milliseconds,
  nested,
  ofKind,
  oneOf,
  optionTable,
  refuseCall,
  required,
  SIGNAL,
  text,
  withDefaults,
  withMethods,
  type CallProblem,
  type OptionPlace,
  type OptionTable,
} from '@keelson/core/options'
import type {
  CacheCallOptions,
  CacheOptions,
  CacheSetOptions,
  CreateCacheOptions,
  FactoryDecision,
  InvalidateOptions,
  Serializer,
  SharedTier,
} from '../contract/index.ts'

const MIB = 1024 * 1024

export const SERIALIZER = ofKind(
  withMethods('a serializer', ['serialize', 'deserialize']),
  'Values as bytes.',
)
/** From 1 ms to what stores take. */
export const TTL = { minimum: 1, maximum: MAX_TTL_MS }

const SHARED_TIER = optionTable<SharedTier>(
  {
    store: required(
      ofKind(
        withMethods('a KeyValueStore', ['get', 'set', 'getMany', 'setMany']),
        'The store of all processes.',
      ),
    ),
    bus: ofKind(withMethods('a Bus', ['publish', 'subscribe']), 'Carries invalidations.'),
    withPrefix: callable('The same behind a prefix.'),
    open: callable('Connects, before the app takes requests.'),
    health: callable('State of the engine.'),
    close: callable('Called when the cache has closed.'),
  },
  { isInstance: true },
)

const CACHE = {
  shared: nested(SHARED_TIER, 'What stands behind the memory of the process.'),
  maxBytes: integer('Most bytes of the memory of the process.', { minimum: 1, default: 64 * MIB }),
  maxEntryBytes: integer('Largest value that is stored.', { minimum: 1, default: MIB }),
  memoryTtlMs: milliseconds('How long a value of the shared store is kept in the process.', {
    default: 10_000,
  }),
  compressAboveBytes: integer('From how many bytes on values are compressed.', { default: 16_384 }),
  serializer: SERIALIZER,
  storeTimeoutMs: milliseconds('How long a call of the shared store may take.', { minimum: 1, default: 500 }),
  lockTtlMs: milliseconds('How long a process that has died keeps others from computing.', {
    minimum: 50,
    default: 2_000,
  }),
  maxFallbacks: integer('How many factories run at once while the shared store is gone.', {
    minimum: 1,
    default: 64,
  }),
  onWriteFailure: oneOf(['drop', 'throw'], 'What becomes of a value that the store does not take.', {
    default: 'drop',
  }),
  isPerProcess: flag('Says that each process may have values of its own.', { default: false }),
}

export const CACHE_OPTIONS = optionTable<CacheOptions>(CACHE)

export const CREATE_OPTIONS = optionTable<CreateCacheOptions>({
  ...CACHE,
  clock: ofKind(
    withMethods('a Clock', ['now', 'monotonic', 'setTimeout']),
    'Says how old values are. Default: that of the system.',
  ),
  random: ofKind(
    withMethods('a Random', ['bytes', 'int']),
    'Makes ids, and the parts of times that are at random. Default: that of the system.',
  ),
  log: ofKind(withMethods('a Logger', ['warn', 'error']), 'Where problems are logged. Default: nowhere.'),
})

const SIGNAL_OPTION = ofKind(SIGNAL, 'Ends the wait.')
export const CALL_OPTIONS = optionTable<CacheCallOptions>({ signal: SIGNAL_OPTION })

const WRITE = {
  ttlMs: integer('How long the value is fresh, ms.', TTL),
  graceMs: integer('How long it may be served when it is not fresh, ms.', { maximum: MAX_TTL_MS }),
  tags: listOf(text('A tag.'), 'Tags of the value.'),
}
export const SET_OPTIONS = optionTable<CacheSetOptions>({ ...WRITE, signal: SIGNAL_OPTION })
export const DECIDE_OPTIONS = optionTable<FactoryDecision>({
  ...WRITE,
  isStored: flag('Whether the value is stored.', { default: true }),
})
export const INVALIDATE_OPTIONS = optionTable<InvalidateOptions>({
  isSoft: flag('Whether values become stale instead of a miss.', { default: false }),
  signal: SIGNAL_OPTION,
})

/** Options of a cache, with what is by default. */
export interface CacheSettings {
  readonly maxBytes: number
  readonly maxEntryBytes: number
  readonly memoryTtlMs: number
  readonly compressAboveBytes: number
  readonly serializer: Serializer | undefined
  readonly storeTimeoutMs: number
  readonly lockTtlMs: number
  readonly maxFallbacks: number
  readonly onWriteFailure: 'drop' | 'throw'
  readonly isPerProcess: boolean
}

/** Of values that memory never has room for. */
export function tooLarge(maxEntryBytes: number, maxBytes: number): CallProblem {
  return {
    message: `maxEntryBytes (${maxEntryBytes}) is more than maxBytes (${maxBytes}): such a value would never be kept.`,
    remedy: 'Give a smaller maxEntryBytes, or a larger maxBytes.',
  }
}

/**
 * @param table - of the function that was called
 * @throws {SetupError} `ERR_CORE_OPTION`
 */
export function readCacheOptions<T extends CacheOptions>(
  table: OptionTable<T>,
  options: T,
  place: OptionPlace,
): CacheSettings {
  checkOptions(table, options, place)
  const settings = withDefaults<CacheSettings>(table, options)
  const { maxBytes, maxEntryBytes } = settings
  if (options.maxEntryBytes === undefined)
    return { ...settings, maxEntryBytes: Math.min(maxEntryBytes, maxBytes) }
  refuseCall(maxEntryBytes <= maxBytes ? [] : [tooLarge(maxEntryBytes, maxBytes)], place)
  return settings
}
