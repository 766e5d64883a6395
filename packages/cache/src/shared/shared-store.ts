// On the request path: what processes share. Nothing here rejects: a store that is gone is GONE.
import type { Clock } from '@keelson/core'
import { compareStamps, readStamp, type Stamp } from './stamp.ts'
import type { Stamps } from './stamps.ts'
import { entryKey, LATEST_KEY, lockKey, stampKey } from './store-keys.ts'
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

/** Entries in the shared store. */
export class SharedStore {
  readonly guard: StoreGuard
  readonly stamps: Stamps
  readonly #clock: Clock
  readonly #unwritten: UnwrittenTags

  constructor(parts: { guard: StoreGuard; stamps: Stamps; clock: Clock; unwritten: UnwrittenTags }) {
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
}
