// What the shared store says of tags: read with each entry, changed by invalidations.
import type { Clock, KeyValueCapabilities, Random } from '@keelson/core'
import { MAX_TTL_MS } from '@keelson/core/ports'
import { extended, MAX_SKEW_MS, newStamp, readStamp, softened, type Stamp } from './stamp.ts'
import { EVERYTHING, LATEST_KEY, stampKey } from './store-keys.ts'
import { GONE, type Gone, type StoreGuard } from './store-guard.ts'

/** Stamps live at least so long, ms. */
const LEAST_TTL_MS = 3_600_000
/** Tags whose last stamp this process remembers. */
const MAX_SEEN = 10_000
/** Changes of others in a row after which a soft invalidation becomes a hard one. */
const MAX_TRIES = 3

/** What a computation knew when it began. */
export interface StampView {
  /** Of the tags that it knew. */
  readonly stamps: ReadonlyMap<string, Stamp>
  /** What each invalidation changes. */
  readonly latest: string | undefined
  /** When, ms since 1970. */
  readonly at: number
  /** Number of the event of this process. */
  readonly since: number
}

/** What is needed. */
export interface StampParts {
  readonly guard: StoreGuard
  readonly clock: Clock
  readonly random: Random
  readonly capabilities: KeyValueCapabilities
  /** Ids of the servers that hold the store, with commas between. */
  readonly servers: () => string
}

/** Stamps of tags in the shared store. */
export class Stamps {
  readonly #parts: StampParts
  readonly #seen = new Map<string, { readonly id: string; readonly event: number }>()
  #events = 0
  #ttlMs = LEAST_TTL_MS

  constructor(parts: StampParts) {
    this.#parts = parts
  }

  /** Number of an event, for {@link StampView.since}. */
  next(): number {
    return ++this.#events
  }

  /** Remembers what a tag was last seen with. */
  see(tag: string, id: string): void {
    if (this.#seen.get(tag)?.id === id) return
    this.#seen.delete(tag)
    this.#seen.set(tag, { id, event: ++this.#events })
    if (this.#seen.size <= MAX_SEEN) return
    const [oldest] = this.#seen.keys()
    if (oldest !== undefined) this.#seen.delete(oldest)
  }

  /** Makes the stamps that are missing, so that what is computed from now on has one. */
  async ensure(
    read: ReadonlyMap<string, Stamp | undefined>,
    latest: string | undefined,
  ): Promise<{ readonly stamps: Map<string, Stamp>; readonly latest: string | undefined } | Gone> {
    const stamps = new Map<string, Stamp>()
    let isGone = false
    const make = async (tag: string, there: Stamp | undefined): Promise<void> => {
      const stamp = there ?? (await this.#add(stampKey(tag)))
      if (stamp === GONE) isGone = true
      else stamps.set(tag, stamp)
    }
    const marked = latest === undefined ? this.#add(LATEST_KEY) : undefined
    await Promise.all([...read].map(([tag, stamp]) => make(tag, stamp)))
    const mark = await marked
    return isGone || mark === GONE ? GONE : { stamps, latest: latest ?? mark?.id }
  }

  async #add(key: string): Promise<Stamp | Gone> {
    const { guard, capabilities } = this.#parts
    const stamp = this.#new(key === stampKey(EVERYTHING))
    const { bytes } = stamp
    const ttlMs = this.#ttlMs
    if (!capabilities.add) {
      const done = await guard.use((store) => store.set(key, bytes, { ttlMs }))
      return done === GONE ? GONE : stamp
    }
    const isAdded = await guard.use((store) => store.add(key, bytes, { ttlMs }))
    if (isAdded === GONE || isAdded) return isAdded === GONE ? GONE : stamp
    // Another was first. What is gone again meanwhile makes entries misses, no more.
    const there = await guard.use((store) => store.get(key))
    return there === GONE ? GONE : (readStamp(there) ?? stamp)
  }

  /**
   * Whether what was computed may carry these stamps: whether it is certain that none of their tags was invalidated since the computation began. The
   * stamp of a tag that was known then must be the same. One that was not known is certain if this process has seen its stamp before; if the
   * stamp is older; or if nothing at all was invalidated since.
   */
  async areCertain(stamps: ReadonlyMap<string, Stamp>, view: StampView): Promise<boolean | Gone> {
    const certain = [...stamps].map(([tag, stamp]) => this.#isCertain(tag, stamp, view))
    if (certain.includes(false)) return false
    if (!certain.includes(undefined)) return true
    if (view.latest === undefined) return false
    // After the stamps: an invalidation writes it before them.
    const latest = await this.#parts.guard.use((store) => store.get(LATEST_KEY))
    return latest === GONE ? GONE : readStamp(latest)?.id === view.latest
  }

  /** @returns undefined where its stamp alone does not say it */
  #isCertain(tag: string, stamp: Stamp, view: StampView): boolean | undefined {
    const known = view.stamps.get(tag)
    if (known !== undefined) return known.id === stamp.id
    const seen = this.#seen.get(tag)
    if (seen !== undefined && seen.id === stamp.id && seen.event < view.since) return true
    return stamp.madeAt < view.at - MAX_SKEW_MS ? true : undefined
  }

  /** Sees to it that stamps do not end before an entry that carries them, and that those made from now on live as long as such an entry. */
  async outlive(stamps: Iterable<readonly [tag: string, stamp: Stamp]>, lifeMs: number): Promise<void> {
    this.#ttlMs = Math.min(MAX_TTL_MS, Math.max(this.#ttlMs, 2 * lifeMs))
    const now = this.#parts.clock.now()
    const short = [...stamps].filter(([, stamp]) => stamp.expiresAt < now + lifeMs)
    await Promise.all(short.map(([tag, stamp]) => this.#extendOne(stampKey(tag), stamp, now)))
  }

  async #extendOne(key: string, stamp: Stamp, now: number): Promise<void> {
    const { guard, capabilities } = this.#parts
    const ttlMs = this.#ttlMs
    const next = extended(stamp, now + ttlMs).bytes
    if (capabilities.compareAndSet)
      await guard.use((store) => store.compareAndSet(key, { expected: stamp.bytes, next, ttlMs }))
    else if (capabilities.touch) await guard.use((store) => store.touch(key, ttlMs))
  }

  /** Deletes stamps: what carries one of the tags is a miss, and the store knows no more of them. */
  async forget(tags: readonly string[]): Promise<void | Gone> {
    const done = await this.#parts.guard.use((store) => store.deleteMany(tags.map(stampKey)))
    return done === GONE ? GONE : undefined
  }

  /** Writes the mark of the latest invalidation, and then new stamps. @returns the stamps */
  async invalidate(tags: readonly string[], isSoft: boolean): Promise<ReadonlyMap<string, string> | Gone> {
    const { guard } = this.#parts
    const ttlMs = this.#ttlMs
    // The store has it before any stamp: a computation that finds one of these and was begun before finds another mark.
    const marked = await guard.use((store) => store.set(LATEST_KEY, this.#new().bytes, { ttlMs }))
    if (marked === GONE) return GONE
    const made = isSoft ? await this.#soften(tags) : new Map<string, string>()
    if (made === GONE) return GONE
    const stamps = tags
      .filter((tag) => !made.has(tag))
      .map((tag) => [tag, this.#new(tag === EVERYTHING)] as const)
    if (stamps.length > 0) {
      const entries = stamps.map(([tag, { bytes }]) => ({ key: stampKey(tag), value: bytes, ttlMs }))
      const done = await guard.use((store) => store.setMany(entries))
      if (done === GONE) return GONE
    }
    for (const [tag, { id }] of stamps) made.set(tag, id)
    for (const [tag, id] of made) this.see(tag, id)
    return made
  }

  /** @returns the new stamps, without those of tags for which only a hard invalidation is possible */
  async #soften(tags: readonly string[]): Promise<Map<string, string> | Gone> {
    const made = new Map<string, string>()
    const { guard, capabilities } = this.#parts
    let left = capabilities.compareAndSet ? tags : []
    for (let tries = 0; tries < MAX_TRIES && left.length > 0; tries++) {
      const asked = left
      const stored = await guard.use((store) => store.getMany(asked.map(stampKey)))
      if (stored === GONE) return GONE
      const there = asked.map((tag, at) => [tag, readStamp(stored[at])] as const)
      const ids = await Promise.all(there.map(async ([tag, stamp]) => stamp && this.#softenOne(tag, stamp)))
      if (ids.includes(GONE)) return GONE
      for (const [at, tag] of asked.entries()) if (typeof ids[at] === 'string') made.set(tag, ids[at])
      left = asked.filter((_tag, at) => ids[at] === null)
    }
    return made
  }

  /** @returns null where another has changed it meanwhile */
  async #softenOne(tag: string, stamp: Stamp): Promise<string | null | Gone> {
    const { guard, clock, random } = this.#parts
    const next = softened(stamp, random, clock.now())
    const ttlMs = Math.max(1, Math.min(this.#ttlMs, Math.round(stamp.expiresAt - clock.now())))
    const change = { expected: stamp.bytes, next: next.bytes, ttlMs }
    const isDone = await guard.use((store) => store.compareAndSet(stampKey(tag), change))
    return isDone === GONE ? GONE : isDone ? next.id : null
  }

  #new(isOfAll = false): Stamp {
    const { random, clock, servers } = this.#parts
    return newStamp(random, { now: clock.now(), ttlMs: this.#ttlMs, servers: isOfAll ? servers() : '' })
  }
}
