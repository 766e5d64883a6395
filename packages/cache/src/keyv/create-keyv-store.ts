import type { Clock, KeyValueStore } from '@keelson/core'
import { systemClock } from '@keelson/core/ports'
import {
  checkArgument,
  checkOptions,
  flag,
  ofKind,
  optionTable,
  refuseCall,
  withDefaults,
  withMethods,
  type CallProblem,
} from '@keelson/core/options'
import { KeyvStore, type KeyvLike } from './keyv-store.ts'

/** What `keyvStore` takes: what the engine is, which a Keyv does not tell, by the names of a store's `capabilities`. */
export interface KeyvStoreOptions {
  /** Other processes see the same data. Default false. */
  readonly shared?: boolean | undefined
  /** Data outlive the process. Default false. */
  readonly durable?: boolean | undefined
  /** Every key stays until its time, also when the engine is full. Default false: it may evict. */
  readonly keeps?: boolean | undefined
  /** Says when values expire. Default: that of the system. */
  readonly clock?: Clock | undefined
}

/** Options with what is by default. */
interface KeyvFacts extends Pick<KeyvStoreOptions, 'clock'> {
  readonly shared: boolean
  readonly durable: boolean
  readonly keeps: boolean
}

const KEYV = ofKind(
  {
    what: 'a Keyv of version 6',
    test: (value) => {
      const { store, disconnect } = (value ?? {}) as Partial<KeyvLike>
      return typeof store?.get === 'function' && typeof disconnect === 'function'
    },
    remedy: () => 'Run npm install keyv@6, and write keyvStore(new Keyv({ store: adapter })).',
  },
  'The Keyv.',
)
const OPTIONS = optionTable<KeyvStoreOptions>({
  shared: flag('Other processes see the same data.', { default: false }),
  durable: flag('Data outlive the process.', { default: false }),
  keeps: flag('Every key stays until its time.', { default: false }),
  clock: ofKind(withMethods('a Clock', ['now']), 'Says when values expire. Default: that of the system.'),
})

const OTHER_VERSION =
  'It is a Keyv of another version than 6: its adapter would take the instant at which a value ends for a duration, and keep the value for decades.'
const BATCHES = ['getMany', 'setMany', 'deleteMany'] as const

/** What would be found when values last too long, or at the first call. */
function versionProblems({ store, setRaw }: KeyvLike): CallProblem[] {
  if (typeof setRaw !== 'function' || store.capabilities?.expires !== true)
    return [{ message: OTHER_VERSION, remedy: 'Run npm install keyv@6, and adapters that ask for keyv 6.' }]
  const missing = BATCHES.filter((name) => typeof store[name] !== 'function')
  if (missing.length === 0) return []
  const message = `Its storage adapter has no ${missing.join(', ')}.`
  return [{ message, remedy: 'Use one that has, or add them to yours.' }]
}

/**
 * A store on a Keyv, and so on every engine that keyv has an adapter for: behind a cache, `cache({ store: keyvStore(keyv, { shared: true }) })`.
 * It has no `add`, `compareAndSet`, `increment` and `touch`, which keyv lacks: it is not for locks and limits.
 *
 * Its keys have the namespace of the Keyv. Values are texts of our own; the serializer, the compression and the default TTL of the Keyv are not
 * used. `close` disconnects it.
 *
 * @param keyv - `new Keyv({ store, namespace })` of keyv 6
 * @throws {SetupError} `ERR_CORE_OPTION` for what is not a Keyv of version 6, an adapter without batches, and an invalid option. Calls reject with what the adapter throws, and
 *   with {@link KeyvWriteError} `ERR_CACHE_KEYV_WRITE` where it says that it stored nothing; an adapter that hides errors of reads makes misses of them
 * @example
 * import { Keyv } from 'keyv'
 * const store = keyvStore(new Keyv({ namespace: 'shop' }))
 * await store.set('a', new Uint8Array([1]), { ttlMs: 60_000 })
 */
export function keyvStore(keyv: KeyvLike, options: KeyvStoreOptions = {}): KeyValueStore {
  const place = { name: 'keyvStore', below: keyvStore }
  checkArgument(KEYV, keyv, { ...place, argument: 'The first argument' })
  refuseCall(versionProblems(keyv), place)
  checkOptions(OPTIONS, options, place)
  const { clock = systemClock, ...facts } = withDefaults<KeyvFacts>(OPTIONS, options)
  return new KeyvStore({ keyv, ...facts, now: () => clock.now() })
}
