// On the request path: each read asks the tags of its entry whether they still hold.

/** Whether entries that carry a tag as it was are still good. */
export const ALIVE = 0
export const STALE = 1
export const DEAD = 2

/** A tag as it is between two invalidations. Entries in memory hold it, so that an invalidation costs the same for one as for a million. */
export class TagState {
  readonly tag: string
  /** What the shared store says; empty where it was not asked. */
  readonly stamp: string
  /** Number of the event by which it came to be known. */
  readonly since: number
  life: typeof ALIVE | typeof STALE | typeof DEAD = ALIVE
  /** Entries that hold it. */
  uses = 0

  constructor(tag: string, stamp: string, since: number) {
    this.tag = tag
    this.stamp = stamp
    this.since = since
  }
}

/** What a read or a computation must know of invalidations that happen while it runs. */
export class Watch {
  /** Number of the event with which it began. */
  readonly since: number
  #seen: Set<string> | undefined
  #missedAny = false

  constructor(since: number) {
    this.since = since
  }

  note(tag: string): void {
    ;(this.#seen ??= new Set()).add(tag)
  }

  noteAll(): void {
    this.#missedAny = true
  }

  /** Whether one of the tags was, or may have been, invalidated since it began. */
  concerns(tags: Iterable<string>): boolean {
    return this.#missedAny || this.hasSeen(tags)
  }

  /** Whether one of the tags was invalidated since it began, as far as this process was told. */
  hasSeen(tags: Iterable<string>): boolean {
    if (this.#seen === undefined) return false
    for (const tag of tags) if (this.#seen.has(tag)) return true
    return false
  }
}

/** The tags that entries in memory carry. A tag that none carries is not kept. */
export class TagTable {
  readonly #states = new Map<string, TagState>()
  readonly #watches = new Set<Watch>()
  #events = 0
  /** How many invalidations there have been: an entry whose tags held then still holds while the number is the same. */
  invalidations = 0

  /** Begins to note invalidations for somebody, who ends it by {@link TagTable.unwatch}. */
  watch(): Watch {
    const watch = new Watch(++this.#events)
    this.#watches.add(watch)
    return watch
  }

  unwatch(watch: Watch): void {
    this.#watches.delete(watch)
  }

  /**
   * The states for an entry that is to be kept in memory.
   *
   * @param tags - with the stamps that were read; empty ones where the store was not asked
   * @returns undefined where it is not certain that all are as they were read
   */
  join(
    tags: readonly (readonly [tag: string, stamp: string])[],
    watch: Watch,
  ): readonly TagState[] | undefined {
    if (watch.concerns(tags.map(([tag]) => tag))) return undefined
    const states = tags.map(([tag, stamp]) => this.#stateOf(tag, stamp, watch))
    const joined = states.filter((state) => state !== undefined)
    for (const state of joined) state.uses++
    if (joined.length === states.length) return joined
    this.leave(joined)
    return undefined
  }

  /** An entry is not kept any more. */
  leave(states: readonly TagState[]): void {
    for (const state of states) if (--state.uses === 0 && state.life === ALIVE) this.#states.delete(state.tag)
  }

  invalidate(tag: string, isSoft: boolean): void {
    this.#events++
    for (const watch of this.#watches) watch.note(tag)
    this.#end(tag, isSoft ? STALE : DEAD)
  }

  /** Messages may have been lost. */
  invalidateAll(): void {
    this.#events++
    for (const watch of this.#watches) watch.noteAll()
    for (const tag of this.#states.keys()) this.#end(tag, DEAD)
  }

  #end(tag: string, life: typeof STALE | typeof DEAD): void {
    const state = this.#states.get(tag)
    if (state === undefined) return
    this.invalidations++
    state.life = life
    this.#states.delete(tag)
  }

  #stateOf(tag: string, stamp: string, watch: Watch): TagState | undefined {
    const known = this.#states.get(tag)
    if (known === undefined) return this.#add(tag, stamp)
    if (known.stamp === stamp || stamp === '') return known
    // The store says something else: an invalidation whose message did not come. What was read before is over; whose read was
    // the later one is not certain where they overlap.
    this.#end(tag, DEAD)
    return known.since < watch.since ? this.#add(tag, stamp) : undefined
  }

  #add(tag: string, stamp: string): TagState {
    const state = new TagState(tag, stamp, ++this.#events)
    this.#states.set(tag, state)
    return state
  }
}
