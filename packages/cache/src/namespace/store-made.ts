// Stores what was computed, if nothing happened meanwhile that makes it old.
import { encodeEntry, type EntryHeader } from '../entry/index.ts'
import type { Flight } from '../flight/index.ts'
import { entryKey, GONE, lockKey, type HeldLock, type Stamp, type StampView } from '../shared/index.ts'
import type { Watch } from '../tags/index.ts'
import { dropKeys } from './drop-keys.ts'
import type { Made } from './made.ts'
import type { Lifetime } from './lifetime.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import type { SharedSide } from './shared-side.ts'

/** What a value was computed under. */
export interface ComputedUnder {
  readonly shared: SharedSide
  readonly view: StampView
  readonly lock: HeldLock | undefined
  /** What the store had under the key. */
  readonly before: Uint8Array | undefined
}

/** A value that was computed. */
export interface ComputedValue {
  readonly made: Made
  /** Undefined where the shared store was not asked. */
  readonly under: ComputedUnder | undefined
}

/** Stores it where it can be, or nowhere. @returns whether the shared store has it */
export async function storeMade(
  parts: NamespaceParts,
  flight: Flight,
  { made, under }: ComputedValue,
): Promise<boolean> {
  const { lifetime } = made
  if (lifetime === undefined || isTooLarge(parts, made)) {
    await endStale(parts, flight, made)
    return false
  }
  // From here on the stamps are known, so that messages that were lost before do not matter.
  const watch = under === undefined ? flight.watch : parts.watch([flight.key])
  try {
    return await new Storing(parts, flight, { made, lifetime, watch }).store(under)
  } finally {
    if (watch !== flight.watch) parts.unwatch([flight.key], watch)
  }
}

/** What is not stored is an answer, too: the value that it was computed instead of is not good any more. */
async function endStale(parts: NamespaceParts, flight: Flight, { tags }: Made): Promise<void> {
  const { key, stale, watch } = flight
  if (stale !== undefined && !watch.hasSeenKey(key) && !watch.hasSeen(tags))
    await dropKeys(parts.core, [{ parts, key }])
}

/** Larger ones are not stored, and counted. */
export function isTooLarge(parts: NamespaceParts, { payload }: Made): boolean {
  if (payload.byteLength <= parts.settings.maxEntryBytes) return false
  parts.counts.oversized++
  return true
}

/** What is kept in memory. */
export interface KeptMade {
  readonly made: Made
  readonly lifetime: Lifetime
  readonly tags: readonly (readonly [tag: string, stamp: string])[]
  /** How long ago it was certain that it was good, ms. Default 0. */
  readonly ageMs?: number | undefined
}

/** Keeps a value in memory. */
export function keepMade(
  parts: NamespaceParts,
  at: Pick<Flight, 'key' | 'watch'>,
  { made, lifetime, tags, ageMs }: KeptMade,
): void {
  const { ttlMs, graceMs } = lifetime
  const { held, empty, payload } = made
  const keeping = { key: at.key, held, empty, payloadBytes: payload.byteLength, tags, ageMs }
  const isKept = parts.keep({ ...keeping, freshMs: ttlMs, servedMs: ttlMs + graceMs }, at.watch)
  if (isKept || parts.core.shared !== undefined) parts.say('stored', { bytes: payload.byteLength })
  else parts.counts.oversized++
}

/** The bytes of a value for the shared store. */
export function encode(
  { core: { clock, settings } }: NamespaceParts,
  { payload, empty }: Made,
  header: Omit<EntryHeader, 'at' | 'empty'>,
): Promise<Uint8Array> {
  return encodeEntry({ ...header, at: clock.now(), empty }, payload, settings.compressAboveBytes)
}

interface StoringParts {
  readonly made: Made
  readonly lifetime: Lifetime
  readonly watch: Watch
}

/** One value on its way into both tiers. */
class Storing {
  readonly #parts: NamespaceParts
  readonly #flight: Flight
  readonly #made: Made
  readonly #lifetime: Lifetime
  readonly #watch: Watch

  constructor(parts: NamespaceParts, flight: Flight, { made, lifetime, watch }: StoringParts) {
    this.#parts = parts
    this.#flight = flight
    this.#made = made
    this.#lifetime = lifetime
    this.#watch = watch
  }

  /** @returns whether the shared store has it */
  async store(under: ComputedUnder | undefined): Promise<boolean> {
    if (this.#isOld) return false
    const stamps = under === undefined ? GONE : await this.#stamps(under)
    if (stamps === 'changed') return false
    if (under !== undefined && stamps !== GONE) return this.#write(under, stamps)
    this.#keepUnseen()
    return false
  }

  /** Whether this process knows that it is. */
  get #isOld(): boolean {
    const { key, watch } = this.#flight
    return watch.hasSeenKey(key) || watch.hasSeen(this.#made.tags)
  }

  /** The stamps of its tags, if they are certainly those that were there when it was computed. */
  async #stamps({ shared, view, lock }: ComputedUnder): Promise<StampedTags | 'changed' | typeof GONE> {
    const { tags } = this.#made
    const place = { namespace: this.#parts.name, key: this.#flight.key }
    const now = await shared.store.lookAtStamps(tags, place)
    if (now === GONE) return GONE
    // Another has the lock, or has replaced the value.
    if (lock !== undefined && !lock.isOurs(now.owner)) return 'changed'
    const { stamps } = shared.store
    // From now on the next computation knows them.
    const ensured = await stamps.ensure(now.stamps, '')
    if (ensured === GONE) return GONE
    const isCertain = await stamps.areCertain(ensured.stamps, view)
    if (isCertain === GONE) return GONE
    for (const [tag, { id }] of ensured.stamps) stamps.see(tag, id)
    return isCertain ? [...ensured.stamps] : 'changed'
  }

  async #write({ shared, lock, before }: ComputedUnder, stamps: StampedTags): Promise<boolean> {
    const lifeMs = this.#lifetime.ttlMs + this.#lifetime.graceMs
    await shared.store.stamps.outlive(stamps, lifeMs)
    const tags = stamps.map(([tag, { id }]) => [tag, id] as const)
    const value = await encode(this.#parts, this.#made, { ...this.#lifetime, tags })
    const key = entryKey(this.#parts.name, this.#flight.key)
    const lockAt = lockKey(this.#parts.name, this.#flight.key)
    const isLockOurs = async (): Promise<boolean | typeof GONE> => {
      if (lock === undefined) return true
      const owner = await shared.store.guard.use((store) => store.get(lockAt))
      return owner === GONE ? GONE : lock.isOurs(owner)
    }
    const isWritten = await this.#parts.inOrder([this.#flight.key], async () =>
      this.#isOld ? false : shared.store.writeComputed({ key, value, ttlMs: lifeMs, before, isLockOurs }),
    )
    if (isWritten !== false) this.#keep(tags)
    return isWritten === true
  }

  /** Nobody has said how the tags are now: it is as old as its computation. */
  #keepUnseen(): void {
    const ageMs = this.#parts.core.clock.monotonic() - this.#flight.startedAt
    this.#keep(
      this.#made.tags.map((tag) => [tag, '']),
      ageMs,
    )
  }

  #keep(tags: KeptMade['tags'], ageMs = 0): void {
    if (this.#isOld) return
    const at = { key: this.#flight.key, watch: this.#watch }
    keepMade(this.#parts, at, { made: this.#made, lifetime: this.#lifetime, tags, ageMs })
  }
}

type StampedTags = readonly (readonly [tag: string, stamp: Stamp])[]
