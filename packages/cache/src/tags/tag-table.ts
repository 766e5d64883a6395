// On the request path: each read asks the tags of its entry whether they still hold.
import { Watch } from './watch.ts'

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

/** The tags that entries in memory carry. A tag that none carries is not kept. */
export class TagTable {
  readonly #states = new Map<string, TagState>()
  /** What a soft invalidation has ended, as long as entries hold it: a hard one after it ends these too. */
  readonly #stale = new Map<string, Set<TagState>>()
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
    for (const state of states) {
      if (--state.uses > 0) continue
      if (state.life === ALIVE) this.#states.delete(state.tag)
      else if (state.life === STALE) this.#leaveStale(state)
    }
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
    for (const tag of [...this.#states.keys(), ...this.#stale.keys()]) this.#end(tag, DEAD)
  }

  #end(tag: string, life: typeof STALE | typeof DEAD): void {
    if (life === DEAD) this.#endStale(tag)
    const state = this.#states.get(tag)
    if (state === undefined) return
    this.invalidations++
    state.life = life
    this.#states.delete(tag)
    if (life === STALE) this.#keepStale(state)
  }

  #keepStale(state: TagState): void {
    const stale = this.#stale.get(state.tag)
    if (stale === undefined) this.#stale.set(state.tag, new Set([state]))
    else stale.add(state)
  }

  #leaveStale(state: TagState): void {
    const stale = this.#stale.get(state.tag)
    stale?.delete(state)
    if (stale?.size === 0) this.#stale.delete(state.tag)
  }

  #endStale(tag: string): void {
    for (const state of this.#stale.get(tag) ?? []) state.life = DEAD
    this.#stale.delete(tag)
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
