// What the namespaces of a cache have in common.
import type { Clock, Logger, Random } from '@keelson/core'
import { silentLogger } from '@keelson/core'
import { systemClock, systemRandom } from '@keelson/core/ports'
import type { CreateCacheOptions } from '../contract/index.ts'
import { publish } from '../events/index.ts'
import { Slots, type Flight } from '../flight/index.ts'
import { MemoryTier, SteadyTime } from '../memory/index.ts'
import { TagTable } from '../tags/index.ts'
import type { CacheSettings } from './options.ts'
import { Repeats } from './repeats.ts'
import { SharedSide, type SharedEvents } from './shared-side.ts'
import { TransactionMarks } from './transaction-marks.ts'
import { WriteOrder } from './write-order.ts'

/** A namespace as its cache sees it. */
export interface NamespaceInside {
  readonly name: string
  /** Flights that run, for invalidations. */
  readonly flights: Map<string, Flight>
  /** What all its entries carry. */
  readonly knownTags: readonly string[]
  /** Another process has replaced or deleted a value. */
  forget(key: string): void
}

/** Memory, tags, the shared store, and what runs. */
export class CacheCore implements SharedEvents {
  readonly settings: CacheSettings
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly time: SteadyTime
  readonly memory: MemoryTier
  readonly tags = new TagTable()
  readonly order = new WriteOrder()
  readonly repeats: Repeats
  readonly transactions: TransactionMarks
  readonly fallbacks: Slots
  readonly running = new Set<Flight>()
  readonly namespaces = new Map<string, NamespaceInside>()
  readonly shared: SharedSide | undefined

  constructor(settings: CacheSettings, options: CreateCacheOptions) {
    const { clock = systemClock, random = systemRandom, log = silentLogger, shared } = options
    this.settings = settings
    this.clock = clock
    this.random = random
    this.log = log
    this.time = new SteadyTime(clock)
    this.repeats = new Repeats({ clock, log })
    this.transactions = new TransactionMarks(this.repeats)
    this.memory = new MemoryTier(
      settings.maxBytes,
      ({ tags }) => this.tags.leave(tags),
      ({ name }) => publish('eviction', name),
    )
    this.fallbacks = new Slots(settings.maxFallbacks)
    this.shared = shared === undefined ? undefined : new SharedSide(this, shared)
  }

  /** Invalidates here at once, in the shared store, and in other processes. Never rejects. */
  async invalidate(tags: readonly string[], isSoft: boolean): Promise<void> {
    this.onInvalidated(tags, isSoft)
    publish('invalidated', undefined, { tags })
    if (this.shared === undefined) return
    await this.shared.invalidate(tags, isSoft)
    // What was read while it was on its way may have been as it was before.
    this.onInvalidated(tags, isSoft)
  }

  onInvalidated(tags: readonly string[], isSoft: boolean): void {
    for (const tag of tags) this.tags.invalidate(tag, isSoft)
    for (const namespace of this.namespaces.values()) leaveFlights(namespace, tags)
  }

  onDropped(namespace: string, key: string): void {
    this.namespaces.get(namespace)?.forget(key)
  }

  /** What was invalidated is not known, so that it may be everything. */
  onGap(): void {
    this.tags.invalidateAll()
    this.memory.clear()
    for (const { flights } of this.namespaces.values()) flights.clear()
    this.shared?.locks.wakeAll()
  }
}

/**
 * Who asks after an invalidation does not get what was computed from before: flights that are known to be about it are not joined any more. Of
 * others the tags are known when they end: what was invalidated meanwhile, of whatever else, does not make a second computation.
 */
function leaveFlights({ flights, knownTags }: NamespaceInside, tags: readonly string[]): void {
  if (flights.size === 0) return
  const isConcerned = (tag: string): boolean => tags.includes(tag)
  if (knownTags.some(isConcerned)) return flights.clear()
  for (const [key, flight] of flights) if (flight.tags.some(isConcerned)) flights.delete(key)
}
