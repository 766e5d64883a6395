// What a flight does: looks into the shared store, takes the lock, runs the factory, stores what it gives.
import type { CacheSetOptions } from '../contract/index.ts'
import type { Flight, Served } from '../flight/index.ts'
import { GONE, lockKey, type HeldLock, type SharedLook } from '../shared/index.ts'
import { runFactory, timeoutError, type AnyFactory, type Made } from './made.ts'
import type { NamespaceParts } from './namespace-parts.ts'
import { storeMade, type ComputedValue } from './store-made.ts'
import type { SharedSide } from './shared-side.ts'

/** What is computed. */
export interface Job {
  readonly factory: AnyFactory
  readonly options: CacheSetOptions
}

/** Gets a value that is fresh, wherever it is. */
export function compute(parts: NamespaceParts, flight: Flight, job: Job): Promise<Served> {
  const { shared } = parts.core
  return shared === undefined
    ? computeAlone(parts, flight, job)
    : new SharedComputation(parts, flight, { ...job, shared }).run()
}

/** In this process alone. */
async function computeAlone(parts: NamespaceParts, flight: Flight, job: Job): Promise<Served> {
  const made = await timed(parts, flight, job)
  return (await settle(parts, flight, { made, under: undefined })).served
}

/** While the store is gone: not so many at once that the origin goes as well. */
function computeInstead(parts: NamespaceParts, flight: Flight, job: Job): Promise<Served> {
  return parts.core.fallbacks.run(() => computeAlone(parts, flight, job), flight.signal)
}

async function timed(parts: NamespaceParts, flight: Flight, job: Job): Promise<Made> {
  const { core, backOff } = parts
  const startedAt = core.clock.monotonic()
  const made = await runFactory(parts, flight, job)
  backOff.succeed(flight.key)
  parts.say('computed', { durationMs: core.clock.monotonic() - startedAt })
  return made
}

/** What was computed, and whether the shared store has it. */
interface Settled {
  readonly served: Served
  readonly isStored: boolean
}

async function settle(parts: NamespaceParts, flight: Flight, computed: ComputedValue): Promise<Settled> {
  const { held, empty, tags } = computed.made
  const served = { held, empty, isStale: false, tags }
  flight.offer(served)
  return { served, isStored: await storeMade(parts, flight, computed) }
}

/** A flight over a shared store. */
class SharedComputation {
  readonly #parts: NamespaceParts
  readonly #flight: Flight
  readonly #job: Job & { readonly shared: SharedSide }

  constructor(parts: NamespaceParts, flight: Flight, job: Job & { readonly shared: SharedSide }) {
    this.#parts = parts
    this.#flight = flight
    this.#job = job
  }

  async run(): Promise<Served> {
    const { clock } = this.#parts.core
    const startedAt = clock.monotonic()
    let look = await this.#look()
    for (let times = 0; ; times++) {
      if (look === GONE) return computeInstead(this.#parts, this.#flight, this.#job)
      if ('isStale' in look) return look
      // What it makes is not stored: nobody else is to wait for that.
      if (this.#flight.watch.hasSeenKey(this.#flight.key))
        return computeAlone(this.#parts, this.#flight, this.#job)
      const lock = await this.#job.shared.locks.take(this.#place)
      if (lock === GONE) return computeInstead(this.#parts, this.#flight, this.#job)
      if (lock === 'free') return (await this.#computeShared(look, undefined)).served
      if (lock !== 'theirs') return this.#computeLocked(lock)
      if (clock.monotonic() - startedAt > this.#parts.settings.hardTimeoutMs) throw this.#late()
      await this.#job.shared.locks.pause(this.#place, times, this.#flight.signal)
      look = await this.#look()
    }
  }

  get #place(): { readonly namespace: string; readonly key: string } {
    return { namespace: this.#parts.name, key: this.#flight.key }
  }

  #late(): Error {
    const { name, settings } = this.#parts
    return timeoutError(
      `Another process computes a value of '${name}' for longer than ${settings.hardTimeoutMs} ms.`,
    )
  }

  /** @returns a fresh value; a stale one, where its factory is left alone; or what the store says */
  async #look(): Promise<Served | SharedLook | typeof GONE> {
    const { key, watch } = this.#flight
    const look = await this.#parts.look([key])
    if (look === GONE) return GONE
    const [found] = look.found
    const read = found === undefined ? undefined : await this.#parts.read(key, found, watch)
    if (read === undefined) return look
    if (!read.isStale) return read
    this.#flight.offerStale(read)
    return this.#parts.backOff.isResting(key) ? read : look
  }

  async #computeLocked(lock: HeldLock): Promise<Served> {
    let isStored = false
    const startedAt = this.#parts.core.clock.monotonic()
    try {
      // Another may have stored it between our look and our lock.
      const look = await this.#look()
      if (look === GONE) return await computeInstead(this.#parts, this.#flight, this.#job)
      if ('isStale' in look) {
        isStored = true
        return look
      }
      const settled = await this.#computeShared(look, lock)
      isStored = settled.isStored
      return settled.served
    } finally {
      await lock.release(isStored)
      if (this.#parts.core.clock.monotonic() - startedAt > SHORT_MS)
        this.#job.shared.sayComputed(lockKey(this.#parts.name, this.#flight.key))
    }
  }

  async #computeShared(look: SharedLook, lock: HeldLock | undefined): Promise<Settled> {
    const { shared } = this.#job
    const { stamps } = shared.store
    const ensured = await stamps.ensure(look.stamps, look.latest)
    if (ensured === GONE)
      return { served: await computeInstead(this.#parts, this.#flight, this.#job), isStored: false }
    const view = { ...ensured, at: this.#parts.core.clock.now(), since: stamps.next() }
    const made = await timed(this.#parts, this.#flight, this.#job)
    return settle(this.#parts, this.#flight, {
      made,
      under: { shared, view, lock, before: look.stored[0] },
    })
  }
}

/** Those who wait look again so soon that they need not be told, ms. */
const SHORT_MS = 20
