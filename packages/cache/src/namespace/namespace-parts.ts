// What the operations of a namespace work with.
import { publish, type CacheMessageName } from '../events/index.ts'
import type { ValueCodec } from '../entry/index.ts'
import { payloadOf } from '../entry/index.ts'
import type { BackOff, Flight, Served } from '../flight/index.ts'
import { MemoryEntry, MemoryMap } from '../memory/index.ts'
import { EVERYTHING, GONE, type FoundEntry, type Gone, type SharedLook } from '../shared/index.ts'
import { ALIVE, DEAD, KeyWatches, type Watch } from '../tags/index.ts'
import type { CacheCore, NamespaceInside } from './cache-core.ts'
import type { NamespaceSettings } from './namespace-options.ts'
import { orderKey } from './write-order.ts'

/** Counters of a namespace. */
export interface Counts {
  hits: number
  misses: number
  stale: number
  coalesced: number
  errors: number
  oversized: number
}

/** What is kept in memory. */
export interface Keeping {
  readonly key: string
  readonly held: unknown
  readonly empty: Served['empty']
  readonly payloadBytes: number
  readonly freshMs: number
  readonly servedMs: number
  /** How long ago it was certain that it was good, ms. Default 0. */
  readonly ageMs?: number | undefined
  /** With their stamps; empty ones where the shared store was not asked. */
  readonly tags: readonly (readonly [tag: string, stamp: string])[]
}

/** One namespace, inside. */
export class NamespaceParts implements NamespaceInside {
  readonly name: string
  readonly ownTag: string
  readonly core: CacheCore
  readonly settings: NamespaceSettings
  readonly codec: ValueCodec
  readonly backOff: BackOff
  readonly map: MemoryMap
  readonly flights = new Map<string, Flight>()
  readonly #watches = new KeyWatches()
  readonly counts: Counts = { hits: 0, misses: 0, stale: 0, coalesced: 0, errors: 0, oversized: 0 }
  /** What entries carry whatever was said. */
  readonly ownTags: readonly string[]
  readonly staticTags: readonly string[] | undefined
  /** What all its entries carry. */
  readonly knownTags: readonly string[]

  constructor(init: {
    readonly name: string
    readonly ownTag: string
    readonly core: CacheCore
    readonly settings: NamespaceSettings
    readonly codec: ValueCodec
    readonly backOff: BackOff
  }) {
    this.name = init.name
    this.ownTag = init.ownTag
    this.core = init.core
    this.settings = init.settings
    this.codec = init.codec
    this.backOff = init.backOff
    this.map = new MemoryMap(init.name)
    const { tags } = init.settings
    this.staticTags = typeof tags === 'function' ? undefined : tags
    // Alone nobody invalidates everything at once.
    this.ownTags = init.core.shared === undefined ? [init.ownTag] : [EVERYTHING, init.ownTag]
    this.knownTags = [...new Set([...this.ownTags, ...(this.staticTags ?? [])])]
  }

  say(event: CacheMessageName, about?: Parameters<typeof publish>[2]): void {
    publish(event, this.name, about)
  }

  /** Whether an entry in memory may be served although it is not fresh. */
  isServed(entry: MemoryEntry): boolean {
    return (
      entry.servedUntil > entry.freshUntil &&
      entry.servedUntil > this.core.time.now() &&
      entry.tags.every(({ life }) => life !== DEAD)
    )
  }

  /** Whether no tag of an entry was invalidated. Remembered until the next invalidation of any tag. */
  isAlive(entry: MemoryEntry): boolean {
    const isAlive = entry.tags.every(({ life }) => life === ALIVE)
    if (isAlive) entry.checkedAt = this.core.tags.invalidations
    return isAlive
  }

  /** Begins to note what happens to keys and to all tags, until {@link NamespaceParts.unwatch}. */
  watch(keys: readonly string[]): Watch {
    const watch = this.core.tags.watch()
    this.#watches.add(keys, watch)
    return watch
  }

  unwatch(keys: readonly string[], watch: Watch): void {
    this.core.tags.unwatch(watch)
    this.#watches.remove(keys, watch)
  }

  /** Writes of one key of a namespace, one after the other. */
  inOrder<T>(keys: readonly string[], write: () => Promise<T>): Promise<T> {
    return this.core.order.run(
      keys.map((key) => orderKey(this.name, key)),
      write,
    )
  }

  /**
   * Keeps a value in memory, if it is certain that its key and its tags are as they were.
   *
   * @returns false for one that is too large for all the memory
   */
  keep(keeping: Keeping, watch: Watch): boolean {
    const { core, settings } = this
    const { ageMs = 0 } = keeping
    if (watch.hasSeenKey(keeping.key)) return true
    const limitMs = core.shared === undefined ? Infinity : settings.memoryTtlMs - ageMs
    if (limitMs <= 0) {
      this.forgetEntry(keeping.key)
      return true
    }
    const tags = core.tags.join(keeping.tags, watch)
    if (tags === undefined) return true
    const now = core.time.now()
    const entry = new MemoryEntry({
      key: keeping.key,
      held: keeping.held,
      empty: keeping.empty,
      freshUntil: now + Math.min(keeping.freshMs, limitMs),
      servedUntil: now + Math.min(keeping.servedMs, limitMs),
      tags,
      payloadBytes: keeping.payloadBytes,
    })
    return core.memory.add(this.map, entry)
  }

  /** A value was replaced or deleted: what was read or computed before is not kept, and not joined. */
  forget(key: string): void {
    this.forgetEntry(key)
    this.#watches.note(key)
    this.flights.delete(key)
  }

  forgetEntry(key: string): void {
    const entry = this.map.entries.get(key)
    if (entry !== undefined) this.core.memory.remove(entry)
  }

  /** Looks into the shared store, which there is. */
  async look(keys: readonly string[]): Promise<SharedLook | Gone> {
    const { shared } = this.core
    return shared === undefined
      ? GONE
      : shared.store.look({ namespace: this.name, keys, tags: this.knownTags })
  }

  /** Reads what was found, and keeps it in memory. @returns undefined for what does not fit */
  async read(key: string, found: FoundEntry, watch: Watch): Promise<Served | undefined> {
    const { header } = found.stored
    try {
      const payload = await payloadOf(found.stored)
      const held = header.empty === undefined ? this.codec.fromStored(payload) : undefined
      const { freshMs, servedMs } = found
      const { empty } = header
      const { byteLength: payloadBytes } = payload
      this.keep({ key, held, empty, payloadBytes, freshMs, servedMs, tags: header.tags }, watch)
      return { held, empty, isStale: freshMs <= 0, tags: header.tags.map(([tag]) => tag) }
    } catch (error) {
      this.counts.errors++
      this.say('error', { error })
      const text = 'A stored value does not fit, and counts as absent.'
      this.core.log.warn({ err: error, namespace: this.name }, text)
      return undefined
    }
  }
}
