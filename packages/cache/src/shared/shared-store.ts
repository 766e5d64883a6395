// On the request path: what processes share. Nothing here rejects: a store that is gone is GONE.
import type { Clock, KeyValueStore, Random } from '@keelson/core'
import { compareStamps, readStamp, type Stamp } from './stamp.ts'
import type { Stamps } from './stamps.ts'
import { entryKey, isEntryKey, LATEST_KEY, lockKey, stampKey } from './store-keys.ts'
import { GONE, type Gone, type StoreGuard } from './store-guard.ts'
import { decodeEntry, type StoredEntry } from '../entry/index.ts'

/** An entry that may be served. */
export interface FoundEntry {
  readonly stored: StoredEntry
  /** Ms for which it is still fresh, and may still be served. */
  readonly freshMs: number
  readonly servedMs: number
}

/** What one look at the store gave. */
export interface SharedLook {
  /** In the order of the keys. */
  readonly found: readonly (FoundEntry | undefined)[]
  /** What is there, good or not, in the order of the keys. */
  readonly stored: readonly (Uint8Array | undefined)[]
  readonly stamps: ReadonlyMap<string, Stamp | undefined>
  readonly latest: string | undefined
}

/** What is looked for. */
export interface LookFor {
  readonly namespace: string
  readonly keys: readonly string[]
  /** Those that all entries carry. */
  readonly tags: readonly string[]
}

/** Tags that count as invalidated although the store does not say so yet. */
export interface UnwrittenTags {
  lifeOf(tag: string): 'hard' | 'soft' | undefined
  isDropped(key: string): boolean
}

/** A value that was computed, for the store. */
export interface ComputedEntry {
  readonly key: string
  readonly value: Uint8Array
  readonly ttlMs: number
  /** What the store had under the key when the computation began. */
  readonly before: Uint8Array | undefined
  /** Asked where the store cannot compare and set. */
  readonly isLockOurs: () => Promise<boolean | Gone>
}

/** How long a key that was deleted is marked, ms: who has found the lock to be ours writes within that time. */
const MARKED_MS = 60_000
const MARK_BYTES = 12

/** Entries in the shared store. */
export class SharedStore {
  readonly guard: StoreGuard
  readonly stamps: Stamps
  readonly #clock: Clock
  readonly #random: Random
  readonly #unwritten: UnwrittenTags
  readonly #canCompare: boolean

  constructor(parts: {
    guard: StoreGuard
    stamps: Stamps
    clock: Clock
    random: Random
    unwritten: UnwrittenTags
    capabilities: KeyValueStore['capabilities']
  }) {
    this.#random = parts.random
    this.#canCompare = parts.capabilities.compareAndSet
    this.guard = parts.guard
    this.stamps = parts.stamps
    this.#clock = parts.clock
    this.#unwritten = parts.unwritten
  }

  /** Entries and the stamps of their tags: one round trip, and a second where an entry carries tags that only it has. */
  async look({ namespace, keys, tags }: LookFor): Promise<SharedLook | Gone> {
    const entryKeys = keys.map((key) => entryKey(namespace, key))
    const asked = [...entryKeys, ...tags.map(stampKey), LATEST_KEY]
    const values = await this.guard.use((store) => store.getMany(asked))
    if (values === GONE) return GONE
    const stored = entryKeys.map((key, at) => {
      const value = values[at]
      return value === undefined || this.#unwritten.isDropped(key) ? undefined : decodeEntry(value)
    })
    const stamps = new Map(tags.map((tag, at) => [tag, readStamp(values[keys.length + at])]))
    const more = await this.#readMore(stored, stamps)
    if (more === GONE) return GONE
    return {
      found: stored.map((entry) => this.#judge(entry, stamps)),
      stored: values.slice(0, keys.length),
      stamps,
      latest: readStamp(values.at(-1))?.id,
    }
  }

  async #readMore(
    stored: readonly (StoredEntry | undefined)[],
    stamps: Map<string, Stamp | undefined>,
  ): Promise<void | Gone> {
    const carried = stored.flatMap((entry) => entry?.header.tags.map(([tag]) => tag) ?? [])
    const missing = [...new Set(carried)].filter((tag) => !stamps.has(tag))
    if (missing.length === 0) return undefined
    const values = await this.guard.use((store) => store.getMany(missing.map(stampKey)))
    if (values === GONE) return GONE
    for (const [at, tag] of missing.entries()) stamps.set(tag, readStamp(values[at]))
  }

  #judge(
    stored: StoredEntry | undefined,
    stamps: ReadonlyMap<string, Stamp | undefined>,
  ): FoundEntry | undefined {
    if (stored === undefined) return undefined
    const { at, ttlMs, graceMs, tags } = stored.header
    let isSoft = false
    for (const [tag, carried] of tags) {
      const unwritten = this.#unwritten.lifeOf(tag)
      const compared = compareStamps(carried, stamps.get(tag)?.id)
      if (compared === 'other' || unwritten === 'hard') return undefined
      isSoft ||= compared === 'softened' || unwritten === 'soft'
    }
    // An entry from the future is of a server whose clock is ahead.
    const ageMs = Math.max(0, this.#clock.now() - at)
    const servedMs = ttlMs + graceMs - ageMs
    const freshMs = isSoft ? 0 : ttlMs - ageMs
    if (servedMs <= 0 || (freshMs <= 0 && graceMs === 0)) return undefined
    return { stored, freshMs, servedMs }
  }

  /** Stamps of tags, missing ones as undefined. */
  async readStamps(tags: readonly string[]): Promise<ReadonlyMap<string, Stamp | undefined> | Gone> {
    if (tags.length === 0) return new Map()
    const values = await this.guard.use((store) => store.getMany(tags.map(stampKey)))
    return values === GONE ? GONE : new Map(tags.map((tag, at) => [tag, readStamp(values[at])]))
  }

  /** Stamps as they are now, for an entry that is about to be stored, and who holds the lock of its key. */
  async lookAtStamps(
    tags: readonly string[],
    lock: { readonly namespace: string; readonly key: string },
  ): Promise<
    { readonly stamps: ReadonlyMap<string, Stamp | undefined>; readonly owner: Uint8Array | undefined } | Gone
  > {
    const asked = [...tags.map(stampKey), lockKey(lock.namespace, lock.key)]
    const values = await this.guard.use((store) => store.getMany(asked))
    if (values === GONE) return GONE
    const stamps = new Map(tags.map((tag, at) => [tag, readStamp(values[at])]))
    return { stamps, owner: values.at(-1) }
  }

  /** Writes what was computed, unless somebody has written or deleted the key since it began. @returns whether it is there */
  async writeComputed({ key, value, ttlMs, before, isLockOurs }: ComputedEntry): Promise<boolean | Gone> {
    if (this.#canCompare) {
      const write = (expected: Uint8Array | undefined): Promise<boolean | Gone> =>
        this.guard.use((store) => store.compareAndSet(key, { expected, next: value, ttlMs }))
      const isWritten = await write(before)
      // What was there may have expired, or been evicted. What was deleted has left a mark.
      return isWritten === false && before !== undefined ? write(undefined) : isWritten
    }
    const isOurs = await isLockOurs()
    if (isOurs !== true) return isOurs
    const done = await this.guard.use((store) => store.set(key, value, { ttlMs }))
    return done === GONE ? GONE : true
  }

  /** Deletes locks and entries. An entry leaves a mark, so that a computation that began before is not stored. */
  async drop(keys: readonly string[]): Promise<void | Gone> {
    const entries = keys.filter(isEntryKey)
    const locks = keys.filter((key) => !isEntryKey(key))
    const id = Buffer.from(this.#random.bytes(MARK_BYTES)).toString('base64url')
    const value = Buffer.from(`deleted ${id}`, 'latin1')
    const marks = entries.map((key) => ({ key, value, ttlMs: MARKED_MS }))
    const done = await this.guard.use(async (store) => {
      // A store that is full takes no mark, and no computed value either.
      const full = this.#canCompare ? () => store.deleteMany(entries) : undefined
      await Promise.all([
        locks.length > 0 && store.deleteMany(locks),
        marks.length > 0 && store.setMany(marks).catch(full),
      ])
    })
    return done === GONE ? GONE : undefined
  }
}
