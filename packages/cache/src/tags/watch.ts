/** Tags that are noted apart; after more it may be any. */
const MAX_SEEN = 10_000

/** What a read or a computation must know of what happens while it runs. */
export class Watch {
  /** Number of the event with which it began. */
  readonly since: number
  /** Tags, and how many were seen before each. */
  #seen: Map<string, number> | undefined
  #keys: Set<string> | undefined
  #isFull = false
  #missedAny = false

  constructor(since: number) {
    this.since = since
  }

  note(tag: string): void {
    if (this.#isFull) return
    const seen = (this.#seen ??= new Map())
    if (!seen.has(tag)) seen.set(tag, seen.size)
    if (seen.size <= MAX_SEEN) return
    this.#isFull = true
    seen.clear()
  }

  noteKey(key: string): void {
    ;(this.#keys ??= new Set()).add(key)
  }

  noteAll(): void {
    this.#missedAny = true
  }

  /** Whether one of the tags was, or may have been, invalidated since it began. */
  concerns(tags: Iterable<string>): boolean {
    return this.#missedAny || this.hasSeen(tags)
  }

  /** Whether one of the tags was invalidated since it began, as far as this process was told, or so many that it may be. */
  hasSeen(tags: Iterable<string>): boolean {
    if (this.#isFull) return true
    if (this.#seen === undefined) return false
    for (const tag of tags) if (this.#seen.has(tag)) return true
    return false
  }

  /** How many tags it has seen, for {@link Watch.hadSeen}. */
  get count(): number {
    return this.#isFull ? Infinity : (this.#seen?.size ?? 0)
  }

  /** {@link Watch.hasSeen}, when it had seen so many tags. */
  hadSeen(tags: Iterable<string>, count: number): boolean {
    if (count === 0) return false
    if (this.#isFull) return true
    for (const tag of tags) if ((this.#seen?.get(tag) ?? Infinity) < count) return true
    return false
  }

  /** Whether the value of a key was written or deleted since it began. */
  hasSeenKey(key: string): boolean {
    return this.#keys !== undefined && this.#keys.has(key)
  }
}

/** Who reads, computes or writes which keys of a namespace. */
export class KeyWatches {
  readonly #watches = new Map<string, Set<Watch>>()

  add(keys: readonly string[], watch: Watch): void {
    for (const key of keys) {
      const there = this.#watches.get(key)
      if (there === undefined) this.#watches.set(key, new Set([watch]))
      else there.add(watch)
    }
  }

  remove(keys: readonly string[], watch: Watch): void {
    for (const key of keys) {
      const there = this.#watches.get(key)
      if (there?.delete(watch) === true && there.size === 0) this.#watches.delete(key)
    }
  }

  /** The value of a key was written or deleted. */
  note(key: string): void {
    for (const watch of this.#watches.get(key) ?? []) watch.noteKey(key)
  }
}
