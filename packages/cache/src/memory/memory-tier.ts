// On the request path: what the process keeps, and what gives way.
import type { TagState } from '../tags/index.ts'

/** What an entry costs beside its key and its payload, bytes: the object, its place in the map, its tags. Measured: about 480 with an object of three members. */
const ENTRY_BYTES = 400

/** What is needed for an entry. */
export interface MemoryEntryInit {
  readonly key: string
  /** What the codec holds; nothing for a factory that had nothing to give. */
  readonly held: unknown
  readonly empty: 'undefined' | 'null' | undefined
  /** On the steady clock, ms: until when it is fresh, and may be served. */
  readonly freshUntil: number
  readonly servedUntil: number
  readonly tags: readonly TagState[]
  readonly payloadBytes: number
}

/** A value in memory. */
export class MemoryEntry {
  readonly key: string
  readonly held: unknown
  readonly empty: 'undefined' | 'null' | undefined
  readonly freshUntil: number
  readonly servedUntil: number
  readonly tags: readonly TagState[]
  readonly bytes: number
  /** Set by each read. */
  wasUsed = false
  /** How many invalidations there had been when its tags were last looked at. */
  checkedAt = -1
  home: MemoryMap | undefined
  newer: MemoryEntry | undefined
  older: MemoryEntry | undefined

  constructor(init: MemoryEntryInit) {
    this.key = init.key
    this.held = init.held
    this.empty = init.empty
    this.freshUntil = init.freshUntil
    this.servedUntil = init.servedUntil
    this.tags = init.tags
    this.bytes = ENTRY_BYTES + init.key.length + init.payloadBytes + 16 * init.tags.length
  }
}

/** The entries of one namespace. */
export class MemoryMap {
  readonly name: string
  readonly entries = new Map<string, MemoryEntry>()
  bytes = 0
  evictions = 0

  constructor(name: string) {
    this.name = name
  }
}

/**
 * All that the process keeps, within a number of bytes. Who gives way is found by SIEVE (Zhang et al., NSDI 2024): a read only sets a mark, a
 * hand goes from the oldest to the newest, takes marks off and drops the first that has none. So a read writes one field, where a list of the
 * least recently used writes six.
 */
export class MemoryTier {
  readonly #maxBytes: number
  readonly #onRemove: (entry: MemoryEntry) => void
  readonly #onEvict: (map: MemoryMap) => void
  #bytes = 0
  #oldest: MemoryEntry | undefined
  #newest: MemoryEntry | undefined
  #hand: MemoryEntry | undefined

  /**
   * @param onRemove - called with each entry that is not kept any more
   * @param onEvict - called for those that gave way
   */
  constructor(maxBytes: number, onRemove: (entry: MemoryEntry) => void, onEvict: (map: MemoryMap) => void) {
    this.#maxBytes = maxBytes
    this.#onRemove = onRemove
    this.#onEvict = onEvict
  }

  /**
   * Keeps an entry instead of an earlier one of its key.
   *
   * @returns false for one that is larger than all there is
   */
  add(map: MemoryMap, entry: MemoryEntry): boolean {
    const earlier = map.entries.get(entry.key)
    if (earlier !== undefined) this.remove(earlier)
    if (entry.bytes > this.#maxBytes) {
      this.#onRemove(entry)
      return false
    }
    entry.home = map
    map.entries.set(entry.key, entry)
    map.bytes += entry.bytes
    this.#bytes += entry.bytes
    entry.older = this.#newest
    if (this.#newest === undefined) this.#oldest = entry
    else this.#newest.newer = entry
    this.#newest = entry
    while (this.#bytes > this.#maxBytes) this.#evict(entry)
    return true
  }

  /** Does nothing for one that is not kept. */
  remove(entry: MemoryEntry): void {
    const { home, newer, older } = entry
    if (home === undefined) return
    home.entries.delete(entry.key)
    home.bytes -= entry.bytes
    this.#bytes -= entry.bytes
    if (this.#hand === entry) this.#hand = newer
    if (newer === undefined) this.#newest = older
    else newer.older = older
    if (older === undefined) this.#oldest = newer
    else older.newer = newer
    entry.home = undefined
    entry.newer = undefined
    entry.older = undefined
    this.#onRemove(entry)
  }

  clear(): void {
    while (this.#oldest !== undefined) this.remove(this.#oldest)
  }

  /** @param added - stays: what was just computed is about to be read */
  #evict(added: MemoryEntry): void {
    for (;;) {
      const entry = this.#hand ?? (this.#oldest as MemoryEntry)
      if (entry.wasUsed || entry === added) {
        entry.wasUsed = false
        this.#hand = entry.newer
        continue
      }
      const { home } = entry
      this.remove(entry)
      if (home !== undefined) {
        home.evictions++
        this.#onEvict(home)
      }
      return
    }
  }
}
