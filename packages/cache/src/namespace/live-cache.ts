import type { Health } from '@keelson/core'
import {
  checkCallOptions,
  describeValue,
  laterPlaceOf,
  refuseCall,
  type CallProblem,
  type OptionPlace,
} from '@keelson/core/options'
import { createMemoryStore, PortClosedError } from '@keelson/core/ports'
import { ArgumentError, ServiceUnavailableError } from '@keelson/core'
import { runOutsideFrame } from '@keelson/core/frames'
import type {
  Cache,
  CacheCallOptions,
  CacheState,
  CreateCacheOptions,
  InvalidateOptions,
  Namespace,
  NamespaceKey,
  NamespaceOptions,
  NamespaceStats,
} from '../contract/index.ts'
import { toKeyText, ValueCodec } from '../entry/index.ts'
import { BackOff } from '../flight/index.ts'
import { createLocks, type Lock, type LockOptions, type Locks } from '../lock/index.ts'
import { EVERYTHING, GONE, ownTagOf, type StoreUsage, type UsageLimits } from '../shared/index.ts'
import { assertTags, MAX_INVALIDATED } from '../tags/index.ts'
import { CacheCore } from './cache-core.ts'
import { assertList, checkCall } from './check-call.ts'
import type { KeyAt } from './drop-keys.ts'
import { LiveNamespace } from './live-namespace.ts'
import { NamespaceParts } from './namespace-parts.ts'
import { readNamespaceOptions, settingsClash, type SettingsClash } from './namespace-options.ts'
import { CALL_OPTIONS, INVALIDATE_OPTIONS, type CacheSettings } from './options.ts'
import { withinSignal } from './within-signal.ts'
import { deleteValues } from './write-calls.ts'
import { orderKey } from './write-order.ts'

/** What a name of a namespace is made of. */
const NAME = /^[\w.-]{1,64}$/

interface Made {
  readonly parts: NamespaceParts
  readonly live: LiveNamespace
  /** Who made it first, and where. */
  readonly madeBy: () => string
}

/** A cache. */
export class LiveCache implements Cache {
  readonly #core: CacheCore
  readonly #shared: CreateCacheOptions['shared']
  readonly #made = new Map<string, Made>()
  #locks: Locks | undefined
  #closing: Promise<void> | undefined

  constructor(settings: CacheSettings, options: CreateCacheOptions) {
    this.#core = new CacheCore(settings, options)
    this.#shared = options.shared
  }

  /** Whether nothing stands behind its memory. */
  get isAlone(): boolean {
    return this.#shared === undefined
  }

  /** Does what is about an unknown commit later, and later again. */
  doAgain(work: () => Promise<void>): void {
    this.#core.repeats.add(work)
  }

  /** Connects what stands behind its memory. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.#shared?.open?.(signal)
  }

  /** Begins to listen to other processes. */
  open(): Promise<void> {
    return this.#core.shared?.open() ?? Promise.resolve()
  }

  namespace(name: string, options: NamespaceOptions<never>): Namespace<never, never> {
    return this.namespaceAt(name, options, { name: 'namespace', below: this.namespace as never })
  }

  /** {@link Cache.namespace} for whom a place names, in messages. */
  namespaceAt(name: string, options: NamespaceOptions<never>, place: OptionPlace): Namespace<never, never> {
    if (typeof name !== 'string' || !NAME.test(name))
      refuseCall(
        [
          {
            message: `${describeValue(name)} is not a name of a namespace.`,
            remedy: "Give 1 to 64 of letters, digits, '-', '_' and '.'.",
          },
        ],
        place,
      )
    const settings = readNamespaceOptions(options, this.#core.settings, place)
    const there = this.#made.get(name)
    if (there !== undefined) {
      const clash = settingsClash(there.parts.settings, settings)
      if (clash !== undefined) refuseCall([clashProblem(name, clash, there)], place)
      return there.live as Namespace<never, never>
    }
    return this.#make(name, settings, place)
  }

  #make(
    name: string,
    settings: NamespaceParts['settings'],
    { name: who, below }: OptionPlace,
  ): Namespace<never, never> {
    const core = this.#core
    const codec = new ValueCodec({ ...settings, name })
    const backOff = new BackOff(core.clock, settings.backOffMs)
    const parts = new NamespaceParts({ name, ownTag: ownTagOf(name), core, settings, codec, backOff })
    const live = new LiveNamespace(parts)
    core.namespaces.set(name, parts)
    const madeBy = below === undefined ? () => who : laterPlaceOf(who, below)
    this.#made.set(name, { parts, live, madeBy })
    return live as Namespace<never, never>
  }

  async invalidate(tags: string | readonly string[], options: InvalidateOptions = {}): Promise<void> {
    checkCallOptions(INVALIDATE_OPTIONS, options, { name: 'invalidate', below: undefined })
    const list = typeof tags === 'string' ? [tags] : tags
    assertTags(list, 'invalidate', MAX_INVALIDATED)
    if (list.length === 0) return
    const unique = [...new Set(list)]
    const { isSoft = false, signal } = options
    const work = (): Promise<void> => this.#core.invalidate(unique, isSoft)
    if (!this.#core.transactions.defer(unique, work)) await withinSignal(work(), signal)
  }

  async deleteMany(keys: readonly NamespaceKey[], options?: CacheCallOptions): Promise<void> {
    checkCall(CALL_OPTIONS, options, 'deleteMany')
    assertList(keys, 'deleteMany', '{ namespace, key }')
    const dropped = new Map(
      keys.map((one) => this.#keyAt(one)).map((at) => [orderKey(at.parts.name, at.key), at]),
    )
    await deleteValues(this.#core, [...dropped.values()], options?.signal)
  }

  #keyAt(given: NamespaceKey): KeyAt {
    const { namespace, key } = given ?? {}
    const made = this.#made.get(namespace?.name)
    if (made === undefined || made.live !== namespace)
      throw new ArgumentError(
        `deleteMany: ${describeValue(namespace)} is not a namespace of this cache. Give { namespace, key }, with what namespace() of this cache has returned.`,
      )
    return { parts: made.parts, key: toKeyText(key, namespace.name) }
  }

  async lock(name: string, options?: LockOptions): Promise<Lock> {
    if (this.#closing !== undefined) throw new PortClosedError('The cache is closed.')
    const { clock, random } = this.#core
    const { store = createMemoryStore({ clock }), bus } = this.#shared ?? {}
    this.#locks ??= createLocks({ store, bus, clock, random })
    return this.#locks.lock(name, options)
  }

  /** Tags that namespaces say of all their values. */
  declaredTags(): ReadonlySet<string> {
    const lists = [...this.#made.values()].map(({ parts }) => parts.settings.tags)
    return new Set(lists.flatMap((list) => (typeof list === 'function' ? [] : list)))
  }

  /**
   * Which of the tags the shared store has a stamp of: without one no entry there is served that carries it.
   *
   * @returns undefined where there is no store, or it does not answer
   */
  async stampedTags(tags: readonly string[]): Promise<ReadonlySet<string> | undefined> {
    const stamps = await this.#core.shared?.store.readStamps(tags)
    if (stamps === undefined || stamps === GONE) return undefined
    return new Set(tags.filter((tag) => stamps.get(tag) !== undefined))
  }

  /** Takes the stamps of tags from the shared store again, after an invalidation that nothing there carries. */
  async forgetTags(tags: readonly string[]): Promise<void> {
    await this.#core.shared?.store.stamps.forget(tags)
  }

  /** What the shared store holds of each namespace, counted within limits; undefined where there is none, or it cannot list. */
  async usage(limits: UsageLimits, signal: AbortSignal): Promise<StoreUsage | undefined> {
    return this.#core.shared?.usage(limits, signal)
  }

  /** How long one read of the shared store took, ms; undefined where there is none, or it did not answer. */
  async roundTripMs(): Promise<number | undefined> {
    const begun = performance.now()
    const found = await this.stampedTags([EVERYTHING])
    return found === undefined ? undefined : performance.now() - begun
  }

  state(): CacheState {
    const { shared } = this.#core
    return {
      breaker: shared?.breaker ?? 'none',
      keptInvalidations: shared?.unwritten.count ?? 0,
      namespaces: Object.fromEntries([...this.#made].map(([name, { parts }]) => [name, statsOf(parts)])),
    }
  }

  /** State of the engine behind it, and its own. */
  async health(signal: AbortSignal): Promise<Health> {
    const engine = await this.#shared?.health?.(signal)
    return { status: 'up', detail: { ...this.state(), engine } }
  }

  close(options: CacheCallOptions = {}): Promise<void> {
    checkCallOptions(CALL_OPTIONS, options, { name: 'close', below: undefined })
    return (this.#closing ??= this.#close(options.signal))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(signal: AbortSignal | undefined): Promise<void> {
    const { running, repeats, shared } = this.#core
    const abort = (): void => {
      for (const flight of running)
        flight.abort(new ServiceUnavailableError('The cache has closed before the value was computed.'))
    }
    if (signal?.aborted === true) abort()
    signal?.addEventListener('abort', abort, { once: true })
    while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended))
    signal?.removeEventListener('abort', abort)
    await repeats.end(signal)
    await this.#locks?.close()
    await shared?.close()
  }
}

/** {@link LiveCache.namespaceAt} of a cache, as others in the package know it. */
export function namespaceAt(
  cache: Cache,
  name: string,
  { options, place }: { readonly options: NamespaceOptions<never>; readonly place: OptionPlace },
): Namespace<never, never> {
  const given = options as NamespaceOptions<never> & { schema?: undefined; reads?: 'frozen' }
  return cache instanceof LiveCache
    ? cache.namespaceAt(name, options, place)
    : (cache.namespace(name, given) as Namespace<never, never>)
}

function clashProblem(name: string, { names, remedy }: SettingsClash, { madeBy }: Made): CallProblem {
  return {
    code: 'ERR_CACHE_NAMESPACE',
    message: `There is a namespace '${name}' already, with another ${names.join(', ')}, made by ${madeBy()}.`,
    remedy,
  }
}

/** {@link LiveCache.doAgain} of a cache, as others in the package know it. */
export function doAgain(cache: Cache, work: () => Promise<void>): void {
  if (cache instanceof LiveCache) cache.doAgain(() => runOutsideFrame(work))
}

function statsOf({ counts, map }: NamespaceParts): NamespaceStats {
  const { evictions, bytes, entries } = map
  return { ...counts, evictions, bytes, entries: entries.size }
}
