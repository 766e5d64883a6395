// The shared store and the bus, put together.
import type { Clock, Logger, Random } from '@keelson/core'
import { RareLog, scopedStore } from '@keelson/core/ports'
import type { SharedTier } from '../contract/index.ts'
import { publish } from '../events/index.ts'
import {
  CacheBus,
  FlightLocks,
  GONE,
  ServerSeal,
  serversOf,
  SharedStore,
  Stamps,
  StoreGuard,
  Unwritten,
  usageOf,
  type BreakerState,
  type BusMessage,
  type StoreUsage,
  type UsageLimits,
} from '../shared/index.ts'
import type { CacheSettings } from './options.ts'

/** What happens in other processes, and what this side needs of the cache. */
export interface SharedEvents {
  readonly settings: CacheSettings
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  onInvalidated(tags: readonly string[], isSoft: boolean): void
  onDropped(namespace: string, key: string): void
  onGap(): void
}

/** Name of the scope in the store. */
const SCOPE = 'cache'
const ID_BYTES = 12

/** What processes share. */
export class SharedSide {
  readonly store: SharedStore
  readonly locks: FlightLocks
  readonly unwritten: Unwritten
  readonly #cache: SharedEvents
  readonly #tier: SharedTier
  readonly #bus: CacheBus | undefined
  readonly #busLog: RareLog

  constructor(cache: SharedEvents, tier: SharedTier) {
    const { settings, clock, random } = cache
    this.#cache = cache
    this.#tier = tier
    this.#busLog = new RareLog(clock)
    const seal = this.#seal()
    const guard = this.#guard(seal)
    const { capabilities } = tier.store
    const parts = { guard, clock, random, capabilities, servers: () => seal?.named ?? '' }
    const stamps = new Stamps(parts)
    this.unwritten = new Unwritten({
      clock,
      write: (tags, isSoft) => this.#write(tags, isSoft),
      drop: async (keys) => (await this.store.drop(keys)) !== GONE,
      onKept: (count) => this.#sayKept(count),
    })
    this.store = new SharedStore({ ...parts, stamps, unwritten: this.unwritten })
    this.locks = new FlightLocks({ ...parts, ttlMs: settings.lockTtlMs })
    this.#bus = tier.bus === undefined ? undefined : this.#busOf(tier.bus)
  }

  #seal(): ServerSeal | undefined {
    const { clock, random, log } = this.#cache
    const servers = serversOf(this.#tier.store)
    const text =
      'The shared store of the cache is on a server that was not known: it may have what was invalidated since, and all that it has counts as invalidated.'
    return servers && new ServerSeal({ servers, clock, random, onOther: () => log.warn(text) })
  }

  #guard(seal: ServerSeal | undefined): StoreGuard {
    const { clock, settings, log } = this.#cache
    const failures = new RareLog(clock)
    return new StoreGuard({
      store: scopedStore(this.#tier.store, SCOPE),
      clock,
      timeoutMs: settings.storeTimeoutMs,
      seal,
      onState: (state, error) => {
        publish('breaker', undefined, { state, error })
        this.#sayState(state, error)
        if (state === 'closed') this.unwritten.tryNow()
      },
      onFailure: (error) =>
        failures.add((count) =>
          log.warn({ err: error, failures: count }, 'The shared store of the cache fails.'),
        ),
    })
  }

  #isGone = false

  /** Once for each time that it is gone, whatever is tried meanwhile. */
  #sayState(state: BreakerState, error: unknown): void {
    const { log } = this.#cache
    if (state === 'half-open' || this.#isGone === (state === 'open')) return
    this.#isGone = state === 'open'
    if (this.#isGone)
      log.error({ err: error }, 'The shared store of the cache is gone: values are computed by each process.')
    else log.info('The shared store of the cache is back.')
  }

  #isKeeping = false

  #sayKept(count: number): void {
    const { log } = this.#cache
    if (this.#isKeeping === count > 0) return
    this.#isKeeping = count > 0
    if (!this.#isKeeping) log.info('All invalidations that were kept are written.')
    else
      log.error(
        'An invalidation could not be written. It is kept and tried again; until then other processes may serve what they have, as long as it lasts.',
      )
  }

  #busOf(bus: NonNullable<SharedTier['bus']>): CacheBus {
    const { clock, random, settings } = this.#cache
    return new CacheBus({
      bus,
      clock,
      id: Buffer.from(random.bytes(ID_BYTES)).toString('base64url'),
      timeoutMs: settings.storeTimeoutMs,
      onMessage: (message) => this.#receive(message),
      onGap: () => this.#cache.onGap(),
      onFailure: (error) =>
        this.#busLog.add((failures) =>
          this.#cache.log.warn({ err: error, failures }, 'The bus of the cache fails.'),
        ),
    })
  }

  get breaker(): BreakerState {
    return this.store.guard.state
  }

  /** What the store holds; undefined where it cannot list. */
  usage(limits: UsageLimits, signal: AbortSignal): Promise<StoreUsage | undefined> {
    return usageOf(this.#tier.store, { scope: SCOPE, limits, signal })
  }

  /** Begins to listen. */
  async open(): Promise<void> {
    await this.#bus?.open()
  }

  async close(): Promise<void> {
    this.unwritten.close()
    await this.#bus?.close()
    await this.#tier.close?.()
  }

  /** Resolves when the store has it, or it is kept. */
  async invalidate(tags: readonly string[], isSoft: boolean): Promise<void> {
    await this.unwritten.invalidate(tags, isSoft)
  }

  /** Others drop what they have of these keys. */
  async sayDropped(dropped: readonly (readonly [namespace: string, key: string])[]): Promise<void> {
    await this.#bus?.publish({ dropped })
  }

  /** Those who wait for a lock look again. */
  sayComputed(lock: string): void {
    this.locks.wake(lock)
    void this.#bus?.publish({ computed: lock })
  }

  /** Other processes are told when the store has it: what they read then is new. */
  async #write(tags: readonly string[], isSoft: boolean): Promise<boolean> {
    const stamps = await this.store.stamps.invalidate(tags, isSoft)
    await this.#bus?.publish({ tags: stamps === GONE ? tags.map((tag) => [tag, '']) : [...stamps], isSoft })
    return stamps !== GONE
  }

  #receive({ tags = [], isSoft = false, dropped = [], computed }: BusMessage): void {
    for (const [tag, stamp] of tags) if (stamp !== '') this.store.stamps.see(tag, stamp)
    if (tags.length > 0)
      this.#cache.onInvalidated(
        tags.map(([tag]) => tag),
        isSoft,
      )
    for (const [namespace, key] of dropped) this.#cache.onDropped(namespace, key)
    if (computed !== undefined) this.locks.wake(computed)
  }
}
